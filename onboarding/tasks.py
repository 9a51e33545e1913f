"""Celery's face of onboarding: a sweep finds what is due, and every step it takes is an action's."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from celery import shared_task
from django.utils import timezone

from ledger.decisions import Refused
from onboarding import queries
from onboarding.actions import begin_checking, escalate, expire
from onboarding.models import Application

BATCH = 500

logger = logging.getLogger(__name__)


@shared_task
def sweep_applications() -> None:
    """Begin what was submitted, show what is late as late, end approvals that nobody used."""
    at = timezone.now()
    _each(queries.applications_submitted()[:BATCH], begin_checking, at=at)
    _each(queries.applications_due(at=at)[:BATCH], escalate, at=at)
    _each(queries.tokens_over(at=at)[:BATCH], expire, at=at)


def _each(applications: Iterable[Application], act: Callable[..., Any], **facts: Any) -> None:
    """One transaction for each, so that one that cannot move holds up none of the others."""
    for application in list(applications):
        try:
            act(application, **facts)
        except Refused as refusal:
            # It moved between our look and our step: another sweep, or its provider, was faster.
            logger.info("%s stays as it is: %s", application.public_id, refusal)
