from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.lifecycle import Lifecycle
from registry.models import Companion


class State(models.TextChoices):
    ALERTED = "alerted"
    REVIEWED = "reviewed"
    RECOVERED = "recovered"
    FELL = "fell"
    ENDED = "ended", "ended without either"


class Measure(models.TextChoices):
    GI = "gi", "GI"
    CONSTITUTIONAL = "constitutional", "constitutional mean"


OPEN = (State.ALERTED, State.REVIEWED)


class Decline(Lifecycle):
    """A companion measures below what its tier asks: its clocks run until it recovers or falls (spec section 9).

    ``value`` and ``asked`` are as they were when it began: GI in 0-1, the constitutional mean in 0-100. A demotion by
    anybody, a removal or a way back to shadow mode ends it.
    """

    subject_kind = "decline"

    companion = models.ForeignKey(Companion, models.PROTECT, related_name="declines")
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.ALERTED, choices=State.choices, protected=True)
    measure = models.CharField(max_length=16, choices=Measure.choices)
    tier = models.CharField(max_length=10)
    asked = models.DecimalField(max_digits=31, decimal_places=28)
    value = models.DecimalField(max_digits=31, decimal_places=28)
    lowest = models.DecimalField(max_digits=31, decimal_places=28)
    began_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    with_steward_at = models.DateTimeField(null=True, help_text="so far below that a steward looks at once")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tiers_decline"
        default_permissions = ("view",)
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_decline_is_in_a_known_state"),
            models.UniqueConstraint(
                fields=["companion", "measure"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="a_measure_declines_once_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["companion", "-began_at"], name="declines_of_a_companion")]

    def __str__(self) -> str:
        return f"{self.companion.ref}, {self.get_measure_display()} since {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def subject_ref(self) -> str:
        return f"dcl_{self.pk.hex}"

    @property
    def organisation_slug(self) -> str:
        return self.companion.provider.slug

    @transition("state", source=State.ALERTED, target=State.REVIEWED, custom={"automatic": True})
    def review(self) -> None:
        """The law's first day is over: the sentinel looks at it."""

    @transition(
        "state",
        source=OPEN,
        target=None,
        custom={"automatic": True, "entry": "decline.brought_to_steward"},
    )
    def bring_to_steward(self) -> None:
        """It measures far below what its tier asks: a steward looks at it at once; the clocks run on."""

    @transition("state", source=OPEN, target=State.RECOVERED, custom={"automatic": True})
    def recover(self) -> None:
        """It measures as its tier asks again; the clocks stop."""

    @transition("state", source=OPEN, target=State.FELL, custom={"automatic": True})
    def fall(self) -> None:
        """No recovery in time: it falls one tier."""

    @transition("state", source=OPEN, target=State.ENDED, custom={"automatic": True})
    def end(self) -> None:
        """Something else settled it: it holds that tier no more, or counts for nothing now."""


class Monitoring(models.Model):
    """Closer watch after a fall, with the provider's plan to do better; while it runs, nothing rises."""

    companion = models.ForeignKey(Companion, models.PROTECT, related_name="monitorings")
    because = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    plan = models.TextField(blank=True, help_text="the provider's plan of improvement")
    plan_given_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tiers_monitoring"
        default_permissions = ("view",)
        indexes = [models.Index(fields=["companion", "-until"], name="monitorings_of_a_companion")]
