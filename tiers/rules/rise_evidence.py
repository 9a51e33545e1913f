"""All that a rise is judged by, at one time, as values: it is sealed, and a replay begins from it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from ledger.canonical import plain
from tiers.rules.bundle import Bundle, Counted

# Moves between which a companion keeps its tier and is back in shadow mode: that time is no time at the tier.
AWAY, BACK = "return_to_shadow", "activate"


@dataclass(frozen=True)
class Taken:
    """A run of the battery that the tier asks: how it ended ('' still runs), and until when it is valid."""

    result: str
    good: int
    measured: int
    valid_until: datetime | None


@dataclass(frozen=True)
class Grave:
    """Incidents of the highest severity: confirmed ones that count, when the last of them does, those that wait."""

    confirmed: int = 0
    last: datetime | None = None
    waiting: int = 0


@dataclass(frozen=True)
class Named:
    """An open nomination with its words: how many stewards stand behind it, who invites, and whether in place."""

    ref: str
    tier: str
    opened_at: datetime
    lapses_at: datetime
    stewards: int
    invited_by: str = ""
    in_place_of_critical: bool = False


@dataclass(frozen=True)
class RiseEvidence:
    """What is known of one active companion at ``at``, for the tier above the one that it holds.

    ``bundle`` is its evidence as of the last whole bucket; ``counted`` are its scores since ``tier_since``, ``away`` is
    the time since then in which it was back in shadow mode. ``owed_since`` is when a warning asked for a review that is
    not done, ``monitored_until`` the end of a closer watch; None where there is neither.
    """

    at: datetime
    bundle: Bundle
    tier_since: datetime
    away: timedelta
    counted: Counted
    grave: Grave = Grave()
    owed_since: datetime | None = None
    monitored_until: datetime | None = None
    battery: Taken | None = None
    nomination: Named | None = None
    endorsements: int = 0

    @property
    def held_for(self) -> timedelta:
        """Its time at the tier."""
        return max(self.at - self.tier_since - self.away, timedelta(0))

    def as_json(self) -> dict[str, Any]:
        """JSON facts that ``from_json`` reads back exactly: times RFC 3339, spans as seconds."""
        parts = {name: asdict(it) if (it := getattr(self, name)) else None for name in _PARTS}
        facts: dict[str, Any] = plain({**vars(self), **parts, "bundle": self.bundle.as_json()})
        return facts

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The inverse of ``as_json``; KeyError, TypeError or ValueError for what is none."""
        battery, nomination = facts["battery"], facts["nomination"]
        return cls(
            at=datetime.fromisoformat(facts["at"]),
            bundle=Bundle.from_json(facts["bundle"]),
            tier_since=datetime.fromisoformat(facts["tier_since"]),
            away=timedelta(microseconds=int(Decimal(facts["away"]) * 1_000_000)),
            counted=Counted(**facts["counted"]),
            grave=Grave(**{**facts["grave"], "last": _time(facts["grave"]["last"])}),
            owed_since=_time(facts["owed_since"]),
            monitored_until=_time(facts["monitored_until"]),
            battery=Taken(**{**battery, "valid_until": _time(battery["valid_until"])}) if battery else None,
            nomination=_named(nomination) if nomination else None,
            endorsements=facts["endorsements"],
        )


_PARTS = ("counted", "grave", "battery", "nomination")


def time_away(moves: Iterable[tuple[str, datetime]], *, since: datetime, at: datetime) -> timedelta:
    """How long it was back in shadow mode between ``since`` and ``at``, by its moves in their order."""
    left, away = None, timedelta(0)
    for move, moment in moves:
        if move == AWAY and left is None:
            left = max(moment, since)
        elif move == BACK and left is not None:
            away += max(moment - left, timedelta(0))
            left = None
    return away + max(at - left, timedelta(0)) if left is not None else away


def _named(facts: Mapping[str, Any]) -> Named:
    times = {name: datetime.fromisoformat(facts[name]) for name in ("opened_at", "lapses_at")}
    return Named(**{**facts, **times})


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
