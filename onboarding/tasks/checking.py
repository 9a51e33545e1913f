"""One round of checks, for one application."""

import uuid

from celery import shared_task
from django.utils import timezone

from onboarding.checks import rounds

# A round takes five minutes at most, and what it began last may end after that.
SOFT_SECONDS = 345
HARD_SECONDS = 360


@shared_task(name="onboarding.tasks.check_application", soft_time_limit=SOFT_SECONDS, time_limit=HARD_SECONDS)
def check_application(*, run_id: str) -> None:
    """Run the round if it is due and nobody has it."""
    rounds.work_on(uuid.UUID(run_id), clock=timezone.now)
