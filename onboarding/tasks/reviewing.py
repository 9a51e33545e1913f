"""One slice of a sentinel review, for one application; and the texts that go when their time is over."""

import uuid
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from charter.queries import law_at
from ledger import ticks
from ledger.hands import send_soon
from onboarding.sentinel import forgetting, working

SOFT_SECONDS = 90
HARD_SECONDS = 100
FORGET_EVERY = timedelta(hours=1)


@shared_task(name="onboarding.tasks.review_application", soft_time_limit=SOFT_SECONDS, time_limit=HARD_SECONDS)
def review_application(*, review_id: str) -> None:
    """Ask for a slice if the review is due and nobody has it; the next slice follows at once."""
    if working.work_on(uuid.UUID(review_id), clock=timezone.now):
        send_soon(review_application.name, review_id=review_id)


@shared_task(name="onboarding.tasks.forget_battery_texts")
def forget_battery_texts() -> None:
    """Let the texts of batteries go whose time is over; once an hour, whoever knocks first."""
    at = timezone.now()
    if ticks.take("onboarding.forget_battery_texts", every=FORGET_EVERY, at=at):
        forgetting.forget_texts(law=law_at(at), at=at)
