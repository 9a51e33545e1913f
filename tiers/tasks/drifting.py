"""Celery's face of drift and of self-scores."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from ledger import ticks
from tiers.actions.drifting import look_for_drift, return_declared
from tiers.actions.honesty import consider_overstatements
from tiers.rules.drift import EVERY

HONESTY_EVERY = timedelta(days=1)


@shared_task(name="tiers.tasks.sweep_drift")
def sweep_drift() -> None:
    """Return whoever declared a change, and once an hour whoever drifted."""
    at = timezone.now()
    return_declared(at=at)
    if ticks.take("tiers.sweep_drift", every=EVERY, at=at):
        look_for_drift(at=at)


@shared_task(name="tiers.tasks.sweep_honesty")
def sweep_honesty() -> None:
    """Once a day, compare what companions say of themselves with what we say."""
    at = timezone.now()
    if ticks.take("tiers.sweep_honesty", every=HONESTY_EVERY, at=at):
        consider_overstatements(at=at)
