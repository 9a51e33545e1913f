"""The sweep: it finds what is due, takes the steps that are an action's, and sends the machines' work, one to an id."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from celery import shared_task
from django.utils import timezone

from ledger.decisions import Refused
from ledger.hands import send_soon
from onboarding import queries
from onboarding.actions import begin_checking, escalate, expire
from onboarding.models import Application
from onboarding.sentinel.again import open_wanted_reviews
from onboarding.tasks.checking import check_application
from onboarding.tasks.reviewing import review_application

BATCH = 500

logger = logging.getLogger(__name__)


@shared_task(name="onboarding.tasks.sweep_applications")
def sweep_applications() -> None:
    """Begin what was submitted, send what is to be checked and reviewed, show what is late, end unused approvals.

    Reviews of companions that a warning or a decline asks for are opened first, and sent with the others.
    """
    at = timezone.now()
    _each(queries.applications_submitted()[:BATCH], begin_checking, at=at)
    _each(queries.applications_due(at=at)[:BATCH], escalate, at=at)
    _each(queries.tokens_over(at=at)[:BATCH], expire, at=at)
    open_wanted_reviews(at=at)
    # ``all`` ends at the first that cannot be sent: a broker that is away is away for the others too.
    all(send_soon(check_application.name, run_id=str(run.pk)) for run in queries.check_runs_due(at=at)[:BATCH])
    all(send_soon(review_application.name, review_id=str(review.pk)) for review in queries.reviews_due(at=at)[:BATCH])


def _each(applications: Iterable[Application], act: Callable[..., Any], **facts: Any) -> None:
    """One transaction for each, so that one that cannot move holds up none of the others."""
    for application in list(applications):
        try:
            act(application, **facts)
        except Refused as refusal:
            # It moved between our look and our step: another sweep, or its provider, was faster.
            logger.debug("%s stays as it is: %s", application.public_id, refusal)
