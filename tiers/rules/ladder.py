"""What an offence brings: a warning, then a suspension, then a steward's choice (spec section 10.5). Pure.

An offence counts for the law's year from when it was confirmed, those confirmed in shadow mode too; a void one never
counted. A penalty keeps the place that it had when it was imposed: what is voided later makes no earlier word wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived

RULE = "ladder"
IMPOSE, MOVE, VOID = "impose", "move", "void"
WARNING, SUSPENSION, CHOICE = "warning", "suspension", ""
SECOND = 2
# An outage is a critical failure of its own accord, and no fault of the kind that the ladder is for.
NO_OFFENCE = frozenset({"outage"})
SUSPENDED = "suspended"


@dataclass(frozen=True)
class Rung:
    """The place of an offence among those that count, from 1, and what the ladder has there; '' is a choice."""

    nth: int
    kind: str
    span: timedelta | None = None


@dataclass(frozen=True)
class Case:
    """A confirmed incident, how its companion stands, and when its earlier offences were confirmed.

    ``returns_to`` is the state that a running suspension returns to; ``suspended_until`` None while suspended is until
    a steward's word.
    """

    kind: str
    severity: str
    state: str
    returns_to: str
    suspended_until: datetime | None
    earlier: tuple[datetime, ...]


@dataclass(frozen=True)
class Imposed:
    """A penalty, with the move of the standing that carries it out; ``move`` is empty where nothing moves."""

    rung: Rung
    until: datetime | None = None
    move: str = ""

    @property
    def state(self) -> str:
        return "choosing" if self.rung.kind == CHOICE else "imposed"

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of its entry that follow from the case."""
        return {"nth": self.rung.nth, "kind": self.rung.kind or None, "until": self.until}


def counts(confirmed_at: datetime, law: Law, *, at: datetime) -> bool:
    """Whether an offence counts at ``at``: until the law's time is over, and not at its last moment any more."""
    return at - law.offences.counted_for < confirmed_at <= at


def counts_until(confirmed_at: datetime, law: Law) -> datetime:
    return confirmed_at + law.offences.counted_for


def rung_of(earlier: Iterable[datetime], severity: str, law: Law, *, at: datetime) -> Rung:
    """Where an offence confirmed at ``at`` stands on the ladder, after those confirmed ``earlier``."""
    nth = 1 + sum(counts(confirmed_at, law, at=at) for confirmed_at in earlier)
    if nth == 1:
        return Rung(nth, WARNING)
    if nth == SECOND:
        return Rung(nth, SUSPENSION, law.offences.suspension[severity])
    return Rung(nth, CHOICE)


def is_offence(kind: str) -> bool:
    return kind not in NO_OFFENCE


def is_penalised(case: Case, law: Law) -> bool:
    """Whether an offence brings a penalty: the state counts to which the companion would return."""
    state = case.returns_to if case.state == SUSPENDED else case.state
    return is_offence(case.kind) and state in law.offences.penalised_in


def imposed(case: Case, law: Law, *, at: datetime) -> Imposed | None:
    """The penalty that a case brings; None where it brings none.

    A suspension under way is never shortened: one that would end earlier is lengthened, and one without an end stays.
    """
    if not is_penalised(case, law):
        return None
    rung = rung_of(case.earlier, case.severity, law, at=at)
    if rung.span is None:
        return Imposed(rung)
    return Imposed(rung, *suspension(case.state, case.suspended_until, rung.span, at=at))


def suspension(state: str, suspended_until: datetime | None, span: timedelta, *, at: datetime) -> tuple[datetime, str]:
    """Until when a suspension of ``span`` from ``at`` on lasts, and its move: '' where one that runs lasts longer."""
    until = at + span
    if state != SUSPENDED:
        return until, "suspend"
    longer = suspended_until is not None and suspended_until < until
    return until, "change_suspension" if longer else ""


def basis_of(step: str, case: Case) -> dict[str, Any]:
    """What a penalty, or the move that carries it out, rests on."""
    told: dict[str, Any] = plain({it.name: getattr(case, it.name) for it in fields(case)})
    return {"rule": RULE, "step": step, "case": told}


def void_basis(*, incident: str, state: str, move: str = "void", to: str = "voided") -> dict[str, Any]:
    """What the end of a penalty, and the companion's way back (``move``), rest on: that its offence is void."""
    return {"rule": RULE, "step": VOID, "incident": incident, "state": state, "move": move, "to": to}


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:
    """The penalty that this basis leads to, the companion's move by it, or the end of a void one."""
    if basis["step"] == VOID:
        return Derived(basis["move"], basis["to"]) if basis["state"] == "voided" else Derived("stay", None)
    case = _case(basis["case"])
    found = imposed(case, law, at=at)
    if found is None:
        return Derived("stay", None)
    if basis["step"] == IMPOSE:
        return Derived(IMPOSE, found.state, plain(found.facts))
    facts: dict[str, Any] = {"until": found.until}
    if found.move == "suspend":
        facts["returns_to"] = case.state
    return Derived(found.move or "stay", SUSPENDED, plain(facts))


def _case(told: Mapping[str, Any]) -> Case:
    until = told["suspended_until"]
    earlier = tuple(datetime.fromisoformat(it) for it in told["earlier"])
    return Case(**{**told, "suspended_until": datetime.fromisoformat(until) if until else None, "earlier": earlier})
