"""A companion is looked at again: asked by a steward, or because an approval went against the first verdict."""

from datetime import datetime

from ledger.decisions import Refused
from ledger.sealing import sealed_atomic
from onboarding.actions.reviewing import open_review
from onboarding.actions.telling import work_is_due
from onboarding.models import Application, SentinelReview
from registry.models import Companion


def review_again(companion: Companion, *, at: datetime) -> SentinelReview:
    """Open a fresh review, with a battery of its own; its word goes to the companion's standing.

    Raises Refused while one is open, and for a companion without application or endpoint.
    """
    with sealed_atomic():
        application = Application.objects.select_for_update(of=("self",)).filter(companion=companion).first()
        if application is None:
            raise Refused(f"{companion.ref} came with the register: there is no application to review.")
        if not companion.endpoints.filter(replaced_at=None).exists():
            raise Refused(f"{companion.ref} has no endpoint that could be asked.")
        if application.sentinel_reviews.filter(finished_at=None).exists():
            raise Refused(f"A review of {companion.ref} is under way already.")
        review = open_review(application, at=at)
        work_is_due()
    return review
