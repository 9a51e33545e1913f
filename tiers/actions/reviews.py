"""The sentinel's word about a companion: asked for by a steward or the law, handed down sealed, read at the exit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.law import Law
from charter.queries import version_at
from ledger.actors import Actor, Forbidden, a_steward
from ledger.decisions import Refused, decide
from ledger.sealing import seal, sealed_atomic
from registry.actions import tell
from registry.models import Companion
from tiers.models import Review, Standing
from tiers.models.standing import LIVING

ATLAS = Actor.system("atlas")


@dataclass(frozen=True)
class ReviewWord:
    """A sentinel's verdict, as handed down by whoever had it made; ``numbers`` without floats."""

    verdict: str
    is_positive: bool
    numbers: Mapping[str, Any]
    given_at: datetime
    reasons: Sequence[str] = ()


def ask_review(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """A steward, or the law by ``evidence``, asks for a new word of the sentinel.

    Whoever can have it made opens the review in this transaction.

    Raises Refused without a reason or in a state in which nothing is asked of it, Forbidden, AlreadyDecided.
    """
    if not reason.strip():
        raise Refused("Give a reason: the provider reads it, and so does whoever reviews the decision.")
    if by.is_system and not evidence:
        raise Forbidden("A machine asks for a review only where the law does, and seals what that rests on.")
    with sealed_atomic():
        law = version_at(at).law
        decide(standing, "ask_review", by=by, at=at, under=law, reason=reason, evidence=evidence, version=version)
        _tell(standing.companion, "review_asked", {"state": standing.state}, at=at)
    return standing


def note_review(
    companion: Companion, review: ReviewWord, *, under: Law, evidence: Mapping[str, Any] | None = None
) -> Review:
    """Hand a new word down: sealed with its numbers and reasons, kept, told; the latest one counts at the exit.

    ``evidence`` is sealed beside them, such as the basis that the verdict was derived from.
    """
    kept_as = {"verdict": review.verdict, "numbers": dict(review.numbers), "reasons": list(review.reasons)}
    with sealed_atomic():
        kept = keep_word(companion, review)
        _seal(companion, review, by=ATLAS, under=under, evidence={**(evidence or {}), "review": kept_as})
    return kept


def review_in_person(
    standing: Standing, *, is_positive: bool, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Review:
    """A steward's own word about a companion of the shipped register, which no application lets the sentinel review.

    Raises Refused for any other companion, for one that has left, without a reason and for an old ``version``;
    Forbidden for anybody but a steward of another organisation.
    """
    if not a_steward(standing, by):
        raise Forbidden("A review in person is a steward's, and of another organisation than the companion's.")
    if not reason.strip():
        raise Refused("Give a reason: the provider reads it, and so does whoever reviews the decision.")
    verdict = "approve" if is_positive else "request_changes"
    word = ReviewWord(verdict=verdict, is_positive=is_positive, numbers={}, given_at=at)
    with sealed_atomic():
        row = Standing.objects.select_for_update(of=("self",)).select_related("companion__provider").get(pk=standing.pk)
        if version is not None and row.version != version:
            raise Refused("This changed since you read it. Read it again, then decide.")
        if row.state not in LIVING or not row.companion.is_reference:
            raise Refused("The sentinel reviews this companion: ask it for a new review.")
        kept = keep_word(row.companion, word, reviewer=by.ref)
        _seal(row.companion, word, by=by, under=version_at(at).law, reason=reason)
    return kept


def keep_word(companion: Companion, review: ReviewWord, *, reviewer: str = ATLAS.ref) -> Review:
    """Keep a word that is sealed already, as the application's is when its model is mounted."""
    return Review.objects.create(
        companion=companion,
        reviewer=reviewer,
        verdict=review.verdict,
        is_positive=review.is_positive,
        numbers=dict(review.numbers),
        given_at=review.given_at,
    )


def _seal(
    companion: Companion,
    review: ReviewWord,
    *,
    by: Actor,
    under: Law,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> None:
    seal(
        "companion.reviewed",
        subject=("companion", companion.ref),
        actor=(by.kind, by.ref),
        move="review",
        at=review.given_at,
        law=(under.version, under.digest),
        facts={"verdict": review.verdict, "is_positive": review.is_positive},
        evidence=evidence,
        private={"reason": reason},
    )
    body = {"verdict": review.verdict, "isPositive": review.is_positive}
    _tell(companion, "reviewed", body, at=review.given_at)


def _tell(companion: Companion, what: str, body: dict[str, Any], *, at: datetime) -> None:
    subject = ("companion", companion.ref)
    tell(f"companion.{what}", provider=companion.provider, subject=subject, body=body, at=at)
