from collections.abc import Iterable

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
    tier = models.CharField(max_length=10, help_text="whose prompts it is asked, and among whom its peers are sought")
    is_failing = models.BooleanField(default=False, help_text="a spell of failing is open")
    identity = models.CharField(
        max_length=64,
        blank=True,
        help_text="digests of the model's name and of its fingerprint as answers gave them last, 32 places each",
    )
    is_active = models.BooleanField(default=False, help_text="its answers count as a peer's for the others")

    class Meta:
        db_table = "shadow_watch"
        verbose_name_plural = "watches"
        indexes = [models.Index(fields=["planned_until"], condition=models.Q(closed_at=None), name="watches_to_plan")]

    def __str__(self) -> str:
        return f"{self.companion_id} since {self.opened_at:%Y-%m-%d}"


def with_their_law(watches: Iterable[Watch]) -> list[Watch]:
    """The watches with their law at hand: a law's document is long and shared by many, so each is read once."""
    found = list(watches)
    laws = LawVersion.objects.in_bulk({watch.law_id for watch in found})
    for watch in found:
        watch.law = laws[watch.law_id]
    return found


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
        indexes = [models.Index(fields=["companion", "ends_at"], name="maintenance_of_a_companion")]


class OwnOutage(models.Model):
    """A time in which we did not probe, seen afterwards by its missing slots."""

    id = models.BigAutoField(primary_key=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "shadow_own_outage"
        indexes = [models.Index(fields=["ends_at"], name="own_outages_by_time")]


class Spell(models.Model):
    """A run of failing calls without a good one between; it is down time beyond the law's minutes (spec section 9).

    ``last_failed_at`` is the last failure that was seen; an open spell (``ended_at`` null) may still grow.
    """

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shadow_spell"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["companion"], condition=models.Q(ended_at=None), name="one_spell_of_failing_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["companion", "last_failed_at"], name="spells_of_a_companion")]
