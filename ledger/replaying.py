"""What deriving a decision anew comes to: what every rule answers, and how it differs from what was sealed. Pure.

The engine that reads the log stands in ``ledger.deriving``. This room knows no subject and no law, so the table of
rules is handed in (``Rulebook``): the room on top, which sees all others, fills it when the process starts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from ledger.canonical import canonical

BASIS = "basis"
SHOWN = 120  # characters of a value that a finding quotes


@dataclass(frozen=True)
class Derived:
    """A decision as its rule derives it from its basis: the move, the state it leads to, and the facts it determines.

    ``to`` is None where the rule names no state; ``facts`` holds those facts of the sealed entry that follow from the
    basis, and no others.
    """

    move: str
    to: str | None
    facts: dict[str, Any] = field(default_factory=dict)


class Outcome(StrEnum):
    """What came of deriving one decision anew."""

    SAME = "same"
    DIFFERS = "differs"
    WORD = "a person's word"
    NO_BASIS = "no basis"


@dataclass(frozen=True)
class Replayed:
    """One decision (``dec_…``) derived anew: ``findings`` are sentences, one for each thing that differs.

    ``made`` is what was done, as ``subject.move``.
    """

    decision: str
    made: str
    outcome: Outcome
    rule: str = ""
    findings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        return {
            "decision": self.decision,
            "made": self.made,
            "outcome": self.outcome.value,
            "rule": self.rule or None,
            "findings": list(self.findings),
        }


class Derives(Protocol):
    """A rule: the decision that ``basis`` leads to under ``law`` at the time at which it took effect."""

    def __call__(self, basis: Mapping[str, Any], *, law: Any, at: Any) -> Derived: ...


@dataclass(frozen=True)
class Rule:
    """One line of the table: how it derives, and the moves that it makes, each as ``subject.move``."""

    derives: Derives
    moves: tuple[str, ...]


@dataclass(frozen=True)
class Rulebook:
    """All rules by the name that bases carry; how a law is read from its sealed document; what operators did by hand.

    ``by_hand`` maps (system's name, move) to the reason why no rule derives it.
    """

    rules: Mapping[str, Rule]
    law_of: Callable[[Mapping[str, Any]], Any]
    by_hand: Mapping[tuple[str, str], str]


def differences(sealed: Mapping[str, Any], derived: Derived) -> Iterator[str]:
    """The ``decision`` object of an entry beside what was derived, field by field, by their canonical bytes."""
    yield from _differs("move", sealed.get("move"), derived.move)
    if derived.to is not None:
        yield from _differs("to", sealed.get("to"), derived.to)
    for name, value in sorted(derived.facts.items()):
        yield from _differs(name, sealed.get(name), value)


def _differs(name: str, sealed: Any, derived: Any) -> Iterator[str]:
    if canonical(sealed) != canonical(derived):
        yield f"{name}: sealed {_shown(sealed)}, derived {_shown(derived)}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else canonical(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
