"""Self-validation: what a model says of its own answers, kept beside our scores and counting for nothing (rule T6)."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from charter.models import Ruling, Score
from charter.queries import law_at, version_at
from charter.scoring.shape import Score as Shape
from shadow import rules
from shadow.actions.claiming import Claim, clause_sums_of, counts_of
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

    Both hold the lock of the watch, so that exactly one of them sees the other's row. What was ruled on counts as it
    was ruled.
    """
    claims = {it.about_answer: it for it in samples if it.about_answer and it.claimed_score is not None}
    scores = list(Score.objects.filter(answer_id__in=list(claims), score__isnull=False)) if claims else []
    if not scores:
        return
    lines = _compliant_at({it.scored_at for it in scores})
    ruled = {(it.answer_id, it.scorer): it.score for it in Ruling.objects.filter(answer_id__in=list(claims))}
    additions: dict[Any, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    claimed: dict[Any, Counter[str]] = defaultdict(Counter)
    for score in scores:
        sample = claims[score.answer_id]
        law = watches[sample.companion_id].law
        key = sample.companion_id, score.scorer, rules.floor(sample.slot_at, law.shadow.bucket)
        claim, ours = _claim(sample), ruled.get((score.answer_id, score.scorer), score.score or 0)
        additions[key][0].update(counts_of(claim, ours=ours, compliant_at=lines[score.scored_at]))
        claimed[key].update(clause_sums_of(claim, Shape.from_json(score.shape).clauses))
    add_scores(additions, claims=claimed)


def _compliant_at(times: set[datetime]) -> dict[datetime, int]:
    """The law's line at each of these times: one question where one law covers them all, as it nearly always does."""
    newest = version_at(max(times))
    if newest.effective_from <= min(times):
        return dict.fromkeys(times, newest.law.scoring.compliant_at)
    return {at: law_at(at).scoring.compliant_at for at in times}


def _claim(sample: Sample) -> Claim:
    assert sample.claimed_score is not None
    return Claim(sample.claimed_score, None if sample.claimed_clauses is None else tuple(sample.claimed_clauses))
