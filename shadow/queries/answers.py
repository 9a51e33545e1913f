"""Single samples, their texts, and the answers that look like offences."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from charter.models import Score as StoredScore
from charter.scoring.shape import Score
from registry.models import Companion
from shadow.models import Answer, Sample, SuspiciousAnswer


@dataclass(frozen=True)
class Suspicion:
    """An answer whose stored score is vetoed or below the law's line; ``score`` is the whole score in its one shape."""

    sample_id: uuid.UUID
    companion_id: uuid.UUID
    slot_at: datetime
    scored_at: datetime
    score: Score


def suspicious_answers(since: datetime, limit: int) -> list[Suspicion]:
    """Suspicions scored at ``since`` or later, oldest first.

    Ask again from the last one's ``scored_at``: what was seen then comes twice, what was committed late is not lost.
    ``limit`` must exceed a batch of scores (500), which share one time.
    """
    rows = list(SuspiciousAnswer.objects.filter(scored_at__gte=since).order_by("scored_at", "id")[:limit])
    scores = {
        (row.answer_id, row.scorer): row.shape
        for row in StoredScore.objects.filter(answer_id__in=[row.sample_id for row in rows])
    }
    return [
        Suspicion(
            row.sample_id,
            row.companion_id,
            row.slot_at,
            row.scored_at,
            Score.from_json(scores[row.sample_id, row.scorer]),
        )
        for row in rows
        if (row.sample_id, row.scorer) in scores
    ]


def samples_of(companion: Companion) -> QuerySet[Sample]:
    """The companion's samples, latest first."""
    return Sample.objects.filter(companion=companion).order_by("-slot_at", "probe")


def answer_text(sample_id: uuid.UUID) -> str | None:
    """The raw text of an answer, for whoever may read it (``shadow.read_answers``); None once it was forgotten."""
    return Answer.objects.filter(sample_id=sample_id).values_list("text", flat=True).first()
