from django.db import models

from ledger.ids import uuid7
from onboarding.models.application import Application


class Verdict(models.TextChoices):
    APPROVE = "approve"
    APPROVE_WITH_NOTES = "approve_with_notes"
    REQUEST_CHANGES = "request_changes"
    ESCALATE = "escalate"


POSITIVE = frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_NOTES})


class SentinelReview(models.Model):
    """ATLAS's review of a candidate: the battery's answers, the numbers, the verdict."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="sentinel_reviews")
    number = models.PositiveIntegerField()
    battery_key = models.BinaryField(max_length=32, help_text="which prompts were drawn")
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    numbers = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "onboarding_sentinel_review"
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="sentinel_reviews_are_numbered")]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(finished_at=None), name="sentinel_reviews_due")
        ]

    @property
    def is_positive(self) -> bool:
        return self.verdict in POSITIVE


class BatteryAnswer(models.Model):
    """One prompt of the battery and what became of it; its score stands in ``charter.Score`` under this row's id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(SentinelReview, models.CASCADE, related_name="answers")
    prompt_id = models.CharField(max_length=80)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=60, blank=True)
    latency_ms = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True, help_text="raw answer; goes after the law's time unless held")
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "onboarding_battery_answer"
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["review", "prompt_id"], name="a_battery_asks_a_prompt_once")]
