from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import a_steward
from ledger.ids import uuid7
from ledger.lifecycle import Lifecycle


class State(models.TextChoices):
    RUNNING = "running"
    CLEAN = "clean"
    DIFFERS = "differs", "differences, not answered yet"
    ANSWERED = "answered"


class Outcome(models.TextChoices):
    WAITS = "", "not looked at yet"
    SAME = "same"
    DIFFERS = "differs"
    WORD = "a person's word"
    NO_BASIS = "no basis"


class Drawn(models.TextChoices):
    CRITICAL = "critical", "about a critical companion"
    LOT = "drawn", "drawn by lot"


class Audit(Lifecycle):
    """A month's decisions derived again from sealed evidence; differences are an incident about us, in the queue.

    It is about the entries of the log from ``first_index`` up to, and without, ``end_index``: each audit goes on where
    the one before it ended, so that no decision falls between two, also one that was sealed late.
    """

    subject_kind = "audit"

    number = models.PositiveBigIntegerField(unique=True)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.RUNNING, choices=State.choices, protected=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    first_index = models.PositiveBigIntegerField(default=0)
    end_index = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    decisions = models.PositiveIntegerField(default=0, help_text="all of the time")
    replayed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    words_of_people = models.PositiveIntegerField(default=0, help_text="their evidence was checked, nothing derived")
    without_basis = models.PositiveIntegerField(default=0, help_text="automatic, sealed by releases before")
    differing = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "tiers_audit"
        default_permissions = ("view",)
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="an_audit_is_in_a_known_state"),
            models.UniqueConstraint(fields=["since_at"], name="a_time_is_audited_once"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=State.RUNNING), name="one_audit_runs_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return f"AUD-{self.number:05d}"

    @property
    def subject_ref(self) -> str:
        return self.public_id

    @transition("state", source=State.RUNNING, target=State.CLEAN, custom={"automatic": True})
    def find_clean(self) -> None:
        """Every decision came out the same."""

    @transition("state", source=State.RUNNING, target=State.DIFFERS, custom={"automatic": True})
    def find_differences(self) -> None:
        """At least one did not: a steward says what is done about it."""

    @transition("state", source=State.DIFFERS, target=State.ANSWERED, permission=a_steward)
    def answer(self) -> None:
        """A steward says what came of it."""


class AuditedDecision(models.Model):
    """One decision that an audit derived again; ``finding`` says what differs, empty where nothing does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(Audit, models.PROTECT, related_name="rows")
    decision = models.ForeignKey("ledger.Decision", models.PROTECT, related_name="+")
    drawn = models.CharField(max_length=16, choices=Drawn.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True, help_text="empty while it waits")
    finding = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "tiers_audited_decision"
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["audit", "decision"], name="a_decision_is_audited_once")]
        indexes = [models.Index(fields=["audit", "outcome"], name="audited_by_outcome")]
