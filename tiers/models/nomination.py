from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import Actor, a_steward
from ledger.ids import uuid7
from ledger.lifecycle import Lifecycle
from registry.models import Companion


class State(models.TextChoices):
    OPEN = "open"
    PROMOTED = "promoted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class WordKind(models.TextChoices):
    NOMINATION = "nomination"
    INVITATION = "invitation"
    SECOND = "second", "second steward"


class EvidenceKind(models.TextChoices):
    """The four kinds that a nomination may name (spec section 10.3)."""

    TARGETS = "targets_exceeded"
    INSIGHT = "unique_insight"
    FEEDBACK = "citizens_feedback"
    CASE = "case_study"


def its_nominator(nomination: "Nomination", actor: Actor) -> bool:
    """The steward who nominated it."""
    return actor.ref == nomination.nominated_by_ref and a_steward(nomination, actor)


class Nomination(Lifecycle):
    """A steward names a companion for the next tier, with evidence; reviews of the law's periods read it."""

    subject_kind = "nomination"

    companion = models.ForeignKey(Companion, models.PROTECT, related_name="nominations")
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.OPEN, choices=State.choices, protected=True)
    tier = models.CharField(max_length=10, help_text="the tier that it is named for")
    nominated_by_ref = models.CharField(max_length=120)
    evidence = models.JSONField(default=list, help_text="[{kind, text, link}]; each links to what is sealed")
    opened_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tiers_nomination"
        default_permissions = ("view",)
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_nomination_is_in_a_known_state"),
            models.UniqueConstraint(
                fields=["companion"], condition=Q(state=State.OPEN), name="one_open_nomination_of_a_companion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion.ref} for {self.tier}"

    @property
    def subject_ref(self) -> str:
        return f"nom_{self.pk.hex}"

    @property
    def organisation_slug(self) -> str:
        return self.companion.provider.slug

    @transition("state", source=State.OPEN, target=State.PROMOTED, custom={"automatic": True})
    def promote(self) -> None:
        """A review found everything that the tier asks: the companion rose."""

    @transition("state", source=State.OPEN, target=State.DECLINED, permission=a_steward)
    def decline(self) -> None:
        """A steward found against it."""

    @transition("state", source=State.OPEN, target=State.WITHDRAWN, permission=its_nominator)
    def withdraw(self) -> None:
        """Whoever nominated it takes that back."""

    @transition("state", source=State.OPEN, target=State.LAPSED, custom={"automatic": True})
    def lapse(self) -> None:
        """Its time is over, or the companion does not hold the tier below any more."""


class NominationWord(models.Model):
    """One party's sealed word for a nomination: a steward's, a second one's, a critical companion's or a chief's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="words")
    kind = models.CharField(max_length=12, choices=WordKind.choices)
    by_kind = models.CharField(max_length=20)
    by_ref = models.CharField(max_length=120)
    in_place_of_critical = models.BooleanField(
        default=False, help_text="an invitation by a chief, while there was no live critical companion"
    )
    given_at = models.DateTimeField()
    sealed_as = models.ForeignKey("ledger.Decision", models.PROTECT, related_name="+")

    class Meta:
        db_table = "tiers_nomination_word"
        default_permissions = ("view",)
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "kind", "by_ref"], name="a_party_gives_its_word_once"),
        ]


class RiseReview(models.Model):
    """One review of the law's period: what the next tier asks, as it stood, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="rise_reviews")
    tier = models.CharField(max_length=10, help_text="the tier that was asked for")
    due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField()
    rose = models.BooleanField()
    criteria = models.JSONField(default=list)
    law_digest = models.CharField(max_length=64)
    sealed_as = models.ForeignKey("ledger.Decision", models.PROTECT, related_name="+")

    class Meta:
        db_table = "tiers_rise_review"
        default_permissions = ("view",)
        ordering = ["-due_at"]
        constraints = [
            models.UniqueConstraint(fields=["companion", "tier", "due_at"], name="a_review_falls_due_once"),
        ]
