from django.db import models

from ledger.ids import uuid7
from registry.models import Companion


class Answer(models.Model):
    """The raw text of an answer: in this table alone, under a permission of its own, for the law's time (rule T5)."""

    sample_id = models.UUIDField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    slot_at = models.DateTimeField()
    prompt_id = models.CharField(max_length=80)
    text = models.TextField()
    scored_by = models.CharField(max_length=64, blank=True, help_text="digest of the scorer; empty: still to be scored")
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "shadow_answer"
        default_permissions = ()
        permissions = [("read_answers", "Can read raw answers")]
        indexes = [
            models.Index(fields=["stored_at"], condition=models.Q(scored_by=""), name="answers_to_score"),
            models.Index(fields=["stored_at"], name="answers_by_age"),
            models.Index(fields=["companion", "-slot_at"], name="answers_of_a_companion"),
        ]


class SuspiciousAnswer(models.Model):
    """An answer whose stored score is vetoed or below the law's line; written with the score, read by ``tiers``."""

    id = models.BigAutoField(primary_key=True)
    sample_id = models.UUIDField()
    scorer = models.CharField(max_length=64)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    slot_at = models.DateTimeField()
    scored_at = models.DateTimeField()

    class Meta:
        db_table = "shadow_suspicious_answer"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["sample_id", "scorer"], name="an_answer_is_suspicious_once_to_a_scorer")
        ]
        indexes = [models.Index(fields=["scored_at", "id"], name="suspicious_answers_by_time")]


class Hold(models.Model):
    """Why a text may not go yet: an incident, an offence or an appeal named it; it goes after ``released_at``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sample_id = models.UUIDField(db_index=True)
    reason = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=120)
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shadow_hold"
        constraints = [
            models.UniqueConstraint(
                fields=["sample_id", "subject_kind", "subject_ref"], name="a_subject_holds_a_text_once"
            ),
        ]
