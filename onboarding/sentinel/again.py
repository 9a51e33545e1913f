"""A companion is looked at again: by a steward's word (spec §4.4), or because the law asks for it (spec §9, §10.5)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from onboarding.actions.reviewing import open_review
from onboarding.actions.telling import work_is_due
from onboarding.models import Application, SentinelReview
from registry.models import Companion
from tiers.actions.reviews import ask_review
from tiers.queries.penalties import Wanted, reviews_wanted
from tiers.rules.clocks import review_basis

RULE = Actor.system("rule")
BECAUSE = {
    "warning": "An offence brought a warning, and with it a review.",
    "decline": "It has measured below what its tier asks for as long as the law waits for a review.",
}

logger = logging.getLogger(__name__)


def open_wanted_reviews(*, at: datetime) -> int:
    """Open every review that a warning or a decline asks for; how many.

    One that is under way already answers it too. Whoever came with the register has no application to review: a
    steward's word is all there is.
    """
    return sum(_open(it, at=at) for it in reviews_wanted())


def _open(wanted: Wanted, *, at: datetime) -> bool:
    standing = wanted.standing
    application = Application.objects.filter(companion=standing.companion_id).first()
    if why_not_again(application, standing.companion.ref):
        return False
    state, because = str(standing.state), wanted.because
    evidence = {BASIS: review_basis(state, because, since=wanted.since, last_word_at=wanted.last_word_at)}
    try:
        review_again(standing.companion, by=RULE, at=at, reason=BECAUSE[because], evidence=evidence)
    except Refused as refusal:
        logger.debug("no review of %s: %s", standing.companion.ref, refusal)
        return False
    return True


def review_again(
    companion: Companion,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
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
        ask_review(companion.standing, by=by, at=at, reason=reason, evidence=evidence, version=version)
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
