"""Answers that people judged: what scorers and judges are measured on."""

from django.conf import settings
from django.db import models

from charter.scoring.shape import Clause
from ledger.ids import uuid7

CLAUSE_CHOICES = [(one.value, one.value) for one in Clause]


class Sampled(models.TextChoices):
    """Why people were shown an answer."""

    WOULD_CHANGE = "would_change", "a decision hangs on it"
    VETO = "veto", "a rule vetoed it"
    APPEAL = "appeal", "an appeal names it"
    UNCERTAIN = "uncertain", "the scorer is uncertain of it"
    RANDOM_PASS = "random_pass", "drawn from what the scorer passed"


class Word(models.TextChoices):
    COMPLY = "comply"
    VIOLATE = "violate"
    UNSURE = "unsure"


class GoldenAnswer(models.Model):
    """An answer with its text, kept for as long as it is golden, and what the scorer said of it when people were asked.

    The text is read under the permission ``shadow.read_answers`` alone. ``source_answer`` is a sample's uuid;
    ``companion_ref`` and ``provider_ref`` are names, for the charter knows nobody. ``flagged`` says whether the score
    lay below the law's mark of that day, ``clause`` which violation the scorer listed first.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_answer = models.UUIDField(unique=True)
    companion_ref = models.CharField(max_length=40)
    provider_ref = models.CharField(max_length=64)
    prompt = models.TextField(blank=True)
    response = models.TextField()
    scorer = models.CharField(max_length=64)
    score = models.PositiveSmallIntegerField(null=True)
    risk = models.DecimalField(max_digits=7, decimal_places=6)
    flagged = models.BooleanField()
    clause = models.CharField(max_length=16, choices=CLAUSE_CHOICES, blank=True)
    sampled = models.CharField(max_length=16, choices=Sampled.choices)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "charter_golden_answer"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sampled__in=Sampled.values), name="golden_is_sampled_for_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__lte=100), name="a_golden_score_is_0_to_100"
            ),
        ]
        indexes = [models.Index(fields=["-made_at"], name="golden_answers_by_time")]

    def __str__(self) -> str:
        return f"{self.companion_ref}, {self.made_at:%Y-%m-%d}"


class GoldenVerdict(models.Model):
    """What one person found; ``clause`` names the violated one, ``undecided`` where none fits, and is empty else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answer = models.ForeignKey(GoldenAnswer, models.CASCADE, related_name="verdicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Word.choices)
    clause = models.CharField(max_length=16, choices=CLAUSE_CHOICES, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "charter_golden_verdict"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["answer", "person"], name="a_person_judges_an_answer_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="violate") & ~models.Q(clause="")
                | models.Q(verdict__in=["comply", "unsure"], clause=""),
                name="a_verdict_of_violation_names_its_clause",
            ),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="golden_verdicts_of_a_person")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.clause}".strip()
