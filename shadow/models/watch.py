from django.db import models

from charter.models import LawVersion
from registry.models import Companion


class Watch(models.Model):
    """Whom to probe, since when, and how often; opened and closed by ``tiers``."""

    companion = models.OneToOneField(Companion, models.PROTECT, primary_key=True, related_name="watch")
    law = models.ForeignKey(
        LawVersion, models.PROTECT, related_name="+", help_text="the law that the window began under"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(help_text="slots exist up to this time")
    offset_ms = models.PositiveIntegerField(
        help_text="jitter: where in an interval its slots lie, by a hash of the companion"
    )

    class Meta:
        db_table = "shadow_watch"
        verbose_name_plural = "watches"
        indexes = [models.Index(fields=["planned_until"], condition=models.Q(closed_at=None), name="watches_to_plan")]


class MaintenanceWindow(models.Model):
    """A time that a provider announced ahead; its slots are not asked and count for nothing."""

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.CASCADE, related_name="maintenance")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    announced_at = models.DateTimeField()

    class Meta:
        db_table = "shadow_maintenance_window"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="maintenance_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__gt=models.F("announced_at")), name="maintenance_is_announced_ahead"
            ),
        ]


class OwnOutage(models.Model):
    """A time in which we did not probe, seen afterwards by its missing slots."""

    id = models.BigAutoField(primary_key=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "shadow_own_outage"
