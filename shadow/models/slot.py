from django.db import models

from ledger.ids import uuid7
from registry.models import Companion
from shadow.probes import Probe


class Slot(models.Model):
    """One question that is due: a short-lived row of the queue, deleted by the transaction that stores its sample."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.CASCADE, related_name="+")
    probe = models.CharField(max_length=16, choices=Probe.choices)
    slot_at = models.DateTimeField(help_text="the slot's own time, the same for every companion")
    due_at = models.DateTimeField(help_text="slot_at and the companion's offset")
    expires_at = models.DateTimeField(
        help_text="asked later than this, it would measure another time: it is unknown then"
    )
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(
        null=True, help_text="who holds it: a late answer of an earlier holder changes nothing"
    )
    attempt = models.PositiveSmallIntegerField(default=0)
    about_answer = models.UUIDField(null=True, help_text="self-validation: the sample whose answer is to be judged")

    class Meta:
        db_table = "shadow_slot"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["companion", "probe", "slot_at"], name="a_slot_is_asked_once"),
            models.CheckConstraint(condition=models.Q(probe__in=Probe.values), name="a_slot_has_a_known_probe"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="slots_due"),
            models.Index(fields=["expires_at"], name="slots_expiring"),
        ]
