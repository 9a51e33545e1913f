"""A companion is looked at again by a steward's word, as after an approval against the first verdict (spec §4.4)."""

from datetime import datetime

from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.sealing import sealed_atomic
from onboarding.actions.reviewing import open_review
from onboarding.actions.telling import work_is_due
from onboarding.models import Application, SentinelReview
from registry.models import Companion
from tiers.actions.reviews import ask_review


def review_again(
    companion: Companion, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> SentinelReview:
    """Open a fresh review, with a battery of its own; its word goes to the companion's standing.

    ``version`` is the standing's that the steward had read. Raises Refused while a review is open, for a companion
    without application or endpoint and in a state in which nothing is asked of it; Forbidden; AlreadyDecided.
    """
    with sealed_atomic():
        # Two stewards at once: the second waits here, and then finds the first one's review.
        application = Application.objects.select_for_update(of=("self",)).filter(companion=companion).first()
        if (why_not := why_not_again(application, companion.ref)) or application is None:
            raise Refused(why_not)
        ask_review(companion.standing, by=by, at=at, reason=reason, version=version)
        review = open_review(application, at=at)
        work_is_due()
    return review


def why_not_again(application: Application | None, ref: str) -> str:
    """Why no review of the companion ``ref`` can be opened, whatever its state; empty if one can."""
    if application is None:
        return f"{ref} came with the register: there is no application to review."
    if application.sentinel_reviews.filter(finished_at=None).exists():
        return f"A review of {ref} is under way already."
    return ""
