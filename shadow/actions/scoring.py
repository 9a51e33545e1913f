"""Answers are scored in batches, outside any transaction, and their sums written with the scores."""

import logging
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from charter.law import Law
from charter.models import Score as StoredScore
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Score, Status, unscored
from shadow import rules
from shadow.actions.claiming import MILLIONTHS, Claim, clause_sums_of, counts_of
from shadow.actions.summing import add_scores
from shadow.actions.watched import Watched, locked_watches
from shadow.models import Answer, Sample, SuspiciousAnswer
from shadow.prompts import UnknownPrompt, by_id

log = logging.getLogger(__name__)
AT_ONCE = 100
# Soft and hard limits of a score task are 35 and 45 seconds (security rule R4).
LEASE = timedelta(seconds=55)
# An answer of 64 KiB may take several seconds, and most take hundredths of one.
BATCH_SECONDS = 5.0
ATTEMPTS = 5
GAVE_UP = "attempts_exhausted"


@dataclass(frozen=True)
class Scored:
    """An answer with its score, ready to be stored."""

    answer: Answer
    score: Score


def answers_to_score(at: datetime) -> QuerySet[Answer]:
    """Answers that nobody has scored and nobody is scoring."""
    return Answer.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at), scored_by="")


def score_answers(*, law: Law, at: datetime, limit: int = AT_ONCE) -> int:
    """Claim up to ``limit`` answers, score them by the law's scorer and store the scores; how many were scored.

    What was claimed and not reached within ``BATCH_SECONDS`` is given back: answers that take seconds cost nobody
    else's a try. One whose scoring ended five times without a word is stored as unscored, aloud: it is no evidence.
    """
    answers = claim_answers(limit, at=at)
    if not answers:
        return 0
    scorer, ends = scorer_of(law), time.monotonic() + BATCH_SECONDS
    scored = [Scored(answers[0], _score(scorer, answers[0]))]
    for answer in answers[1:]:
        if time.monotonic() > ends:
            break
        scored.append(Scored(answer, _score(scorer, answer)))
    store_scores(scored, law=law, at=at)
    _give_back(answers[len(scored) :], at=at)
    return len(scored)


def _give_back(answers: Sequence[Answer], *, at: datetime) -> None:
    mine = Answer.objects.filter(sample_id__in=[it.sample_id for it in answers], lease_until=at + LEASE, scored_by="")
    mine.update(lease_until=None, attempt=F("attempt") - 1)


def claim_answers(limit: int, *, at: datetime) -> list[Answer]:
    """Take answers for the time of a lease, oldest first."""
    with transaction.atomic():
        due = answers_to_score(at).order_by("stored_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("sample_id", flat=True)[:limit])
        if not ids:
            return []
        answers_to_score(at).filter(sample_id__in=ids).update(lease_until=at + LEASE, attempt=F("attempt") + 1)
        return list(Answer.objects.filter(sample_id__in=ids).order_by("stored_at"))


def store_scores(scored: Sequence[Scored], *, law: Law, at: datetime) -> int:
    """Store scores with their sums, in one transaction; an answer that has one by this scorer keeps it."""
    with transaction.atomic():
        watches = locked_watches({it.answer.companion_id for it in scored})
        ids = [it.answer.sample_id for it in scored]
        waiting = set(Answer.objects.filter(sample_id__in=ids, scored_by="").values_list("sample_id", flat=True))
        new = [it for it in scored if it.answer.sample_id in waiting]
        StoredScore.objects.bulk_create([row_of(it, at) for it in new])
        SuspiciousAnswer.objects.bulk_create([_suspicion(it, at) for it in new if is_suspicious(it.score, law)])
        _mark(new)
        count_scores(new, watches, law=law)
    return len(new)


def count_scores(scored: Iterable[Scored], watches: Mapping[uuid.UUID, Watched], *, law: Law) -> None:
    """Add scores to the sums of their scorers, in the transaction that stores them and holds the watches' lock."""
    found = list(scored)
    claims = claims_about(it.answer.sample_id for it in found)
    additions: dict[Any, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    claimed: dict[Any, Counter[str]] = defaultdict(Counter)
    for it in found:
        bucket_at = rules.floor(it.answer.slot_at, watches[it.answer.companion_id].law.shadow.bucket)
        key = it.answer.companion_id, it.score.scorer, bucket_at
        _count(it, law, additions[key])
        claim = claims.get(it.answer.sample_id)
        if claim and it.score.score is not None:
            counts = counts_of(claim, ours=it.score.score, compliant_at=law.scoring.compliant_at)
            additions[key][0].update(counts)
            claimed[key].update(clause_sums_of(claim, it.score.clauses))
    add_scores(additions, claims=claimed)


def claims_about(answers: Iterable[uuid.UUID]) -> dict[uuid.UUID, Claim]:
    """What models said of these answers of theirs, by the answer's sample."""
    rows = Sample.objects.filter(about_answer__in=list(answers), claimed_score__isnull=False)
    return {
        about: Claim(score, None if clauses is None else tuple(clauses))
        for about, score, clauses in rows.values_list("about_answer", "claimed_score", "claimed_clauses")
        if about is not None and score is not None
    }


def is_suspicious(score: Score, law: Law) -> bool:
    """Whether ``tiers`` has to look at it; only a final score can say so (spec section 10.5)."""
    if score.score is None or score.status is not Status.FINAL:
        return False
    return score.vetoed or score.score < law.scoring.incident_below


def _score(scorer: Scorer, answer: Answer) -> Score:
    ref = str(answer.sample_id)
    if answer.attempt > ATTEMPTS:
        log.error("an answer could not be scored and is given up: sample=%s", ref)
        return unscored(ref, scorer.digest, GAVE_UP)
    return judged(scorer, answer)


def judged(scorer: Scorer, answer: Answer) -> Score:
    """The answer's score by ``scorer``; where it cannot be had, unscored, aloud."""
    ref = str(answer.sample_id)
    try:
        prompt = by_id(answer.prompt_id).text if answer.prompt_id else ""
    except UnknownPrompt:
        log.error("an answer's prompt is not in the bank: sample=%s", ref)  # noqa: TRY400
        return unscored(ref, scorer.digest, "prompt_unknown")
    score = scorer.score(answer.text, prompt=prompt, id=ref)
    if score.status is Status.UNSCORED:
        log.error("an answer is unscored: sample=%s flags=%s", ref, ",".join(score.flags))
    return score


def row_of(it: Scored, at: datetime) -> StoredScore:
    """The score as it is stored."""
    return StoredScore(
        answer_id=it.answer.sample_id,
        scorer=it.score.scorer,
        status=it.score.status.value,
        score=it.score.score,
        shape=it.score.as_json(),
        scored_at=at,
    )


def _suspicion(it: Scored, at: datetime) -> SuspiciousAnswer:
    return SuspiciousAnswer(
        sample_id=it.answer.sample_id,
        scorer=it.score.scorer,
        companion_id=it.answer.companion_id,
        slot_at=it.answer.slot_at,
        scored_at=at,
    )


def _mark(scored: Iterable[Scored]) -> None:
    by_scorer: dict[str, list[uuid.UUID]] = defaultdict(list)
    for it in scored:
        by_scorer[it.score.scorer].append(it.answer.sample_id)
    for scorer, ids in by_scorer.items():
        Answer.objects.filter(sample_id__in=ids).update(scored_by=scorer, lease_until=None)


def _count(it: Scored, law: Law, sums: tuple[Counter[str], Counter[str]]) -> None:
    counts, clauses = sums
    score = it.score
    if score.score is None:
        counts["unscored"] += 1
        return
    counts.update(
        scored=1,
        score_sum=score.score,
        score_square_sum=score.score**2,
        compliant=score.score >= law.scoring.compliant_at,
        vetoed=score.vetoed,
        below_incident=score.score < law.scoring.incident_below,
    )
    clauses.update({clause.value: int(risk * MILLIONTHS) for clause, risk in score.clauses.items()})
