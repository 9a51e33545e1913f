from django.db import models

from ledger.ids import uuid7
from registry.models import Companion


class Assessment(models.Model):
    """One companion's GI at one time, per component, with the digest of the evidence it was computed from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="assessments")
    computed_at = models.DateTimeField()
    gi = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    gi_low = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    gi_high = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    constitutional = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    consensus = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    reliability = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    efficiency = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    trust = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    coverage = models.DecimalField(max_digits=30, decimal_places=28, null=True)
    trend = models.CharField(max_length=10, blank=True)
    criteria = models.JSONField(default=list, help_text="readiness: every criterion with verdict, value, n, interval")
    law_digest = models.CharField(max_length=64)
    evidence_sha256 = models.CharField(max_length=64)
    is_read = models.BooleanField(default=False, help_text="by the clocks of falling")

    class Meta:
        db_table = "tiers_assessment"
        constraints = [models.UniqueConstraint(fields=["companion", "computed_at"], name="an_assessment_stands_once")]
        indexes = [
            models.Index(fields=["companion", "-computed_at"], name="latest_assessments"),
            models.Index(fields=["-computed_at"], condition=models.Q(is_read=False), name="assessments_to_read"),
        ]
