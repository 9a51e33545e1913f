from django.db import models

from ledger.ids import uuid7
from registry.models import Companion
from shadow.probes import Probe


class Sample(models.Model):
    """What one call found. ``slot_at`` is in its key, for the table can be partitioned by day; nothing refers to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    probe = models.CharField(max_length=16, choices=Probe.choices)
    slot_at = models.DateTimeField()
    origin = models.CharField(max_length=16, default="scheduled", help_text="scheduled, or a live deliberation")
    outcome = models.CharField(max_length=16, help_text="one of the ten outcomes, or unknown")
    reason = models.CharField(max_length=60, blank=True)
    counts_against = models.BooleanField(default=False, help_text="the outcome is an error of the model's")
    latency_ms = models.PositiveIntegerField(null=True)
    loop_lag_ms = models.PositiveIntegerField(null=True)
    latency_void = models.BooleanField(
        default=False, help_text="the prober was overloaded: the outcome counts, the latency does not"
    )
    prompt_id = models.CharField(max_length=80, blank=True)
    prompt_kind = models.CharField(max_length=20, blank=True)
    position = models.CharField(max_length=10, blank=True)
    closed_answer = models.CharField(
        max_length=100,
        blank=True,
        help_text="right: the answer; wrong: a digest, as texts stand in Answer alone",
    )
    is_correct = models.BooleanField(null=True)
    input_tokens = models.PositiveIntegerField(null=True)
    output_tokens = models.PositiveIntegerField(null=True)
    tokens_estimated = models.BooleanField(default=False)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, help_text="USD")
    claimed_score = models.PositiveSmallIntegerField(
        null=True, help_text="self-validation: the model's word about itself"
    )
    claimed_clauses = models.JSONField(
        null=True, help_text="self-validation: the clauses in which the model saw a violation of its own"
    )
    about_answer = models.UUIDField(null=True, help_text="self-validation: the sample whose answer it judged")
    asked_at = models.DateTimeField(help_text="when it was asked; of an unknown one, when we knew that we missed it")
    to_compare = models.BooleanField(default=False, help_text="an answer that is still to be compared with its peers'")

    class Meta:
        db_table = "shadow_sample"
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["companion", "probe", "slot_at"], name="a_slot_has_one_sample")]
        indexes = [
            models.Index(fields=["companion", "-slot_at"], name="samples_of_a_companion"),
            models.Index(fields=["slot_at"], condition=models.Q(to_compare=True), name="samples_to_compare"),
            models.Index(fields=["probe", "slot_at", "prompt_id"], name="samples_of_a_slot"),
            models.Index(fields=["about_answer"], condition=models.Q(about_answer__isnull=False), name="self_judged"),
        ]
