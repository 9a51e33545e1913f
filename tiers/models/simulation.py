from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from charter.models import Amendment, LawVersion
from ledger.ids import uuid7


class Outcome(models.TextChoices):
    RUNNING = "", "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


class SimulationRun(models.Model):
    """One trial of an amendment on history, as far as it came: it is made in batches, and any worker goes on with it.

    ``reached`` is the last companion that was tried, ``effects`` is what was found so far. Its report stands with the
    amendment once all are done.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="+")
    against = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    draft_digest = models.CharField(max_length=64, help_text="of the document that is tried")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    every_seconds = models.PositiveIntegerField()
    all_history = models.BooleanField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    reached = models.CharField(max_length=64, blank=True)
    effects = models.JSONField(default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    why = models.CharField(max_length=300, blank=True, help_text="why it ended without a report")

    class Meta:
        db_table = "tiers_simulation_run"
        default_permissions = ("view",)
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="a_simulation_has_a_known_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="a_simulation_that_ended_says_how",
            ),
            models.UniqueConstraint(
                fields=["amendment"], condition=Q(ended_at=None), name="an_amendment_is_tried_once_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["amendment", "-started_at"], name="simulations_of_an_amendment"),
        ]

    def __str__(self) -> str:
        return f"{self.amendment.subject_ref}, tried {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def every(self) -> timedelta:
        return timedelta(seconds=self.every_seconds)
