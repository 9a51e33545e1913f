from django.conf import settings
from django.db import models

from charter.models.golden import Sampled
from ledger.ids import uuid7
from registry.models import Companion

# What people are shown first: what a decision hangs on, then what a rule found, last what only measures the scorer.
ORDER = (Sampled.WOULD_CHANGE, Sampled.APPEAL, Sampled.VETO, Sampled.UNCERTAIN, Sampled.RANDOM_PASS)


class Closed(models.TextChoices):
    """How an answer left the desk."""

    JUDGED = "judged", "people judged it"
    UNDECIDED = "undecided", "nobody could tell"
    SETTLED = "settled", "nothing hangs on it any more"
    GONE = "gone", "its text is gone"
    LAPSED = "lapsed", "nobody came to it in time"


class DeskItem(models.Model):
    """One answer that waits for people's word; while it waits its text is held.

    ``place`` orders the desk. ``wanted`` is how many people are to judge it. Whoever looks at it holds the lease, so
    that nobody else gets it meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sample_id = models.UUIDField(unique=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    why = models.CharField(max_length=16, choices=Sampled.choices)
    place = models.PositiveSmallIntegerField()
    week = models.DateField(help_text="the Monday of the ISO week in which it was answered")
    wanted = models.PositiveSmallIntegerField(default=1)
    queued_at = models.DateTimeField()
    lapses_at = models.DateTimeField(help_text="from then on it is held for nobody's word any more")
    leased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lease_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed = models.CharField(max_length=12, choices=Closed.choices, blank=True)

    class Meta:
        db_table = "shadow_desk_item"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(why__in=Sampled.values), name="a_desk_item_has_a_known_reason"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed="")
                | models.Q(closed_at__isnull=False, closed__in=Closed.values),
                name="a_closed_desk_item_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "queued_at"], condition=models.Q(closed_at=None), name="answers_on_the_desk"),
            models.Index(fields=["lapses_at"], condition=models.Q(closed_at=None), name="desk_items_lapsing"),
            models.Index(fields=["companion", "week"], name="desk_items_of_a_week"),
        ]

    def __str__(self) -> str:
        return str(self.sample_id)

    @property
    def organisation_slug(self) -> str:
        return self.companion.provider.slug
