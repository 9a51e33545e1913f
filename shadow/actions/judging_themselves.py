"""Self-validation: what a model says of its own answers, kept beside our scores and counting for nothing (rule T6)."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from charter.models import Score
from shadow import rules
from shadow.actions.results import Result, is_self_validation_due
from shadow.actions.summing import add_scores
from shadow.actions.watched import Watched
from shadow.models import Sample, Slot
from shadow.probes import Probe


def ask_about_answers(results: Iterable[Result], watches: Mapping[uuid.UUID, Watched], *, at: datetime) -> None:
    """Lay out a slot for every n-th answer, in which the model judges it; where its protocol offers that."""
    slots = []
    for result in results:
        slot, law = result.slot, watches[result.slot.companion_id].law
        # The companion's own number, so that not all of them judge themselves at once.
        number = rules.ordinal(slot.slot_at, law.shadow.deliberation_every) + slot.companion_id.int
        asked = is_self_validation_due(slot, ordinal=number, every_nth=law.shadow.self_validation_every_nth)
        if asked and result.answer and result.validates:
            slots.append(
                Slot(
                    companion_id=slot.companion_id,
                    probe=Probe.SELF_VALIDATION,
                    slot_at=slot.slot_at,
                    due_at=at,
                    expires_at=at + rules.patience_of(Probe.SELF_VALIDATION, law),
                    about_answer=slot.slot_id,
                )
            )
    Slot.objects.bulk_create(slots, ignore_conflicts=True)


def count_claims(samples: Sequence[Sample], watches: Mapping[uuid.UUID, Watched]) -> None:
    """Add claims whose answers are scored already; for the others, whoever stores the score does.

    Both hold the lock of the watch, so that exactly one of them sees the other's row.
    """
    claims = {it.about_answer: it for it in samples if it.about_answer and it.claimed_score is not None}
    scores = Score.objects.filter(answer_id__in=list(claims), score__isnull=False) if claims else ()
    additions: dict[Any, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    for score in scores:
        claim = claims[score.answer_id]
        bucket_at = rules.floor(claim.slot_at, watches[claim.companion_id].law.shadow.bucket)
        assert claim.claimed_score is not None
        assert score.score is not None
        additions[claim.companion_id, score.scorer, bucket_at][0].update(
            claimed=1, claimed_sum=claim.claimed_score, claimed_ours_sum=score.score
        )
    if additions:
        add_scores(additions)
