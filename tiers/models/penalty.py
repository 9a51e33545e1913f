from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import a_steward
from ledger.lifecycle import Lifecycle
from registry.models import Companion
from tiers.models.incident import Incident


class State(models.TextChoices):
    CHOOSING = "choosing", "waits for a steward's choice"
    IMPOSED = "imposed"
    VOIDED = "voided"


class Kind(models.TextChoices):
    NONE = "", "not chosen yet"
    WARNING = "warning"
    SUSPENSION = "suspension"
    DEMOTION = "demotion"
    REMOVAL = "removal"


class Penalty(Lifecycle):
    """What one offence brought by the ladder (spec 10.5): its rung among those that counted, and the penalty.

    ``imposed_at`` is when a steward chose, for one that was chosen. ``nth`` stays what it was then: an earlier offence
    that is voided later makes no word wrong that was right when it was given.
    """

    subject_kind = "penalty"

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="penalty")
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="penalties")
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.IMPOSED, choices=State.choices, protected=True)
    nth = models.PositiveSmallIntegerField(help_text="the offence's place among those that counted then, from 1")
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    imposed_at = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="of a suspension")
    until_before = models.DateTimeField(
        null=True, help_text="of a suspension that was under way: when it would have ended"
    )
    tier_before = models.CharField(max_length=10, blank=True, help_text="of a demotion: where a voided one returns to")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tiers_penalty"
        default_permissions = ("view",)
        ordering = ["-imposed_at"]
        verbose_name_plural = "penalties"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_penalty_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a_penalty_is_of_a_known_kind"),
        ]
        indexes = [models.Index(fields=["companion", "-imposed_at"], name="penalties_of_a_companion")]

    def __str__(self) -> str:
        return f"{self.incident}: {self.get_kind_display()}"

    @property
    def subject_ref(self) -> str:
        return f"pen_{self.pk.hex}"

    @property
    def organisation_slug(self) -> str:
        return self.companion.provider.slug

    @transition("state", source=State.CHOOSING, target=State.IMPOSED, permission=a_steward)
    def choose(self) -> None:
        """A steward chose what the third offence brings."""

    @transition(
        "state",
        source=[State.CHOOSING, State.IMPOSED],
        target=State.VOIDED,
        permission=a_steward,
        custom={"automatic": True},
    )
    def void(self) -> None:
        """Its offence never counted, so neither does this."""
