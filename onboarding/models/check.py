from django.db import models

from ledger.ids import uuid7
from onboarding.models.application import Application


class CheckOutcome(models.TextChoices):
    PASS = "pass"  # noqa: S105  an outcome, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    WAIVER_ASKED = "waiver_asked"


class CheckRun(models.Model):
    """One round of checks; claimed with a lease, so that a killed worker's round is taken up again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="check_runs")
    number = models.PositiveIntegerField()
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "onboarding_check_run"
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="check_rounds_are_numbered")]
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(finished_at=None), name="check_rounds_due")]


class Finding(models.Model):
    """What one named check found in one round, in words for the provider."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="findings")
    place = models.PositiveSmallIntegerField(help_text="in the order in which the checks are shown")
    check_name = models.CharField(max_length=40)
    required = models.BooleanField()
    outcome = models.CharField(max_length=14, choices=CheckOutcome.choices)
    reason = models.CharField(max_length=60, blank=True, help_text="a published reason code")
    detail = models.TextField(blank=True)
    measured = models.JSONField(default=dict)
    found_at = models.DateTimeField()

    class Meta:
        db_table = "onboarding_finding"
        ordering = ["-required", "place"]
        constraints = [
            models.UniqueConstraint(fields=["run", "check_name"], name="a_check_finds_once_in_a_round"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=CheckOutcome.values), name="a_check_ends_in_a_known_outcome"
            ),
        ]
