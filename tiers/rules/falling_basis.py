"""What each decision about falling is sealed from, and the same decision derived anew from it. Pure.

The bundle of sums stands in the basis whole: the reading is measured again, by the same law, from what was counted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from tiers.rules import falling
from tiers.rules.bundle import Bundle
from tiers.rules.falling import Clock, Measure, Reading, Shortfall, Step
from tiers.rules.measuring import measure

RULE = "falling"
ALERT, MOVE, END, FREEZE = "alert", "move", "end", "freeze"
STATES = {Step.RECOVER: "recovered", Step.FALL: "fell", Step.REVIEW: "reviewed"}
STAYS = "stay"


def alert_basis(found: Shortfall, tier: str, bundle: Bundle) -> dict[str, Any]:
    """What the beginning of a decline rests on."""
    return {"rule": RULE, "step": ALERT, "measure": str(found.measure), "tier": tier, "bundle": bundle.as_json()}


def step_basis(step: str, clock: Clock, bundle: Bundle | None) -> dict[str, Any]:
    """What a step of an open decline rests on, and (``MOVE``) the fall of the companion that comes with its end."""
    told: dict[str, Any] = plain({**vars(clock), "measure": str(clock.measure)})
    return {"rule": RULE, "step": str(step), "clock": told, "bundle": bundle.as_json() if bundle else None}


def end_basis(tier: str, *, state: str, tier_now: str) -> dict[str, Any]:
    """What the end of a decline without either rests on: the companion counts no more, or holds another tier."""
    return {"rule": RULE, "step": END, "tier": tier, "state": state, "tier_now": tier_now}


def freeze_basis(bundle: Bundle, *, lifted_at: datetime | None, was_above_since: bool) -> dict[str, Any]:
    """What an emergency rests on."""
    told = {"lifted_at": plain(lifted_at), "was_above_since": was_above_since}
    return {"rule": RULE, "step": FREEZE, "bundle": bundle.as_json(), **told}


def alert_facts(found: Shortfall, tier: str) -> dict[str, Any]:
    """The facts of a decline's beginning."""
    told = {"measure": str(found.measure), "tier": tier, "value": found.value, "asked": found.asked}
    return {**told, "with_steward": found.is_far}


def step_facts(step: Step, clock: Clock, reading: Reading | None, law: Law) -> dict[str, Any]:
    """The facts of a step: what was measured when it was decided, and where a fall leads."""
    if step is Step.REVIEW or reading is None:
        return {"measure": str(clock.measure)}
    told: dict[str, Any] = {
        "measure": str(clock.measure),
        "value": falling.value_of(clock.measure, reading),
        "asked": falling.asked_of(clock.measure, clock.tier, law),
    }
    return told | {"leads_to": falling.fall_from(clock.tier, law).to} if step is Step.FALL else told


def why_ended(tier: str, *, state: str, tier_now: str) -> str | None:
    """``state`` or ``tier``: why a decline at ``tier`` has nothing to run for any more; None while it has."""
    if state != "active":
        return "state"
    return "tier" if tier_now != tier else None


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:
    """The decision that this basis leads to; to stay as it was where it leads to none."""
    by_step = {ALERT: _alert, MOVE: _fall, END: _end, FREEZE: _freeze}
    return by_step.get(basis["step"], _step)(basis, law, at)


def _alert(basis: Mapping[str, Any], law: Law, _at: datetime) -> Derived:
    tier, reading = basis["tier"], _reading(basis, law)
    found = falling.shortfall(Measure(basis["measure"]), reading, tier, law) if reading else None
    return Derived(ALERT, "alerted", plain(alert_facts(found, tier))) if found else Derived(STAYS, None)


def _step(basis: Mapping[str, Any], law: Law, at: datetime) -> Derived:
    clock, reading = _clock(basis), _reading(basis, law)
    step = falling.next_step(clock, reading, law, at=at)
    if step is None:
        return Derived(STAYS, None)
    stays = "reviewed" if clock.is_reviewed else "alerted"
    return Derived(str(step), STATES.get(step, stays), plain(step_facts(step, clock, reading, law)))


def _fall(basis: Mapping[str, Any], law: Law, at: datetime) -> Derived:
    """The companion's own move at the end of the clock: another decision on the same basis."""
    clock = _clock(basis)
    if falling.next_step(clock, _reading(basis, law), law, at=at) is not Step.FALL:
        return Derived(STAYS, None)
    fall = falling.fall_from(clock.tier, law)
    if fall.span is not None:
        return Derived(fall.move, fall.to, plain({"until": at + fall.span, "returns_to": "active"}))
    facts = {"vote_weight": law.tiers[fall.to].vote_weight, "chambers": list(law.chambers_of(fall.to))}
    return Derived(fall.move, fall.to, plain(facts))


def _end(basis: Mapping[str, Any], _law: Law, _at: datetime) -> Derived:
    why = why_ended(basis["tier"], state=basis["state"], tier_now=basis["tier_now"])
    return Derived("end", "ended", {"because": why}) if why else Derived(STAYS, None)


def _freeze(basis: Mapping[str, Any], law: Law, _at: datetime) -> Derived:
    reading, lifted = _reading(basis, law), basis["lifted_at"]
    holds = reading is not None and falling.is_emergency(
        reading,
        law,
        lifted_at=datetime.fromisoformat(lifted) if lifted else None,
        was_above_since=basis["was_above_since"],
    )
    return Derived(FREEZE, "frozen") if holds else Derived(STAYS, "free")


def _clock(basis: Mapping[str, Any]) -> Clock:
    told = basis["clock"]
    began_at = datetime.fromisoformat(told["began_at"])
    return Clock(**{**told, "measure": Measure(told["measure"]), "began_at": began_at})


def _reading(basis: Mapping[str, Any], law: Law) -> Reading | None:
    kept = basis["bundle"]
    return falling.reading_of(measure(Bundle.from_json(kept), law)) if kept else None
