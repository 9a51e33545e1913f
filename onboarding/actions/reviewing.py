"""The sentinel's review: opened, claimed, concluded. What it asks and how it judges is ``onboarding.sentinel``'s."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from charter.queries import law_at
from ledger.canonical import plain
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from onboarding.actions.telling import ATLAS, move
from onboarding.models import Application, SentinelReview
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from onboarding.queries.applications import companion_looked_at
from onboarding.sentinel.deriving import CONCLUDES, LOOKS_AGAIN
from tiers.actions.reviews import ReviewWord, note_review
from tiers.models.standing import LIVING

BATTERY_KEY_BYTES = 32


def open_review(application: Application, *, at: datetime) -> SentinelReview:
    """The next review, due now, with a battery of its own to draw."""
    return SentinelReview.objects.create(
        application=application,
        number=application.sentinel_reviews.count() + 1,
        battery_key=secrets.token_bytes(BATTERY_KEY_BYTES),
        next_try_at=at,
        started_at=at,
    )


def claim_review(review_id: uuid.UUID, *, lease: timedelta, at: datetime) -> SentinelReview | None:
    """The review, if it is due and nobody else has it; whoever claims it has until the lease ends."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    due = SentinelReview.objects.filter(free, pk=review_id, finished_at=None, next_try_at__lte=at)
    if due.update(lease_until=at + lease, attempt=F("attempt") + 1) != 1:
        return None
    return SentinelReview.objects.select_related("application__endpoint__provider", "application__law").get(
        pk=review_id
    )


def conclude_review(
    review: SentinelReview,
    *,
    verdict: Verdict,
    numbers: Mapping[str, Any],
    reasons: Sequence[str],
    at: datetime,
    basis: Mapping[str, Any] | None = None,
) -> Application:
    """Keep the sentinel's verdict with its numbers (no floats) and reasons; a steward decides next, whatever it says.

    ``basis`` is what the verdict was derived from (``onboarding.sentinel.deriving``); None for one given by hand.

    The word on a companion that is looked at again goes to its standing, sealed. A review that came too late, because
    the application or the companion has moved on meanwhile, is kept and changes nothing.
    """
    kept = {"verdict": verdict.value, "numbers": plain(numbers), "reasons": list(reasons)}
    with sealed_atomic():
        application = Application.objects.select_for_update(of=("self",)).get(pk=review.application_id)
        done = {"finished_at": at, "lease_until": None, "next_try_at": None}
        if SentinelReview.objects.filter(pk=review.pk, finished_at=None).update(**kept, **done) != 1:
            return application
        review.refresh_from_db()
        newest = application.sentinel_reviews.order_by("-number").values_list("pk", flat=True).first()
        if application.state == State.SENTINEL_REVIEW and newest == review.pk:
            facts = {"verdict": verdict.value}
            move(
                application,
                "conclude_review",
                by=ATLAS,
                at=at,
                evidence={"review": kept, **_step(basis, CONCLUDES)},
                facts=facts,
                effect=_to_steward,
            )
        companion = companion_looked_at(review, application)
        if companion is not None and companion.standing.state in LIVING:
            word = ReviewWord(verdict.value, review.is_positive, review.numbers, at, review.reasons)
            note_review(companion, word, under=law_at(review.started_at), evidence=_step(basis, LOOKS_AGAIN))
    return application


def _step(basis: Mapping[str, Any] | None, step: str) -> dict[str, Any]:
    return {} if basis is None else {BASIS: {**basis, "step": step}}


def _to_steward(row: Application) -> None:
    row.due_at = row.deadlines.steward
    row.escalated_at = None
