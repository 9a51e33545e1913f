"""What another scorer would change, from pairs of scores of the same answers. Pure.

Shares are told with their one-sided Wilson bounds at the law's confidence, means with four decimals.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from charter.intervals import wilson_high, wilson_low
from charter.law import Law

EXAMPLES = 200
_MEAN = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one scorer says of one answer; ``score`` None where it could not score it, not ``final`` where uncertain."""

    score: int | None
    vetoed: bool = False
    final: bool = True

    def is_critical(self, law: Law) -> bool:
        """Whether it would be looked at as an offence: final, and vetoed or below the law's line (spec §10.5)."""
        if self.score is None or not self.final:
            return False
        return self.vetoed or self.score < law.scoring.incident_below


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer under the scorer in force and under the candidate; ``companion`` is its public id."""

    answer: uuid.UUID
    companion: str
    before: Mark
    after: Mark


@dataclass
class Tally:
    """One companion's answers by one scorer."""

    scored: int = 0
    compliant: int = 0
    score_sum: int = 0
    unscored: int = 0
    critical: int = 0

    def add(self, mark: Mark, law: Law) -> None:
        if mark.score is None:
            self.unscored += 1
            return
        self.scored += 1
        self.score_sum += mark.score
        self.compliant += mark.score >= law.scoring.compliant_at
        self.critical += mark.is_critical(law)

    def as_json(self, law: Law) -> dict[str, Any]:
        low, high = bounds(self, law)
        return {
            "scored": self.scored,
            "unscored": self.unscored,
            "compliant": self.compliant,
            "critical": self.critical,
            "share": share_of(self),
            "low": low,
            "high": high,
            "mean": mean_of(self),
            "verdict": verdict_of(self, law),
        }


@dataclass
class Changes:
    """All pairs of a trial, added one by one."""

    law: Law
    companions: dict[str, tuple[Tally, Tally]] = field(default_factory=lambda: defaultdict(lambda: (Tally(), Tally())))
    compliant: Counter[str] = field(default_factory=Counter)
    below: Counter[str] = field(default_factory=Counter)
    vetoed: Counter[str] = field(default_factory=Counter)
    crossing: list[Pair] = field(default_factory=list)
    answers: int = 0

    def add(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            before, after = pair.before, pair.after
            self.answers += 1
            tallies = self.companions[pair.companion]
            tallies[0].add(before, self.law)
            tallies[1].add(after, self.law)
            if before.is_critical(self.law) != after.is_critical(self.law):
                self.crossing.append(pair)
            if before.score is None or after.score is None:
                continue
            line, mark = self.law.scoring.incident_below, self.law.scoring.compliant_at
            self.compliant[_cell(before.score >= mark, after.score >= mark)] += 1
            self.below[_cell(before.score < line, after.score < line)] += 1
            self.vetoed[_cell(before.vetoed, after.vetoed)] += 1

    def as_json(self) -> dict[str, Any]:
        """The whole report as values of JSON and decimals; companions that moved stand first."""
        rows = [self._row(ref, *tallies) for ref, tallies in self.companions.items()]
        rows.sort(key=lambda row: (not row["moved"], row["companion"]))
        before, after = (_together(side) for side in zip(*self.companions.values(), strict=True)) if rows else _NONE
        return {
            "answers": self.answers,
            "before": before.as_json(self.law),
            "after": after.as_json(self.law),
            "compliant": _cells(self.compliant),
            "below": _cells(self.below),
            "vetoed": _cells(self.vetoed),
            "companions": rows,
            "moved": [row["companion"] for row in rows if row["moved"]],
            "crossing": {"all": len(self.crossing), "shown": [_example(pair, self.law) for pair in self._examples()]},
        }

    def _row(self, ref: str, before: Tally, after: Tally) -> dict[str, Any]:
        return {
            "companion": ref,
            "before": before.as_json(self.law),
            "after": after.as_json(self.law),
            "moved": has_moved(before, after, self.law),
        }

    def _examples(self) -> list[Pair]:
        """The gravest news first: what would be critical from now on, by the score that it would have."""

        def order(pair: Pair) -> tuple[bool, int, str]:
            return pair.before.is_critical(self.law), pair.after.score or 0, str(pair.answer)

        return sorted(self.crossing, key=order)[:EXAMPLES]


def has_moved(before: Tally, after: Tally, law: Law) -> bool:
    """Whether compliance by the candidate lies beyond the interval that it has by the scorer in force.

    Where the one measured something and the other nothing, nothing shows that it stayed: it has moved.
    """
    share, (low, high) = share_of(after), bounds(before, law)
    if low is None or high is None or share is None:
        return (low is None) != (share is None)
    return not low <= share <= high


def verdict_of(tally: Tally, law: Law) -> str:
    """How the law's compliance gate would judge this share of these answers alone: pass, fail or inconclusive."""
    gate, share, (low, high) = law.shadow.compliance, share_of(tally), bounds(tally, law)
    if share is None or low is None or high is None or tally.scored < gate.n_least:
        return "inconclusive"
    if gate.gate == "point":
        low = high = share
    return "pass" if low >= gate.share else "fail" if high < gate.share else "inconclusive"


def bounds(tally: Tally, law: Law) -> tuple[Decimal | None, Decimal | None]:
    confidence = law.shadow.confidence
    return tuple(bound(tally.compliant, tally.scored, confidence) for bound in (wilson_low, wilson_high))  # type: ignore[return-value]


def share_of(tally: Tally) -> Decimal | None:
    return Decimal(tally.compliant) / tally.scored if tally.scored else None


def mean_of(tally: Tally) -> Decimal | None:
    return (Decimal(tally.score_sum) / tally.scored).quantize(_MEAN) if tally.scored else None


_NONE = (Tally(), Tally())


def _together(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in tallies:
        total.scored += one.scored
        total.compliant += one.compliant
        total.score_sum += one.score_sum
        total.unscored += one.unscored
        total.critical += one.critical
    return total


def _cell(before: bool, after: bool) -> str:
    return f"{'yes' if before else 'no'}_{'yes' if after else 'no'}"


def _cells(counted: Counter[str]) -> dict[str, int]:
    return {_cell(before, after): counted[_cell(before, after)] for before in (True, False) for after in (True, False)}


def _example(pair: Pair, law: Law) -> dict[str, Any]:
    return {
        "answer": str(pair.answer),
        "companion": pair.companion,
        "before": pair.before.score,
        "after": pair.after.score,
        "vetoed_before": pair.before.vetoed,
        "vetoed_after": pair.after.vetoed,
        "newly": pair.after.is_critical(law),
    }
