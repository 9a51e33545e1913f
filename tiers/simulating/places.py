"""Where one companion stands in a run, and how what happened to it moves it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from tiers.rules.falling import Clock
from tiers.rules.rise_evidence import AWAY, BACK

ACTIVE, SHADOW, SUSPENDED, MOUNTED = "active", "shadow", "suspended", "mounted"
GONE = frozenset({"removed", "retired"})
FREE, FROZEN = "free", "frozen"
RULE = "rule"
OF_RETURN = frozenset({"open_shadow", AWAY})
# What the rules do themselves in a run; by anybody else it is a person's word, and stands.
RULED = frozenset({"activate", "suspend", "change_suspension", "end_suspension", "freeze"})


@dataclass(frozen=True)
class Happening:
    """One sealed decision about a companion: what moved it, who, and until when where it is a suspension."""

    at: datetime
    move: str
    from_state: str
    to_state: str
    by_kind: str
    by_ref: str
    until: datetime | None = None
    is_early: bool = False

    @property
    def is_ruled(self) -> bool:
        """Whether the law's rules decided it, which a run decides anew."""
        by_rule = self.by_kind == "system"
        if self.move in OF_RETURN or self.is_early:
            return False
        return by_rule and (self.move in RULED or self.move.startswith(("enter_", "rise_to_", "fall_to_")))


@dataclass(frozen=True)
class Place:
    """How a companion stands at one time of a run; ``state`` is empty before it was there.

    ``clocks`` are its open declines. ``held_from`` says since when it held each tier before it last fell from it,
    ``moves`` when it left for shadow mode and came back. ``lifted_at`` is when a steward lifted a freeze, and
    ``was_above`` whether its mean was at or above the line of emergency since. ``reviewed_until``: reviews for a rise
    that fell due by then are held.
    """

    companion: UUID
    ref: str
    reviewed_until: datetime
    state: str = ""
    tier: str = ""
    precaution: str = FREE
    state_since: datetime | None = None
    tier_since: datetime | None = None
    shadow_since: datetime | None = None
    window_opened_at: datetime | None = None
    state_before: str = ""
    suspended_until: datetime | None = None
    clocks: tuple[Clock, ...] = ()
    monitored_until: datetime | None = None
    lifted_at: datetime | None = None
    was_above: bool = False
    held_from: dict[str, datetime] = field(default_factory=dict)
    moves: tuple[tuple[str, datetime], ...] = ()

    @property
    def counts(self) -> bool:
        return self.state == ACTIVE and self.precaution == FREE

    @property
    def is_probed(self) -> bool:
        return self.state in {SHADOW, ACTIVE}

    @property
    def shown(self) -> str:
        """In words: ``active, high``; ``suspended, standard``."""
        frozen = ["frozen"] if self.precaution == FROZEN else []
        return ", ".join([*frozen, self.state or "not there yet", *([self.tier] if self.tier else [])])


def moved(place: Place, it: Happening) -> Place:
    """The place after a decision that holds whatever law is tried; one that does not fit it changes nothing."""
    if place.state in GONE:
        return place
    if it.to_state in GONE:
        return replace(place, state=it.to_state, state_since=it.at, clocks=())
    if it.move in {"freeze", "unfreeze"}:
        return held_still(place) if it.move == "freeze" else let_go(place, it.at)
    if it.move.startswith(("enter_", "rise_to_", "fall_to_")):
        return _retiered(place, it) if place.tier == it.from_state else place
    return _restated(place, it)


def _restated(place: Place, it: Happening) -> Place:
    into = _STATES.get((it.move, place.state))
    return into(place, it) if into else place


def _into_shadow(place: Place, at: datetime) -> Place:
    return replace(place, state=SHADOW, state_since=at, shadow_since=at, window_opened_at=at, clocks=())


def _retiered(place: Place, it: Happening) -> Place:
    """A tier that a person gives back counts again from when it had been reached."""
    if it.move.startswith("fall_to_"):
        return fallen(place, it.to_state, it.at)
    restored = place.held_from.get(it.to_state) if it.by_ref != RULE and it.move.startswith("rise_to_") else None
    return risen(place, it.to_state, it.at, since=restored)


def activated(place: Place, at: datetime) -> Place:
    return replace(place, state=ACTIVE, state_since=at, moves=(*place.moves, (BACK, at)))


def risen(place: Place, tier: str, at: datetime, *, since: datetime | None = None) -> Place:
    """At another tier, above; the clocks of the one before are over."""
    return replace(place, tier=tier, tier_since=since or at, clocks=())


def fallen(place: Place, tier: str, at: datetime) -> Place:
    """One tier down; it is remembered since when it held the one above."""
    held = {**place.held_from, place.tier: place.tier_since} if place.tier_since else place.held_from
    return replace(place, tier=tier, tier_since=at, held_from=held, clocks=())


def suspended(place: Place, at: datetime, until: datetime | None) -> Place:
    return replace(place, state=SUSPENDED, state_before=place.state, state_since=at, suspended_until=until, clocks=())


def released(place: Place, at: datetime) -> Place:
    """Back to the state before a suspension; the days in which nobody looked are not clean days."""
    opened = at if place.state_before == SHADOW else place.window_opened_at
    return replace(
        place, state=place.state_before, state_since=at, suspended_until=None, window_opened_at=opened, state_before=""
    )


def held_still(place: Place) -> Place:
    return replace(place, precaution=FROZEN)


def let_go(place: Place, at: datetime) -> Place:
    """A steward lifts a freeze: that emergency is judged."""
    if place.precaution != FROZEN:
        return place
    return replace(place, precaution=FREE, lifted_at=at, was_above=False)


_STATES: dict[tuple[str, str], Callable[[Place, Happening], Place]] = {
    ("enrol", ""): lambda place, it: replace(place, state=MOUNTED, state_since=it.at),
    ("open_shadow", MOUNTED): lambda place, it: _into_shadow(place, it.at),
    (AWAY, ACTIVE): lambda place, it: _into_shadow(replace(place, moves=(*place.moves, (AWAY, it.at))), it.at),
    ("activate", SHADOW): lambda place, it: activated(place, it.at),
    ("suspend", SHADOW): lambda place, it: suspended(place, it.at, it.until),
    ("suspend", ACTIVE): lambda place, it: suspended(place, it.at, it.until),
    ("change_suspension", SUSPENDED): lambda place, it: replace(place, suspended_until=it.until),
    ("end_suspension", SUSPENDED): lambda place, it: released(place, it.at),
}
