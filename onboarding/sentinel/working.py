"""A review as the worker makes it: claimed, asked in slices, every answer kept and scored, its verdict handed in."""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from charter.law import Law
from charter.models import Score as StoredScore
from charter.queries import law_at
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Score, Status
from onboarding.actions.reviewing import claim_review, conclude_review
from onboarding.models import Application, BatteryAnswer, SentinelReview
from onboarding.models.application import State
from onboarding.queries.applications import companion_looked_at
from onboarding.sentinel import deriving
from onboarding.sentinel.asking import asked
from onboarding.sentinel.judging import Judged
from registry.egress import Outcome
from registry.models import Endpoint
from registry.protocols import Called, Deliberation, reach_of
from shadow.prompts import Kind, Prompt, battery
from tiers.models.standing import REVIEWED

SLICE_SECONDS = 25.0
# A slice, its last call of 30 s and the wait for a place; the lease is renewed with every answer.
LEASE = timedelta(seconds=75)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_DOUBLINGS = 6
NOT_ASKED = "not_asked"
_ASK_AGAIN = frozenset({Outcome.OUR_FAULT, Outcome.THROTTLED})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subject:
    """Whom a review is about: a candidate, or a companion that is looked at again."""

    review: SentinelReview
    endpoint: Endpoint | None
    law: Law
    record: Mapping[str, Any]
    due_at: datetime | None

    @property
    def application(self) -> Application:
        return self.review.application


def work_on(review_id: uuid.UUID, *, clock: Callable[[], datetime], seconds: float = SLICE_SECONDS) -> bool:
    """Take up a review that is due for one slice; whether more of it waits and may be asked at once.

    False too where somebody else has it, where it is concluded, and where it has to wait.
    """
    review = claim_review(review_id, lease=LEASE, at=clock())
    if review is None:
        return False
    subject = subject_of(review)
    prompts = battery(subject.law.onboarding.battery, bytes(review.battery_key))
    missing = _missing(review, prompts)
    stopped_by = _ask(subject, missing, clock=clock, seconds=seconds)
    left = len(_missing(review, prompts))
    at = clock()
    if left and not _is_over(subject, at):
        _put_back(review, stopped_by, at=at)
        return stopped_by is None
    conclude(subject, prompts, at=at)
    return False


def subject_of(review: SentinelReview) -> Subject:
    """What is asked and judged by: a candidate's own endpoint, law and deadline, or a companion's present ones."""
    application = review.application
    companion = companion_looked_at(review, application)
    if companion is None:
        is_open = application.state == State.SENTINEL_REVIEW
        due_at = application.deadlines.constitutional if is_open else review.started_at
        return Subject(review, application.endpoint, application.law.law, application.body, due_at)
    law = law_at(review.started_at)
    may_be_asked = companion.standing.state in REVIEWED
    in_use = companion.endpoints.filter(replaced_at=None).select_related("provider")
    endpoint = in_use.first() if may_be_asked else None
    commitments = {
        "charter": companion.commits_to_charter,
        "consensus": companion.commits_to_consensus,
        "tiersUnderstood": companion.understands_tiers,
        "uptime": companion.uptime_committed,
    }
    due_at = review.started_at + law.onboarding.constitutional_within
    return Subject(review, endpoint, law, {**application.body, "commitments": commitments}, due_at)


def conclude(subject: Subject, prompts: Sequence[Prompt], *, at: datetime) -> None:
    """Judge what there is and hand the verdict in; a companion's goes on to its standing."""
    review, law = subject.review, subject.law
    basis = deriving.basis_of(judged(review, prompts), subject.record, scorer=scorer_of(law).digest)
    word = deriving.word_of(basis, law)
    conclude_review(review, verdict=word.verdict, numbers=word.numbers, reasons=word.reasons, at=at, basis=basis)


def judged(review: SentinelReview, prompts: Iterable[Prompt]) -> list[Judged]:
    """Every prompt of the battery with what became of it, by the stored scores."""
    answers = {answer.prompt_id: answer for answer in review.answers.all()}
    stored = StoredScore.objects.filter(answer_id__in=[answer.pk for answer in answers.values()])
    scores = {row.answer_id: Score.from_json(row.shape) for row in stored.order_by("scored_at")}
    return [_judged(prompt, answers.get(prompt.id), scores) for prompt in prompts]


def _judged(prompt: Prompt, answer: BatteryAnswer | None, scores: Mapping[uuid.UUID, Score]) -> Judged:
    is_twin = prompt.kind is Kind.OVER_REFUSAL
    if answer is None:
        return Judged("", prompt.clause or "", is_twin, NOT_ASKED)
    score = scores.get(answer.pk)
    if score is None:
        return Judged(str(answer.pk), prompt.clause or "", is_twin, answer.outcome)
    return Judged(
        ref=str(answer.pk),
        clause=prompt.clause or "",
        is_twin=is_twin,
        outcome=answer.outcome,
        score=score.score,
        vetoed=score.vetoed,
        refused=score.refused,
    )


def _missing(review: SentinelReview, prompts: Iterable[Prompt]) -> list[Prompt]:
    known = set(review.answers.values_list("prompt_id", flat=True))
    return [prompt for prompt in prompts if prompt.id not in known]


def _ask(
    subject: Subject, prompts: Sequence[Prompt], *, clock: Callable[[], datetime], seconds: float
) -> Called | None:
    """Ask for the time of a slice and keep what comes; the call that stopped it, if one did.

    A lack of ours, or a server that asks for patience, is no answer: the prompt stays to be asked.
    """
    if subject.endpoint is None or not prompts or _is_over(subject, clock()):
        return None
    reach = reach_of(subject.endpoint)
    scorer = scorer_of(subject.law)
    tier = subject.application.proposed_tier
    stopped_by: list[Called] = []
    calls = asked(
        reach,
        prompts,
        subject.law,
        tier=tier,
        cycle=settings.KAIZEN_CYCLE,
        review=str(subject.review.pk),
        seconds=seconds,
        goes_on=lambda: not stopped_by,
    )
    for prompt, called in calls:
        if called.outcome in _ASK_AGAIN:
            stopped_by.append(called)
        else:
            _keep(subject.review, prompt, called, scorer, tier=tier, at=clock())
    return stopped_by[0] if stopped_by else None


def _keep(review: SentinelReview, prompt: Prompt, called: Called, scorer: Scorer, *, tier: str, at: datetime) -> None:
    """One answer with its score; a second worker's answer to the same prompt is dropped."""
    text = called.value.response if isinstance(called.value, Deliberation) else ""
    answer = BatteryAnswer(
        review=review,
        prompt_id=prompt.id,
        outcome=called.outcome.value,
        reason=called.reason,
        latency_ms=called.latency_ms,
        text=text,
        asked_at=at,
    )
    score = scorer.score(text, prompt=prompt.text, id=str(answer.pk), tier=tier) if called.ok else None
    if score is not None and score.status is Status.UNSCORED:
        log.error("an answer of a battery is unscored: answer=%s flags=%s", answer.pk, ",".join(score.flags))
    with transaction.atomic():
        if BatteryAnswer.objects.filter(review=review, prompt_id=prompt.id).exists():
            return
        answer.save(force_insert=True)
        if score is not None:
            StoredScore.objects.create(
                answer_id=answer.pk,
                scorer=score.scorer,
                status=score.status.value,
                score=score.score,
                shape=score.as_json(),
                scored_at=at,
            )
        SentinelReview.objects.filter(pk=review.pk, finished_at=None).update(lease_until=at + LEASE)


def _is_over(subject: Subject, at: datetime) -> bool:
    """Whether nothing more is asked: the time is over, the application moved on, or nobody can be asked."""
    return subject.endpoint is None or (subject.due_at is not None and subject.due_at <= at)


def _put_back(review: SentinelReview, stopped_by: Called | None, *, at: datetime) -> None:
    """Leave the rest to the next slice: at once, or after a pause that grows with the tries."""
    pause = timedelta(0)
    if stopped_by is not None:
        asked_for = timedelta(seconds=stopped_by.retry_after or 0)
        pause = min(max(FIRST_PAUSE * 2 ** min(review.attempt, MOST_DOUBLINGS), asked_for), LONGEST_PAUSE)
    SentinelReview.objects.filter(pk=review.pk, finished_at=None).update(next_try_at=at + pause, lease_until=None)
