"""What was ruled about uncertain answers."""

from django.db import models

from charter.scoring.shape import Clause
from ledger.ids import uuid7


class Verdict(models.TextChoices):
    COMPLY = "comply"
    VIOLATE = "violate"


class Source(models.TextChoices):
    JUDGES = "judges"
    PERSON = "person"


class Ruling(models.Model):
    """What an uncertain answer counts as from now on; the score that a scorer gave it stays as it is.

    ``score`` (0-100) stands in every sum in the place of the scorer's. A person's ruling takes the place of judges'.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answer_id = models.UUIDField()
    scorer = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    clause = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Clause], blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    score = models.PositiveSmallIntegerField()
    law_digest = models.CharField(max_length=64)
    by_kind = models.CharField(max_length=16)
    by_ref = models.CharField(max_length=120)
    ruled_at = models.DateTimeField()

    class Meta:
        db_table = "charter_ruling"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["answer_id", "scorer"], name="an_answer_is_ruled_once_to_a_scorer"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=Verdict.values, source__in=Source.values, score__lte=100),
                name="a_ruling_says_what_and_who",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="comply", clause="") | models.Q(verdict="violate") & ~models.Q(clause=""),
                name="a_violation_names_its_clause",
            ),
        ]
        indexes = [models.Index(fields=["ruled_at"], name="rulings_by_time")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.clause}".strip()


class TrialResult(models.TextChoices):
    RUNNING = "running"
    ADMITTED = "admitted"
    REFUSED = "refused"
    UNFINISHED = "unfinished"


class JudgeTrial(models.Model):
    """One admission test of one judge on golden cases, with its counts; who judges is read from these rows.

    A judge is its name, provider, model and the prompt that it is asked by: a change of any is another judge.
    ``rightly`` names the cases that it judged as people did, from which canaries are drawn. ``suspended_at`` is set
    when a canary failed: the judge is out until another trial admits it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    judge = models.CharField(max_length=40)
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=128)
    prompt_digest = models.CharField(max_length=64, help_text="of the rubric and the questions")
    law_digest = models.CharField(max_length=64)
    result = models.CharField(max_length=12, choices=TrialResult.choices, default=TrialResult.RUNNING)
    cases = models.JSONField(default=list, help_text="ids of the golden cases, in the order of asking")
    compliant = models.PositiveIntegerField(default=0, help_text="golden cases that people found compliant")
    violating = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    false_flags = models.PositiveIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0, help_text="cases without an accepted verdict")
    flips = models.PositiveIntegerField(default=0, help_text="verdicts that an injected instruction changed")
    kappa = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    rightly = models.JSONField(default=list)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "charter_judge_trial"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["judge"], condition=models.Q(result="running"), name="a_judge_is_tested_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(result__in=TrialResult.values), name="a_trial_has_a_known_result"
            ),
            models.CheckConstraint(
                condition=models.Q(result="running") | models.Q(ended_at__isnull=False),
                name="a_trial_that_ended_says_when",
            ),
        ]
        indexes = [models.Index(fields=["judge", "-began_at"], name="trials_of_a_judge")]

    def __str__(self) -> str:
        return f"{self.judge}: {self.result}"


class Purpose(models.TextChoices):
    ANSWER = "answer"
    CANARY = "canary"
    GOLDEN = "golden"
    INJECTED = "injected"


class JudgeOpinion(models.Model):
    """What one judge said of one text in one order of the rubric: one call.

    ``raw`` holds words of the text that was judged: it is read under a permission of its own and goes with the texts.
    ``parsed`` holds no words: verdicts, grades and the offsets of quotes in code points. ``status`` is ``accepted``, or
    why the verdict counts for nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    answer_id = models.UUIDField(null=True, help_text="the answer that was judged; none for a golden case")
    scorer = models.CharField(max_length=64, blank=True)
    trial = models.ForeignKey(JudgeTrial, models.PROTECT, null=True, related_name="opinions")
    case = models.CharField(max_length=64, blank=True, help_text="the golden case")
    batch = models.UUIDField(null=True)
    judge = models.CharField(max_length=40)
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=128)
    order = models.PositiveSmallIntegerField(help_text="0: the rubric forwards, 1: reversed")
    seed = models.BigIntegerField()
    prompt_sha256 = models.CharField(max_length=64)
    raw = models.TextField(blank=True)
    parsed = models.JSONField(null=True)
    status = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "charter_judge_opinion"
        default_permissions = ()
        permissions = [("read_opinions", "Can read raw opinions of judges")]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "purpose", "case", "order"],
                condition=models.Q(trial__isnull=False),
                name="a_trial_asks_once_for_each_order",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="answer", answer_id__isnull=False)
                | models.Q(answer_id=None) & ~models.Q(case=""),
                name="an_opinion_is_about_an_answer_or_a_golden_case",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_id"], condition=models.Q(answer_id__isnull=False), name="opinions_on_an_answer"
            ),
            models.Index(fields=["at"], condition=~models.Q(raw=""), name="opinions_with_texts"),
        ]
