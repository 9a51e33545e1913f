"""The scores that were given."""

from django.db import models

from ledger.ids import uuid7


class Score(models.Model):
    """One answer's score by one scorer; history may hold several scorers' for one answer.

    ``answer_id`` is a sample's or a battery answer's uuid, and no foreign key: samples are partitioned by day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answer_id = models.UUIDField()
    scorer = models.CharField(max_length=64)
    status = models.CharField(max_length=12)
    score = models.PositiveSmallIntegerField(null=True)
    shape = models.JSONField()
    scored_at = models.DateTimeField()

    class Meta:
        db_table = "charter_score"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["answer_id", "scorer"], name="an_answer_has_one_score_by_a_scorer"),
            models.CheckConstraint(
                condition=models.Q(status="unscored", score=None)
                | models.Q(status__in=["final", "provisional"], score__gte=0, score__lte=100),
                name="a_score_is_0_to_100_or_unscored",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scored_at"], condition=models.Q(status="provisional"), name="uncertain_scores_by_time"
            ),
        ]

    def __str__(self) -> str:
        return "unscored" if self.score is None else str(self.score)
