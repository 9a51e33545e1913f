"""What a nomination rests on, and when it lapses. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.canonical import plain
from ledger.replaying import Derived

LAPSE = "lapse"
# The four kinds of evidence that a nomination may name (spec section 10.3).
KINDS = ("targets_exceeded", "unique_insight", "citizens_feedback", "case_study")
MOST_ITEMS, MOST_TEXT = 10, 1000
DECISION, APPLICATION, INCIDENT = (
    re.compile(r"dec_[0-9a-f]{32}"),
    re.compile(r"app_[0-9a-f]{32}"),
    re.compile(r"INC-[0-9]{5,18}"),
)
LINKED = "a sealed decision dec_…, an application app_… or an incident INC-…"


@dataclass(frozen=True)
class Item:
    """One piece of evidence: its kind, what it shows, and the sealed thing that it links to."""

    kind: str
    text: str
    link: str


def faults(items: Sequence[Item]) -> list[str]:
    """What is amiss with the evidence of a nomination, in sentences; empty where nothing is."""
    if not 1 <= len(items) <= MOST_ITEMS:
        return [f"Name between 1 and {MOST_ITEMS} pieces of evidence."]
    return [fault for number, item in enumerate(items, 1) for fault in _faults(number, item)]


def _faults(number: int, item: Item) -> list[str]:
    found = []
    if item.kind not in KINDS:
        found.append(f"Evidence {number}: the kind is one of {', '.join(KINDS)}.")
    if not 1 <= len(item.text.strip()) <= MOST_TEXT:
        found.append(f"Evidence {number}: say what it shows, in at most {MOST_TEXT} characters.")
    if not any(form.fullmatch(item.link) for form in (DECISION, APPLICATION, INCIDENT)):
        found.append(f"Evidence {number}: link to {LINKED}.")
    return found


def why_lapsed(
    *, tier_asked_from: str, tier_held: str, is_living: bool, lapses_at: datetime, at: datetime
) -> str | None:
    """Why an open nomination ends by itself at ``at``: ``time``, ``tier`` or ``state``; None while it stands.

    ``tier_asked_from`` is the tier below the one that it is named for. A companion that is no more there, or has left
    for good, cannot be promoted by it; one that is suspended or back in shadow mode for a time still can.
    """
    if not is_living:
        return "state"
    if tier_held != tier_asked_from:
        return "tier"
    return "time" if at >= lapses_at else None


def basis_of(*, tier_asked_from: str, tier_held: str, is_living: bool, lapses_at: datetime) -> dict[str, Any]:
    """What a lapse is decided from, as it is sealed."""
    facts = {
        "tier_asked_from": tier_asked_from,
        "tier_held": tier_held,
        "is_living": is_living,
        "lapses_at": lapses_at,
    }
    told: dict[str, Any] = plain({"rule": LAPSE, **facts})
    return told


def replay(basis: Mapping[str, Any], *, law: Any, at: datetime) -> Derived:  # noqa: ARG001  every rule is asked alike
    """The lapse that this basis leads to at ``at``, or that the nomination stands."""
    why = why_lapsed(
        tier_asked_from=basis["tier_asked_from"],
        tier_held=basis["tier_held"],
        is_living=basis["is_living"],
        lapses_at=datetime.fromisoformat(basis["lapses_at"]),
        at=at,
    )
    return Derived("lapse", "lapsed", {"because": why}) if why else Derived("stay", "open")
