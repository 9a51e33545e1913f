"""Trials of scorers: which wait for a worker, what they have still to read, and what would change."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from charter.law import Law
from charter.models import Ruling
from charter.models import Score as StoredScore
from charter.scoring.shape import Status
from shadow.comparison import Changes, Mark, Pair
from shadow.models import Answer, ScorerTrial
from shadow.models.trial import TrialState

AT_ONCE = 500
# Answers that somebody was scoring when the law changed have their old score by then.
SETTLED_AFTER = timedelta(minutes=1)


def trials_due(at: datetime) -> QuerySet[ScorerTrial]:
    """Trials that have something to read and that no worker holds, oldest first."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    reading = Q(state=TrialState.OPEN)
    filling = Q(state=TrialState.PROMOTED, filled_at=None, settled_at__lte=at - SETTLED_AFTER)
    return ScorerTrial.objects.filter(free, reading | filling).select_related("law").order_by("started_at")


def answers_read_by(scorer: str) -> QuerySet[Answer]:
    """Answers that have a score by this scorer, the latest first."""
    return Answer.objects.filter(_scored_by(scorer)).order_by("-stored_at", "-sample_id")


def answers_of(trial: ScorerTrial) -> QuerySet[Answer]:
    """The answers that the trial is about, as far as their texts are still kept."""
    return answers_read_by(trial.incumbent).filter(stored_at__gte=trial.since_at, stored_at__lte=trial.until_at)


def answers_to_read(trial: ScorerTrial) -> QuerySet[Answer]:
    """What the candidate has not read yet, the latest first.

    Once it is promoted, that is every scored answer of the longest window in which scores are judged.
    """
    if trial.state == TrialState.PROMOTED and trial.settled_at:
        since = trial.settled_at - window_of(trial.law.law)
        wanted = Answer.objects.filter(stored_at__gte=since).exclude(scored_by="").order_by("-stored_at", "-sample_id")
    else:
        wanted = answers_of(trial)
    return wanted.filter(~_scored_by(trial.candidate), stored_at__lte=trial.cursor_at)


def window_of(law: Law) -> timedelta:
    """The longest window over which scores are judged."""
    return max(law.shadow.window, law.gi.windows["constitutional"], law.offences.rate_over)


def changes_of(trial: ScorerTrial) -> dict[str, Any]:
    """What would change if the candidate were in force, over the answers of the trial that both have read.

    Answers count as what they count for: a ruling stands in the place of the score. Three queries for 500 answers.
    """
    changes = Changes(trial.law.law)
    read = answers_of(trial).filter(_scored_by(trial.candidate)).values_list("sample_id", "companion__ref")
    refs = dict(read)
    ids = list(refs)
    for start in range(0, len(ids), AT_ONCE):
        changes.add(_pairs(ids[start : start + AT_ONCE], refs, trial))
    return changes.as_json()


def _pairs(ids: list[uuid.UUID], refs: dict[uuid.UUID, str], trial: ScorerTrial) -> Iterator[Pair]:
    sides = (trial.incumbent, trial.candidate)
    rulings = {
        (answer, scorer): score
        for answer, scorer, score in Ruling.objects.filter(answer_id__in=ids, scorer__in=sides).values_list(
            "answer_id", "scorer", "score"
        )
    }
    marks = {
        (row.answer_id, row.scorer): _mark(row, rulings.get((row.answer_id, row.scorer)))
        for row in StoredScore.objects.filter(answer_id__in=ids, scorer__in=sides)
    }
    for pk in ids:
        yield Pair(pk, refs[pk], *(marks[pk, side] for side in sides))


def _mark(row: StoredScore, ruled: int | None) -> Mark:
    if ruled is not None:
        return Mark(ruled)
    vetoed = any(violation.get("veto") for violation in row.shape["violations"])
    return Mark(row.score, vetoed, final=row.status == Status.FINAL)


def _scored_by(scorer: str) -> Exists:
    return Exists(StoredScore.objects.filter(answer_id=OuterRef("sample_id"), scorer=scorer))
