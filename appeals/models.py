from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import a_steward, its_provider
from ledger.lifecycle import Lifecycle
from registry.models import Companion


class State(models.TextChoices):
    SELF_REVIEW = "self_review"
    SENTINEL_REVIEW = "sentinel_review"
    STEWARD_REVIEW = "steward_review"
    GRANTED = "granted"
    DENIED_BY_SENTINEL = "denied_by_sentinel"
    DENIED = "denied"
    MODIFIED = "modified"


OPEN = (State.SELF_REVIEW, State.SENTINEL_REVIEW, State.STEWARD_REVIEW)
SETTLED = (State.GRANTED, State.DENIED_BY_SENTINEL, State.DENIED, State.MODIFIED)


def a_machine_may_overturn_it(appeal: "Appeal") -> bool:
    """The sentinel never overturns a person's decision, nor judges an appeal against itself: a steward rules."""
    return not appeal.for_steward_only


def is_the_party(appeal: "Appeal", actor: object) -> bool:
    """Whoever submitted the appeal: the provider, or the citizen."""
    return appeal.party_ref == getattr(actor, "ref", None) or its_provider(appeal, actor)  # type: ignore[arg-type]


def another_steward(appeal: "Appeal", actor: object) -> bool:
    """A steward who took no part in the decision that is appealed, nor belongs to the organisation."""
    return a_steward(appeal, actor) and getattr(actor, "ref", None) not in appeal.took_part  # type: ignore[arg-type]


class Appeal(Lifecycle):
    """One party's contest of one decision, under the law in force when it was submitted."""

    subject_kind = "appeal"

    state = FSMField(default=State.SELF_REVIEW, choices=State.choices, protected=True)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    target_kind = models.CharField(max_length=12, help_text="incident, application or decision")
    target_ref = models.CharField(max_length=60, help_text="INC-…, app_… or dec_…")
    about_move = models.CharField(max_length=60, help_text="the move that is contested, such as suspend or reject")
    companion = models.ForeignKey(Companion, models.PROTECT, null=True, related_name="appeals")
    provider_slug = models.CharField(max_length=63, blank=True)
    party_kind = models.CharField(max_length=12)
    party_ref = models.CharField(max_length=120)
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    evidence = models.TextField(blank=True)
    for_steward_only = models.BooleanField(default=False, help_text="against ATLAS, or against a person's decision")
    took_part = models.JSONField(default=list, help_text="refs of the people who decided before: none of them rules")
    advice = models.JSONField(default=dict, help_text="the sentinel's findings, told to the party and to the steward")
    answer = models.TextField(blank=True, help_text="the reasons told to the party")
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appeals_appeal"
        ordering = ["-submitted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="an_appeal_is_in_a_known_state"),
            models.UniqueConstraint(
                fields=["target_kind", "target_ref"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="one_open_appeal_per_decision",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="appeals_due")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return f"apl_{self.pk.hex}"

    @property
    def subject_ref(self) -> str:
        return self.public_id

    @property
    def organisation_slug(self) -> str | None:
        return self.provider_slug or None

    @transition(
        "state",
        source=State.SELF_REVIEW,
        target=State.SENTINEL_REVIEW,
        conditions=[a_machine_may_overturn_it],
        permission=is_the_party,
        custom={"automatic": True},
    )
    def finish_self_review(self) -> None:
        """The party has read proof and breakdown, or its time is over: the sentinel looks at it afresh."""

    @transition(
        "state",
        source=[State.SELF_REVIEW, State.SENTINEL_REVIEW],
        target=State.STEWARD_REVIEW,
        custom={"automatic": True},
    )
    def bring_to_steward(self) -> None:
        """A person rules."""

    @transition(
        "state",
        source=State.SENTINEL_REVIEW,
        target=State.GRANTED,
        conditions=[a_machine_may_overturn_it],
        custom={"automatic": True},
    )
    def grant_by_sentinel(self) -> None:
        """The sentinel found the machine's decision wrong: it is undone."""

    @transition(
        "state",
        source=State.SENTINEL_REVIEW,
        target=State.DENIED_BY_SENTINEL,
        conditions=[a_machine_may_overturn_it],
        custom={"automatic": True},
    )
    def deny_by_sentinel(self) -> None:
        """The sentinel found it right; the party may ask for a steward."""

    @transition("state", source=State.DENIED_BY_SENTINEL, target=State.STEWARD_REVIEW, permission=is_the_party)
    def ask_for_steward(self) -> None:
        """The party asks for a person's word."""

    @transition("state", source=State.STEWARD_REVIEW, target=State.GRANTED, permission=another_steward)
    def grant(self) -> None:
        """The decision is undone, by its inverse act."""

    @transition("state", source=State.STEWARD_REVIEW, target=State.DENIED, permission=another_steward)
    def deny(self) -> None:
        """The decision stands."""

    @transition("state", source=State.STEWARD_REVIEW, target=State.MODIFIED, permission=another_steward)
    def modify(self) -> None:
        """The decision stands in another measure."""
