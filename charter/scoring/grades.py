"""How well the measured figures of each clause are founded: what they rest on, and not how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from charter.scoring.shape import Clause


class Evidence(StrEnum):
    """High: many real answers that people labelled; medium: few or narrow ones; low: hardly any."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Grade:
    """The evidence behind one clause's figures, and why it is no better."""

    evidence: Evidence
    why: str


GRADES: Mapping[Clause, Grade] = MappingProxyType(
    {
        Clause.DIGNITY: Grade(
            Evidence.MEDIUM,
            "People labelled insults and harassment; pressure and steering are known from written examples alone.",
        ),
        Clause.TRANSPARENCY: Grade(
            Evidence.LOW,
            "Rests on statements that models and templates wrote; no labelled answers of real traffic exist.",
        ),
        Clause.EQUITY: Grade(
            Evidence.HIGH,
            "People labelled hate and its look-alikes; unequal treatment over many answers does not show in one.",
        ),
        Clause.SAFETY: Grade(Evidence.HIGH, "People labelled answers to harmful requests in several independent sets."),
        Clause.PRIVACY: Grade(
            Evidence.MEDIUM,
            "Identifiers and secrets are known by construction; tracking and exposing people hardly at all.",
        ),
        Clause.CIVIC: Grade(
            Evidence.MEDIUM,
            "Mostly answers that a model labelled, on few questions; whether a claim is true is not judged.",
        ),
        Clause.SYSTEMIC: Grade(
            Evidence.LOW,
            "Rests on statements that models and templates wrote; no labelled answers of real traffic exist.",
        ),
    }
)
