"""Questions about the desk: what waits, for whom, and which answers could come to it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from charter.law import Law
from charter.models import GoldenVerdict, Ruling
from charter.models import Score as StoredScore
from charter.models.golden import Sampled, Word
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Status
from shadow.models import Answer, DeskItem

# Far more than a week of the law's questions: only a law with its clocks wound up comes near.
MOST_OF_A_WEEK = 5000


@dataclass(frozen=True)
class Candidate:
    """An answer with its text, as far as the desk asks.

    ``is_open`` says that its score still waits for a word, ``is_final`` that it never did; ``why`` is the reason for
    which it is on the desk already.
    """

    sample_id: uuid.UUID
    companion_id: uuid.UUID
    slot_at: datetime
    score: int
    is_open: bool
    is_final: bool = False
    why: str = ""


@dataclass(frozen=True)
class OnDesk:
    """How many answers wait, and since when the oldest of them."""

    n: int
    oldest: datetime | None


@dataclass(frozen=True)
class Progress:
    """What is left for one person, what this person judged since the day began, and the last one to look at again."""

    left: int
    today: int


def on_desk() -> OnDesk:
    """All that waits for anybody."""
    found = DeskItem.objects.filter(closed_at=None).aggregate(n=Count("pk"), oldest=Min("queued_at"))
    return OnDesk(found["n"], found["oldest"])


def waiting_for(person: Any, *, at: datetime) -> QuerySet[DeskItem]:
    """What this person may be given, in the order of the desk: not their organisation's, not judged by them already."""
    judged = GoldenVerdict.objects.filter(answer__source_answer=OuterRef("sample_id"), person=person)
    free = Q(lease_until=None) | Q(lease_until__lte=at) | Q(leased_by=person)
    found = DeskItem.objects.filter(free, ~Exists(judged), closed_at=None)
    if person.organisation_id:
        found = found.exclude(companion__provider_id=person.organisation_id)
    return found.order_by("place", "queued_at", "id")


def progress(person: Any, *, at: datetime) -> Progress:
    """How the work of this person stands; two queries."""
    since = at.replace(hour=0, minute=0, second=0, microsecond=0)
    today = GoldenVerdict.objects.filter(person=person, at__gte=since).exclude(verdict=Word.UNSURE).count()
    return Progress(waiting_for(person, at=at).count(), today)


def score_shown(sample_id: uuid.UUID, law: Law) -> StoredScore | None:
    """The score that people judge: the law's scorer's, or the first that it got; later ones may be a trial's."""
    rows = {row.scorer: row for row in StoredScore.objects.filter(answer_id=sample_id).order_by("scored_at", "id")}
    return rows.get(scorer_of(law).digest) or next(iter(rows.values()), None)


def candidates(
    companion_id: uuid.UUID, *, since: datetime, until: datetime, scorer: str, limit: int = MOST_OF_A_WEEK
) -> list[Candidate]:
    """The companion's latest scored answers of [``since``, ``until``) whose texts are here; four queries.

    What left the desk is not among them.
    """
    answers = dict(
        Answer.objects.filter(companion_id=companion_id, slot_at__gte=since, slot_at__lt=until)
        .order_by("-slot_at")
        .values_list("sample_id", "slot_at")[:limit]
    )
    desk = {
        sample_id: (why, closed_at)
        for sample_id, why, closed_at in DeskItem.objects.filter(sample_id__in=answers).values_list(
            "sample_id", "why", "closed_at"
        )
    }
    here = {one: slot_at for one, slot_at in answers.items() if one not in desk or desk[one][1] is None}
    rows = StoredScore.objects.filter(answer_id__in=here, scorer=scorer)
    ruled = set(Ruling.objects.filter(answer_id__in=here, scorer=scorer).values_list("answer_id", flat=True))
    return [
        Candidate(
            answer_id,
            companion_id,
            here[answer_id],
            score,
            is_open=status == Status.PROVISIONAL and answer_id not in ruled,
            is_final=status == Status.FINAL,
            why=desk[answer_id][0] if answer_id in desk else "",
        )
        for answer_id, status, score in rows.values_list("answer_id", "status", "score")
        if score is not None
    ]


def named(samples: Iterable[uuid.UUID], law: Law) -> list[Candidate]:
    """These answers, as far as they have a text and a score by the law's scorer, as candidates; two queries."""
    answers = {it.sample_id: it for it in Answer.objects.filter(sample_id__in=list(samples)).defer("text")}
    scores = StoredScore.objects.filter(answer_id__in=answers, scorer=scorer_of(law).digest)
    return [
        Candidate(one, answers[one].companion_id, answers[one].slot_at, score, is_open=status == Status.PROVISIONAL)
        for one, score, status in scores.values_list("answer_id", "score", "status")
        if score is not None
    ]


def nearest(found: Iterable[Candidate], *, mark: int, above: bool, n: int) -> list[Candidate]:
    """The ``n`` uncertain answers nearest to the mark on one side; one at the mark lies above it.

    Those that are on the desk already because a decision hangs on them count among the ``n`` and are not named again.
    """
    side = [it for it in found if it.is_open and (it.score >= mark) is above]
    there = sum(it.why == Sampled.WOULD_CHANGE for it in side)
    others = [it for it in side if it.why != Sampled.WOULD_CHANGE]
    return sorted(others, key=lambda it: (abs(it.score - mark), it.slot_at, it.sample_id))[: max(n - there, 0)]
