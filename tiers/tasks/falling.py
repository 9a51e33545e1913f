"""Celery's face of falling: the clocks of companions that measure too little, and what shows only in many answers."""

from celery import shared_task
from django.utils import timezone

from charter.queries import law_at
from ledger import ticks
from tiers.actions.falling import judge_all
from tiers.actions.patterns import look_for_patterns, look_for_rates


@shared_task(name="tiers.tasks.sweep_falling")
def sweep_falling() -> None:
    """Read new assessments against the minimums, and take every step of a clock that is due."""
    judge_all(at=timezone.now())


@shared_task(name="tiers.tasks.sweep_patterns")
def sweep_patterns() -> None:
    """Look at the rates of the last whole buckets, once for each of them, and for suspicions that repeat."""
    at = timezone.now()
    if ticks.take("tiers.sweep_patterns", every=law_at(at).shadow.bucket, at=at):
        look_for_rates(at=at)
        look_for_patterns(at=at)
