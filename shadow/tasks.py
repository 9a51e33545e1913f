"""Celery's face of shadow mode: sweeps ask whether anything is due, which costs one query; the others do it."""

import time
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from charter.embedding import installed, similarities
from charter.queries import law_at
from ledger import ticks
from ledger.hands import send_soon
from shadow.actions import (
    agreement,
    batteries,
    desking,
    forgetting,
    judging,
    open_agreement,
    planning,
    probing,
    rescoring,
    scoring,
    trying_judges,
)
from shadow.judges.bound import golden_set
from shadow.judges.office import in_office, judges_now, to_be_tested
from shadow.prober import the_prober
from shadow.queries.batteries import batches_at_work
from shadow.queries.queue import claimable, expired
from shadow.queries.trials import trials_due

SCORING_SECONDS = 20
PROBE_TASKS = 2
# Two never compare the same at once: one is over before the next tick.
COMPARE_EVERY = timedelta(seconds=5)
COMPARING_SECONDS = 3
FORGET_EVERY = timedelta(hours=1)
DESK_EVERY = timedelta(minutes=2)
# They wait for somebody's network on threads that applications need as well.
BATTERY_BATCHES = 2


@shared_task
def plan_slots() -> None:
    """Lay out slots ahead, and count as unknown what nobody could ask in time."""
    now = timezone.now()
    planning.plan(at=now)
    if expired(now).exists():
        probing.expire(at=now)


@shared_task
def sweep_probes() -> None:
    """Wake a probing process for every full batch that is due."""
    due = claimable(timezone.now())[: PROBE_TASKS * probing.AT_ONCE].count()
    for _ in range(-(-due // probing.AT_ONCE)):
        send_soon(probe_batch.name)


@shared_task
def probe_batch() -> None:
    """Claim what is due, ask side by side, store what comes back."""
    the_prober(_after_answers).probe()


@shared_task
def sweep_scores() -> None:
    """Wake a scoring process if an answer waits."""
    if scoring.answers_to_score(timezone.now()).exists():
        send_soon(score_batch.name)


@shared_task
def score_batch() -> None:
    """Score answers in batches until none waits, or the time of a task is nearly over."""
    until = time.monotonic() + SCORING_SECONDS
    while time.monotonic() < until:
        now = timezone.now()
        if not scoring.score_answers(law=law_at(now), at=now):
            break


@shared_task
def sweep_trials() -> None:
    """Wake a scoring process if a scorer on trial has something to read."""
    if trials_due(timezone.now()).exists():
        send_soon(rescore_batch.name)


@shared_task
def rescore_batch() -> None:
    """Let a scorer on trial read slices; after each, answers that wait for their first score go before it."""
    until = time.monotonic() + SCORING_SECONDS
    while time.monotonic() < until:
        now = timezone.now()
        if not rescoring.read_more(at=now) or scoring.answers_to_score(now).exists():
            break


@shared_task
def close_slots_for_agreement() -> None:
    """Compare votes and closed answers of slots that are over."""
    now = timezone.now()
    agreement.close_slots(law=law_at(now), at=now)


@shared_task
def sweep_open_answers() -> None:
    """Wake a scoring process, which can embed, if open answers of a slot that is over wait for being compared."""
    now = timezone.now()
    if agreement.slots_to_close(law=law_at(now), at=now, open_answers=True):
        send_soon(compare_open_answers.name)


@shared_task
def compare_open_answers() -> None:
    """Compare open answers for a few seconds, whoever knocks first; without an embedder they are let go."""
    now = timezone.now()
    if not ticks.take("shadow.compare_open_answers", every=COMPARE_EVERY, at=now):
        return
    until = time.monotonic() + COMPARING_SECONDS
    open_agreement.compare_open_answers(
        law=law_at(now),
        at=now,
        similar=similarities if installed() else None,
        go_on=lambda: time.monotonic() < until,
    )


@shared_task
def fill_desk() -> None:
    """Bring to the stewards' desk what the law wants people to see; every other minute, whoever knocks first."""
    now = timezone.now()
    if ticks.take("shadow.fill_desk", every=DESK_EVERY, at=now):
        desking.fill_desk(law=law_at(now), at=now)


@shared_task
def sweep_judges() -> None:
    """Where judges are bound: send for those to be tested, and for the others if uncertain answers wait."""
    if not settings.KAIZEN_JUDGES:
        return
    now = timezone.now()
    law = law_at(now)
    for judge in to_be_tested(law=law, at=now):
        send_soon(try_judge.name, judge=judge.name)
    if len(in_office(law=law, at=now)) >= law.scoring.judge.panel:
        judging.lay_out(law=law, at=now)
        if judging.cases_to_judge(now).exists() and not judging.is_full(now):
            send_soon(judge_batch.name)


@shared_task
def try_judge(*, judge: str) -> None:
    """Go on with the admission test of one judge for the time of a task."""
    law = law_at(timezone.now())
    for one in judges_now(law=law):
        if one.name == judge:
            trying_judges.go_on(one, golden_set(), law=law, clock=timezone.now)


@shared_task
def judge_batch() -> None:
    """Have a batch of uncertain answers judged."""
    now = timezone.now()
    law = law_at(now)
    judging.judge_cases(in_office(law=law, at=now), golden_set(), law=law, clock=timezone.now)


@shared_task
def sweep_batteries() -> None:
    """End the runs that are over, and send for a batch if a prompt's turn has come."""
    now = timezone.now()
    batteries.conclude_over(at=now)
    turn = batteries.next_turn_at(now)
    if turn is not None and turn <= now and batches_at_work(now) < BATTERY_BATCHES:
        send_soon(battery_batch.name)


@shared_task
def battery_batch() -> None:
    """Ask prompts of batteries in their pace for the time of a task, and end the runs that are over then."""
    batteries.ask_due(clock=timezone.now)
    batteries.conclude_over(at=timezone.now())


@shared_task
def forget_texts() -> None:
    """Let the texts go whose time is over; once an hour, whoever knocks first."""
    now = timezone.now()
    if ticks.take("shadow.forget_texts", every=FORGET_EVERY, at=now):
        forgetting.forget_texts(law=law_at(now), at=now)
        forgetting.forget_words_of_judges(law=law_at(now), at=now)


def _after_answers() -> None:
    send_soon(score_batch.name)
