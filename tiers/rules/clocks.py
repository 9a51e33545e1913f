"""Steps of a companion's standing that hang on facts and time alone, each derived the same way twice. Pure.

Shadow mode opens once everything asked is given; past the law's days a steward looks at it; a suspension ends when its
time is over; a review that the law asks for is asked of the sentinel.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived

RULE = "clock"
OPEN_SHADOW, OVERDUE, ENDS, REVIEW = "open_shadow", "bring_to_steward", "end_suspension", "ask_review"
STAYS = "stay"


def may_open(asked: Sequence[str], *, has_endpoint: bool) -> bool:
    """Whether shadow mode may begin: nothing is asked any more, and it can be asked."""
    return has_endpoint and not asked


def is_overdue(shadow_since: datetime | None, law: Law, *, at: datetime) -> bool:
    """Whether it was in shadow mode for as long as the law leaves to machines."""
    return shadow_since is not None and at - shadow_since >= law.shadow.to_steward_after


def is_over(suspended_until: datetime | None, *, at: datetime) -> bool:
    """Whether a suspension's time is over; one without an end waits for a steward."""
    return suspended_until is not None and at >= suspended_until


def is_wanted(since: datetime, *, last_word_at: datetime | None) -> bool:
    """Whether a review that was asked for at ``since`` is still to be made: no word was given since."""
    return last_word_at is None or last_word_at <= since


def open_basis(asked: Sequence[str], *, has_endpoint: bool) -> dict[str, Any]:
    """What the beginning of shadow mode rests on."""
    return {"rule": RULE, "step": OPEN_SHADOW, "asked": list(asked), "has_endpoint": has_endpoint}


def overdue_basis(shadow_since: datetime | None) -> dict[str, Any]:
    """What bringing it to a steward rests on."""
    return {"rule": RULE, "step": OVERDUE, "shadow_since": plain(shadow_since)}


def end_basis(suspended_until: datetime | None, *, returns_to: str) -> dict[str, Any]:
    """What the end of a suspension rests on."""
    return {"rule": RULE, "step": ENDS, "suspended_until": plain(suspended_until), "returns_to": returns_to}


def review_basis(state: str, because: str, *, since: datetime, last_word_at: datetime | None) -> dict[str, Any]:
    """What asking for a review rests on."""
    told = {"because": because, "since": plain(since), "last_word_at": plain(last_word_at)}
    return {"rule": RULE, "step": REVIEW, "state": state, **told}


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:
    """The step that this basis leads to; to stay where it leads to none."""
    step = basis["step"]
    if step == OPEN_SHADOW:
        holds = may_open(basis["asked"], has_endpoint=basis["has_endpoint"])
        return Derived(OPEN_SHADOW, "shadow") if holds else Derived(STAYS, "mounted")
    if step == OVERDUE:
        return Derived(OVERDUE if is_overdue(_time(basis["shadow_since"]), law, at=at) else STAYS, "shadow")
    if step == ENDS:
        over = is_over(_time(basis["suspended_until"]), at=at)
        return Derived(ENDS, basis["returns_to"], {"early": False}) if over else Derived(STAYS, "suspended")
    since, last_word_at = datetime.fromisoformat(basis["since"]), _time(basis["last_word_at"])
    return Derived(REVIEW if is_wanted(since, last_word_at=last_word_at) else STAYS, basis["state"])


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
