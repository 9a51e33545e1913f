"""The return to shadow mode as a decision: derived when it is taken, and again when it is replayed. Pure.

A companion that changed is not the one that was measured. It keeps its tier and loses its vote until the criteria hold
again; nobody blames it. What changed is either *measured* or *declared*: by its answers' own names, by its provider's
word, or by another endpoint.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from charter.articles import Drift
from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from tiers.rules.discoveries import level
from tiers.rules.drift import Measure, Phase, Shift, Side, chance_of, is_large, looks_a_day, shifts

MEASURED, DECLARED = "drift", "identity"
RETURN, STAY = "return_to_shadow", "stay"
NO_VOTE = Decimal(0)
_DECLARED = {
    "model": "Its answers name another model than before",
    "fingerprint": "Its answers name another fingerprint than before",
    "version": "Its provider declares another version than before",
    "endpoint": "It is reached at another endpoint than before",
}


@dataclass(frozen=True)
class Look:
    """What one look at all companions came to: its ``tests``, those ``found``, and whether slowness was ours."""

    tests: int
    found: int
    slowness_is_ours: bool = False


@dataclass(frozen=True)
class Changed:
    """One thing that says of itself that it is another one; ``kind`` is one of the words of ``_DECLARED``."""

    kind: str
    before: str
    after: str
    seen_at: datetime


def found_in(before: Sequence[Side], after: Side, look: Look, drift: Drift) -> list[Shift]:
    """The measures of one companion that count as drifted in this look."""
    least = level(look.found, tests=look.tests, rate=drift.false_discoveries / looks_a_day(drift))
    return [
        shift
        for shift in shifts(before, after, drift)
        if is_large(shift, drift)
        and not (look.slowness_is_ours and shift.measure is Measure.LATENCY)
        and chance_of(shift, before, after) <= least
    ]


def measured_basis(before: Sequence[Side], after: Side, look: Look) -> dict[str, Any]:
    """What is sealed of a measured change: the sums of the days before and of now, and the look they were part of."""
    sides = {"before": [_side_json(day) for day in before], "after": _side_json(after)}
    return {"rule": MEASURED, **sides, "look": dict(vars(look))}


def declared_basis(changed: Changed, *, active_since: datetime) -> dict[str, Any]:
    """The same of a declared one."""
    told: dict[str, Any] = plain({"rule": DECLARED, **vars(changed), "active_since": active_since})
    return told


def replay_measured(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  all are asked alike
    """What a measured change leads to."""
    before, after = [_side_of(day) for day in basis["before"]], _side_of(basis["after"])
    found = found_in(before, after, Look(**basis["look"]), law.drift)
    return _derived([shift.measure.value for shift in found])


def replay_declared(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001
    """What a declared change leads to: one from before it was active was in view when it was measured."""
    seen_at, since = (datetime.fromisoformat(basis[name]) for name in ("seen_at", "active_since"))
    return _derived([basis["kind"]] if seen_at > since else [])


def _derived(changed: list[str]) -> Derived:
    if not changed:
        return Derived(STAY, "active")
    return Derived(RETURN, "shadow", plain({"changed": changed, "vote_weight": NO_VOTE}))


def shifts_in_words(found: Iterable[Shift]) -> str:
    """What was measured, a sentence each."""
    return " ".join(_WORDS[shift.measure](shift) for shift in found)


def change_in_words(changed: Changed) -> str:
    """What was declared."""
    return f"{_DECLARED[changed.kind]}: {changed.after}, and until then {changed.before}."


def _went(shift: Shift) -> str:
    return "rose" if shift.after > shift.before else "fell"


def _of_scores(shift: Shift) -> str:
    before, after = (f"{value:.1f}" for value in (shift.before, shift.after))
    return f"Its mean score {_went(shift)} from {before} to {after} (n = {shift.n_before} and {shift.n_after})."


def _of_latency(shift: Shift) -> str:
    before, after = int(shift.before), int(shift.after)
    return f"Its median latency {_went(shift)} from {before} to {after} ms (n = {shift.n_before} and {shift.n_after})."


def _of_correctness(shift: Shift) -> str:
    before, after = int(shift.before * 100), int(shift.after * 100)
    said = f"Right answers {_went(shift)} from {before} of 100 to {after} of 100"
    return f"{said} (n = {shift.n_before} and {shift.n_after})."


_WORDS = {
    Measure.SCORES: _of_scores,
    Measure.LATENCY: _of_latency,
    Measure.CORRECTNESS: _of_correctness,
}


def _side_json(side: Side) -> dict[str, Any]:
    return {str(at): {**vars(phase), "latency": _steps(phase.latency)} for at, phase in sorted(side.phases.items())}


def _side_of(facts: Mapping[str, Any]) -> Side:
    phases = {int(at): Phase(**{**sums, "latency": _counts(sums["latency"])}) for at, sums in facts.items()}
    return Side(phases)


def _steps(latency: Mapping[int, int]) -> list[int]:
    """Pairs of (bucket, count), flat and in order."""
    return [number for pair in sorted(latency.items()) for number in pair]


def _counts(flat: list[int]) -> dict[int, int]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
