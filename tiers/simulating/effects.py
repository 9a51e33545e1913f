"""What differs between two runs of one companion: what one decided and the other did not, or at another time. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger.canonical import plain
from tiers.rules.verdicts import Criterion, Verdict
from tiers.simulating.judging import PROMOTED, Event, Judged
from tiers.simulating.places import Place

HELD = "held"
NOT = "not_"
# What a reader needs of a criterion to see why: the rest follows from the law.
_SHOWN = ("verdict", "value", "threshold", "unit", "n", "low", "high", "why")


@dataclass
class _Open:
    """A decision of one run that the other has not taken yet, with all criteria as both runs saw them then."""

    event: Event
    criteria: list[dict[str, Any]]
    stood: dict[str, str]
    other: Event | None = None


@dataclass
class Comparison:
    """Two runs of one companion, step by step: the law that is to be changed, and the draft."""

    ref: str
    of_law: list[_Open] = field(default_factory=list)
    of_draft: list[_Open] = field(default_factory=list)

    def add(self, law: Judged, draft: Judged, *, before: tuple[Place, Place]) -> None:
        """One step of both; decisions that both have taken by now, alike, fall away."""
        stood = {"law": before[0].shown, "draft": before[1].shown}
        for events, opened in ((law.events, self.of_law), (draft.events, self.of_draft)):
            for event in events:
                sides = (law.answers.get(event.rule, ()), draft.answers.get(event.rule, ()))
                opened.append(_Open(event, _beside(*sides), stood))
        self._pair()

    def effects(self) -> Iterator[dict[str, Any]]:
        """Every difference as JSON facts, in the order of time."""
        found = [_told(self.ref, it, is_draft=False) for it in self.of_law if _differs(it)]
        found += [_told(self.ref, it, is_draft=True) for it in self.of_draft if _differs(it)]
        yield from sorted(found, key=lambda it: (it["at"], it["effect"], it["to"]))

    def _pair(self) -> None:
        """The first decision of one run that has no twin yet, and the same one of the other, belong together."""
        for mine in [it for it in self.of_law if it.other is None]:
            twins = (it for it in self.of_draft if it.other is None and _key(it.event) == _key(mine.event))
            twin = next(twins, None)
            if twin is None:
                continue
            mine.other, twin.other = twin.event, mine.event
            # The difference is told once, where it first showed.
            if twin.event.at < mine.event.at:
                self.of_law.remove(mine)
            else:
                self.of_draft.remove(twin)


def _key(event: Event) -> tuple[str, str, str]:
    return event.kind, event.rule, event.to


def _differs(it: _Open) -> bool:
    return it.other is None or (it.event.at, it.event.until) != (it.other.at, it.other.until)


def _told(ref: str, it: _Open, *, is_draft: bool) -> dict[str, Any]:
    ours, theirs = (it.other, it.event) if is_draft else (it.event, it.other)
    facts: dict[str, Any] = plain(
        {
            "companion": ref,
            "effect": _effect(it, is_draft=is_draft),
            "rule": it.event.rule,
            "to": it.event.to,
            "at": it.event.at,
            "by_law": _when(ours),
            "by_draft": _when(theirs),
            "stood": it.stood,
            "criteria": it.criteria,
        }
    )
    return facts


def _effect(it: _Open, *, is_draft: bool) -> str:
    """What the draft comes to: what it decides itself, earlier or otherwise; else what it does not decide, or later."""
    same_time = it.other is not None and it.other.at == it.event.at
    if is_draft or same_time:
        return it.event.kind
    return HELD if it.event.kind == PROMOTED else f"{NOT}{it.event.kind}"


def _when(event: Event | None) -> dict[str, datetime | None] | None:
    return None if event is None else {"at": event.at, "until": event.until}


def _beside(law: Iterable[Criterion], draft: Iterable[Criterion]) -> list[dict[str, Any]]:
    """Criteria that one of both does not pass, or that both answer otherwise, side by side."""
    ours, theirs = ({it.name: it for it in side} for side in (law, draft))
    rows = []
    for name in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(name), theirs.get(name)
        if _matters(one, other):
            named = one or other
            rows.append(
                {"name": name, "line": named.law if named else "", "by_law": _cut(one), "by_draft": _cut(other)}
            )
    return rows


def _matters(one: Criterion | None, other: Criterion | None) -> bool:
    if any(it is not None and it.required and it.verdict is not Verdict.PASS for it in (one, other)):
        return True
    facts = [(it.verdict, it.value, it.threshold, it.n) if it else None for it in (one, other)]
    return facts[0] != facts[1] and any(it is not None and it.required for it in (one, other))


def _cut(it: Criterion | None) -> dict[str, Any] | None:
    return {name: getattr(it, name) for name in _SHOWN} if it else None
