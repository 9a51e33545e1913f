"""Celery's face of appeals: stages whose time is over move on, and the sentinel looks at what waits for it."""

import logging

from celery import shared_task
from django.utils import timezone

from appeals import actions
from appeals.queries import appeal_called, claim_for_sentinel, overdue, self_reviews_over, waiting_for_sentinel
from appeals.sentinel import findings_of
from ledger.decisions import Refused

logger = logging.getLogger(__name__)


@shared_task
def sweep_appeals() -> None:
    at = timezone.now()
    for appeal in self_reviews_over(at=at):
        actions.move_on(appeal, at=at)
    for appeal in overdue(at=at):
        actions.escalate(appeal, at=at)
    for public_id in [appeal.public_id for appeal in waiting_for_sentinel(at=at)]:
        review.delay(public_id=public_id)


@shared_task
def review(*, public_id: str) -> None:
    """One sentinel review; running it twice changes nothing."""
    appeal, at = appeal_called(public_id), timezone.now()
    if not claim_for_sentinel(appeal, at=at):
        return
    findings = findings_of(appeal, at=at)
    try:
        actions.advise(appeal, findings, at=timezone.now())
    except Refused as refused:
        logger.info("The review of %s came too late: %s", public_id, refused.code)
