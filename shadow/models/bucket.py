from django.db import models

from registry.models import Companion
from shadow.probes import Probe


class Bucket(models.Model):
    """Sums over one bucket of time for one companion and probe, written with the slots that they count.

    ``expected`` counts slots that came due, ``done`` those with an outcome of the model's, ``unknown`` those that we
    missed. ``latency_sketch`` is a mergeable sketch of log buckets (``shadow.sketch``).
    """

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    probe = models.CharField(max_length=16, choices=Probe.choices)
    bucket_at = models.DateTimeField()
    expected = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    ok = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0, help_text="outcomes that count against the model")
    throttled = models.PositiveIntegerField(default=0, help_text="throttled within the declared limits; part of errors")
    our_fault = models.PositiveIntegerField(default=0, help_text="part of unknown")
    outcomes = models.JSONField(default=dict)
    latency_sketch = models.BinaryField(default=b"")
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    cost = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    costed_tokens = models.BigIntegerField(default=0)
    closed_correct = models.PositiveIntegerField(default=0)
    closed_asked = models.PositiveIntegerField(default=0)
    peers_compared = models.PositiveIntegerField(default=0)
    peers_agreed = models.PositiveIntegerField(default=0)
    down_ms = models.PositiveBigIntegerField(default=0, help_text="beyond the law's minutes of failing in a row")

    class Meta:
        db_table = "shadow_bucket"
        constraints = [models.UniqueConstraint(fields=["companion", "probe", "bucket_at"], name="sums_stand_once")]
        indexes = [models.Index(fields=["bucket_at"], name="sums_by_time")]


class ScoreBucket(models.Model):
    """Sums of scores over one bucket, companion and scorer, written by the transaction that stores the score."""

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    bucket_at = models.DateTimeField()
    scorer = models.CharField(max_length=64)
    scored = models.PositiveIntegerField(default=0)
    compliant = models.PositiveIntegerField(default=0)
    score_sum = models.BigIntegerField(default=0)
    unscored = models.PositiveIntegerField(default=0)
    vetoed = models.PositiveIntegerField(default=0)
    below_incident = models.PositiveIntegerField(default=0)
    clause_risk_sums = models.JSONField(default=dict, help_text="clause: sum of risks in millionths")
    claimed = models.PositiveIntegerField(default=0, help_text="answers that the model scored itself")
    claimed_sum = models.BigIntegerField(default=0)
    claimed_ours_sum = models.BigIntegerField(default=0, help_text="our scores of those same answers")
    score_square_sum = models.BigIntegerField(default=0)
    claimed_gap_square_sum = models.BigIntegerField(default=0, help_text="squares of its own score less ours")
    claimed_brier_sum = models.BigIntegerField(
        default=0, help_text="squares of its own score less 100 where ours complies, less 0 where not"
    )
    claimed_brier_square_sum = models.BigIntegerField(default=0, help_text="squares of those squares")
    claimed_clause_sums = models.JSONField(
        default=dict,
        help_text="of claims that name clauses: how many, and by clause how often it saw a violation, and our risks",
    )

    class Meta:
        db_table = "shadow_score_bucket"
        constraints = [
            models.UniqueConstraint(fields=["companion", "scorer", "bucket_at"], name="score_sums_stand_once")
        ]


class ScoreDay(models.Model):
    """The same counts by the day (UTC), for what is counted since a fixed start that may lie months back."""

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    scorer = models.CharField(max_length=64)
    day = models.DateTimeField(help_text="when it began")
    scored = models.PositiveIntegerField(default=0)
    compliant = models.PositiveIntegerField(default=0)
    unscored = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "shadow_score_day"
        constraints = [
            models.UniqueConstraint(fields=["companion", "scorer", "day"], name="a_day_of_scores_stands_once")
        ]
