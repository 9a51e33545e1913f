from django.db import models

from charter.models import LawVersion
from ledger.ids import uuid7
from registry.models import Companion


class BatteryResult(models.TextChoices):
    RUNNING = "", "running"
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


class BatteryRun(models.Model):
    """One run of one of the law's batteries: asked apart from shadow mode, graded, sealed, valid for the law's time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="batteries")
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    battery = models.CharField(max_length=40, help_text="its name in the law")
    asked_by_ref = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="what is not measured by then is not measured")
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=BatteryResult.choices, blank=True)
    prompts = models.PositiveIntegerField()
    measured = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    valid_until = models.DateTimeField(null=True)
    sealed_as = models.ForeignKey("ledger.Decision", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "shadow_battery_run"
        default_permissions = ("view",)
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["companion", "battery"],
                condition=models.Q(ended_at=None),
                name="one_run_of_a_battery_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["companion", "battery", "-started_at"], name="batteries_of_a_companion")]

    subject_kind = "battery"

    def __str__(self) -> str:
        return f"{self.battery} of {self.companion_id}, {self.started_at:%Y-%m-%d}"

    @property
    def public_id(self) -> str:
        return f"bat_{self.pk.hex}"

    @property
    def subject_ref(self) -> str:
        return self.public_id

    @property
    def organisation_slug(self) -> str:
        return str(self.companion.provider.slug)


# An answer that came, was scored, and refuses: its reason says so.
REFUSED = "refused"


class BatteryItem(models.Model):
    """One prompt of a run, due once; ``is_good`` None where it could not be measured, which counts for nothing.

    No text of an answer is kept here or anywhere: it is graded or scored where it arrives, and let go. A verdict rests
    on outcomes and scores, which are sealed; who fails may take the battery again, and no incident comes of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(BatteryRun, models.CASCADE, related_name="items")
    nth = models.PositiveIntegerField()
    prompt_id = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    is_good = models.BooleanField(null=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        db_table = "shadow_battery_item"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "nth"], name="a_prompt_of_a_run_is_asked_once")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(is_done=False), name="battery_items_due")]
