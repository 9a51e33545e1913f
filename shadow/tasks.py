"""Celery's face of shadow mode: sweeps ask whether anything is due, which costs one query; the others do it."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from charter.queries import law_at
from ledger import ticks
from ledger.hands import send_soon
from shadow.actions import agreement, forgetting, planning, probing, scoring
from shadow.prober import the_prober
from shadow.queries.queue import claimable, expired

SCORING_SECONDS = 20
PROBE_TASKS = 2
FORGET_EVERY = timedelta(hours=1)


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
def close_slots_for_agreement() -> None:
    """Compare the answers of slots that are over."""
    now = timezone.now()
    agreement.close_slots(law=law_at(now), at=now)


@shared_task
def forget_texts() -> None:
    """Let the texts go whose time is over; once an hour, whoever knocks first."""
    now = timezone.now()
    if ticks.take("shadow.forget_texts", every=FORGET_EVERY, at=now):
        forgetting.forget_texts(law=law_at(now), at=now)


def _after_answers() -> None:
    send_soon(score_batch.name)
