from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import Actor, a_steward, its_provider
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


def not_against_the_sentinel(appeal: "Appeal") -> bool:
    """The sentinel does not judge an appeal against itself: a steward rules."""
    return not appeal.against_sentinel


def a_machine_decided(appeal: "Appeal") -> bool:
    """The sentinel never overturns a person's decision: it advises, and a steward rules."""
    return not appeal.against_person


def is_the_party(appeal: "Appeal", actor: Actor) -> bool:
    """Whoever submitted the appeal: the provider, or the citizen."""
    if appeal.party_kind == "provider":
        return its_provider(appeal, actor)
    return appeal.party_ref == actor.ref


def another_steward(appeal: "Appeal", actor: Actor) -> bool:
    """A steward who took no part in what is appealed, and is not of the organisation."""
    return a_steward(appeal, actor) and actor.ref not in appeal.took_part


class Appeal(Lifecycle):
    """One party's contest of one decision, under the law in force when it was submitted."""

    subject_kind = "appeal"

    state = FSMField(default=State.SELF_REVIEW, choices=State.choices, protected=True)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    target_kind = models.CharField(max_length=12, help_text="incident, application or decision")
    target_ref = models.CharField(max_length=60, help_text="INC-…, app_… or dec_…")
    decision = models.ForeignKey("ledger.Decision", models.PROTECT, related_name="+", help_text="what is contested")
    about_move = models.CharField(max_length=60, help_text="the move that is contested, such as suspend or reject")
    companion = models.ForeignKey(Companion, models.PROTECT, null=True, related_name="appeals")
    provider_slug = models.CharField(max_length=63, blank=True)
    party_kind = models.CharField(max_length=12)
    party_ref = models.CharField(max_length=120)
    reason = models.TextField()
    evidence = models.TextField(blank=True)
    against_sentinel = models.BooleanField(default=False, help_text="decided by ATLAS alone: straight to a steward")
    against_person = models.BooleanField(default=False, help_text="decided by a person: the sentinel only advises")
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
        conditions=[not_against_the_sentinel],
        permission=is_the_party,
        custom={"automatic": True},
    )
    def finish_self_review(self) -> None:
        """The party has read proof and breakdown, or its time is over: the sentinel looks at it afresh."""

    @transition(
        "state",
        source=State.SELF_REVIEW,
        target=State.STEWARD_REVIEW,
        permission=is_the_party,
        custom={"automatic": True},
    )
    def skip_sentinel(self) -> None:
        """The appeal is against ATLAS: it goes from the party straight to a person."""

    @transition("state", source=State.SENTINEL_REVIEW, target=State.STEWARD_REVIEW, custom={"automatic": True})
    def bring_to_steward(self) -> None:
        """A person rules."""

    @transition(
        "state",
        source=State.SENTINEL_REVIEW,
        target=State.GRANTED,
        conditions=[a_machine_decided],
        custom={"automatic": True},
    )
    def grant_by_sentinel(self) -> None:
        """The sentinel found the machine's decision wrong: it is undone."""

    @transition(
        "state",
        source=State.SENTINEL_REVIEW,
        target=State.DENIED_BY_SENTINEL,
        conditions=[a_machine_decided],
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
