from django.db import models

from registry.models import Companion


class CaseStage(models.TextChoices):
    WAITING = "waiting"
    SETTLED = "settled"
    PERSON = "person"


class JudgeCase(models.Model):
    """An answer with an uncertain score, on its way through the judges: a row of the queue that stays as the record.

    It ends as ``settled``, by the judges' ruling, or as ``person``, for ``reason``: they did not agree, or there were
    too few of them, or they could not be asked. The answer itself is uncertain until somebody rules.
    """

    sample_id = models.UUIDField(primary_key=True)
    scorer = models.CharField(max_length=64)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    scored_at = models.DateTimeField()
    stage = models.CharField(max_length=8, choices=CaseStage.choices, default=CaseStage.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(
        null=True, help_text="who holds it: a late word of an earlier holder changes nothing"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shadow_judge_case"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=models.Q(stage__in=CaseStage.values), name="a_case_has_a_known_stage"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(stage="waiting"), name="cases_to_judge"),
            models.Index(fields=["scored_at"], name="cases_by_score"),
        ]
