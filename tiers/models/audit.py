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


class Audit(Lifecycle):
    """A month's decisions derived again from sealed evidence; differences are an incident about us, in the queue."""

    subject_kind = "audit"

    number = models.PositiveBigIntegerField(unique=True)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.RUNNING, choices=State.choices, protected=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    decisions = models.PositiveIntegerField(default=0, help_text="all of the time")
    replayed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    words_of_people = models.PositiveIntegerField(default=0, help_text="their evidence was checked, nothing derived")

    class Meta:
        db_table = "tiers_audit"
        default_permissions = ("view",)
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="an_audit_is_in_a_known_state"),
            models.UniqueConstraint(fields=["since_at"], name="a_time_is_audited_once"),
        ]

    def __str__(self) -> str:
        return self.subject_ref

    @property
    def subject_ref(self) -> str:
        return f"AUD-{self.number:05d}"

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
    drawn = models.CharField(max_length=16, help_text="critical, or drawn")
    outcome = models.CharField(max_length=16, help_text="same, differs, or a person's word")
    finding = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "tiers_audited_decision"
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["audit", "decision"], name="a_decision_is_audited_once")]
