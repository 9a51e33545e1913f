"""Housekeeping that belongs to no room."""

from celery import shared_task
from django.utils import timezone

from ledger import idempotency, ticks


@shared_task
def forget_old() -> None:
    """Let go of ticks and idempotency keys whose time is over."""
    at = timezone.now()
    ticks.forget_old(at=at)
    idempotency.forget_old(at=at)
