from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import a_steward
from ledger.ids import uuid7
from ledger.lifecycle import Lifecycle
from registry.models import Companion


class State(models.TextChoices):
    OPEN = "open"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    VOIDED = "voided"


class Severity(models.TextChoices):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Incident(Lifecycle):
    """Something a companion did that may be an offence; an offence once it is confirmed."""

    subject_kind = "incident"

    number = models.PositiveBigIntegerField(unique=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="incidents")
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.OPEN, choices=State.choices, protected=True)
    kind = models.CharField(max_length=24, help_text="veto, low_score, rate, pattern, report, outage")
    rule = models.CharField(
        max_length=80, blank=True, help_text="the rule that vetoed; further vetoes of it join this incident"
    )
    clause = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    summary = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    last_critical_at = models.DateTimeField(
        null=True, help_text="the last answer of it that is confirmed; clean days count from here"
    )
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tiers_incident"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="an_incident_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="a_severity_is_known"),
        ]
        indexes = [models.Index(fields=["companion", "rule", "-last_seen_at"], name="incidents_to_join")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return f"INC-{self.number:05d}"

    @property
    def subject_ref(self) -> str:
        return self.public_id

    @property
    def organisation_slug(self) -> str:
        return self.companion.provider.slug

    @transition("state", source=State.OPEN, target=State.CONFIRMED, permission=a_steward, custom={"automatic": True})
    def confirm(self) -> None:
        """It is an offence."""

    @transition("state", source=State.OPEN, target=State.CLEARED, permission=a_steward, custom={"automatic": True})
    def clear(self) -> None:
        """It was no offence."""

    @transition("state", source=State.CONFIRMED, target=State.VOIDED, permission=a_steward, custom={"automatic": True})
    def void(self) -> None:
        """A granted appeal: the offence and its penalty never counted."""


class IncidentAnswer(models.Model):
    """An answer that an incident rests on, by the sample's uuid."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="answers")
    sample_id = models.UUIDField()
    slot_at = models.DateTimeField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "tiers_incident_answer"
        constraints = [
            models.UniqueConstraint(fields=["incident", "sample_id"], name="an_answer_joins_an_incident_once")
        ]
