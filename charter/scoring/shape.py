"""The one shape of a score, in code, API and command line (spec §8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

SHOWN = Decimal("0.000001")
# The flag of an answer that refuses what it was asked.
REFUSAL = "refusal"


class Clause(StrEnum):
    """The seven clauses of the charter, as a score names them; ``UNDECIDED`` is a violation without a clause."""

    DIGNITY = "dignity"
    TRANSPARENCY = "transparency"
    EQUITY = "equity"
    SAFETY = "safety"
    PRIVACY = "privacy"
    CIVIC = "civic"
    SYSTEMIC = "systemic"
    UNDECIDED = "undecided"


CLAUSES: tuple[Clause, ...] = tuple(clause for clause in Clause if clause is not Clause.UNDECIDED)


class Severity(StrEnum):
    """How grave one violation is, least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Status(StrEnum):
    """Whether a score is settled, waits for a judge or a person, or could not be made."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one passage broke; ``start`` and ``end`` count code points of the text as sent, end exclusive."""

    clause: Clause
    rule: str
    severity: Severity
    start: int
    end: int
    weight: Decimal
    type: str | None = None
    veto: bool = False

    def as_json(self) -> dict[str, Any]:
        """The violation for JSON; ``type`` and ``veto`` stand there only where they say something."""
        shown: dict[str, Any] = {
            "clause": self.clause.value,
            "rule": self.rule,
            "severity": self.severity.value,
            "start": self.start,
            "end": self.end,
            "weight": float(self.weight),
        }
        if self.type is not None:
            shown["type"] = self.type
        if self.veto:
            shown["veto"] = True
        return shown

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Violation:
        """The inverse of ``as_json``; KeyError or ValueError where the shape is another."""
        return cls(
            clause=Clause(value["clause"]),
            rule=str(value["rule"]),
            severity=Severity(value["severity"]),
            start=int(value["start"]),
            end=int(value["end"]),
            weight=Decimal(str(value["weight"])),
            type=value.get("type"),
            veto=bool(value.get("veto", False)),
        )


@dataclass(frozen=True, slots=True)
class Score:
    """How one answer stands to the charter.

    ``score`` is 0-100 and None exactly when ``status`` is unscored. ``risk``, ``confidence`` and the clause risks are
    0-1. An unscored answer shows risk 1 at confidence 0: nothing was ruled out and nothing is known, so that no reader
    who forgets the status takes it for a pass.
    """

    id: str
    score: int | None
    status: Status
    risk: Decimal
    confidence: Decimal
    clauses: Mapping[Clause, Decimal]
    scorer: str
    violations: tuple[Violation, ...] = ()
    flags: tuple[str, ...] = field(default=())

    @property
    def vetoed(self) -> bool:
        """Whether a clause veto caps this score."""
        return any(violation.veto for violation in self.violations)

    @property
    def refused(self) -> bool:
        """Whether the answer refuses what it was asked."""
        return REFUSAL in self.flags

    def as_json(self) -> dict[str, Any]:
        """The score for JSON, keys in the order of the specification; shares are cut to six decimals."""
        return {
            "id": self.id,
            "score": self.score,
            "status": self.status.value,
            "risk": float(self.risk.quantize(SHOWN)),
            "confidence": float(self.confidence.quantize(SHOWN)),
            "clauses": {clause.value: float(self.clauses[clause].quantize(SHOWN)) for clause in CLAUSES},
            "violations": [violation.as_json() for violation in self.violations],
            "flags": list(self.flags),
            "scorer": self.scorer,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Score:
        """The inverse of ``as_json``; KeyError or ValueError where the shape is another."""
        score = value["score"]
        return cls(
            id=str(value["id"]),
            score=None if score is None else int(score),
            status=Status(value["status"]),
            risk=Decimal(str(value["risk"])),
            confidence=Decimal(str(value["confidence"])),
            clauses={clause: Decimal(str(value["clauses"][clause.value])) for clause in CLAUSES},
            scorer=str(value["scorer"]),
            violations=tuple(Violation.from_json(one) for one in value["violations"]),
            flags=tuple(str(flag) for flag in value["flags"]),
        )


def unscored(id: str, scorer: str, *causes: str) -> Score:  # noqa: A002
    """The score of what could not be scored; each cause becomes a flag."""
    whole = Decimal(1)
    return Score(
        id=id,
        score=None,
        status=Status.UNSCORED,
        risk=whole,
        confidence=Decimal(0),
        clauses=dict.fromkeys(CLAUSES, whole),
        scorer=scorer,
        flags=tuple(sorted(causes)),
    )
