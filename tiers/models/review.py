from django.db import models

from ledger.ids import uuid7
from registry.models import Companion


class Review(models.Model):
    """A sentinel's word about a companion, handed down by whoever had it made; the latest one counts at the exit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="reviews")
    reviewer = models.CharField(max_length=60, default="atlas")
    verdict = models.CharField(max_length=20)
    is_positive = models.BooleanField()
    numbers = models.JSONField(default=dict)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "tiers_review"
        indexes = [models.Index(fields=["companion", "-given_at"], name="latest_reviews")]
