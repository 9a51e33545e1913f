"""What two readings of a critical answer come to: an offence, none, or a steward's matter (spec section 10.5). Pure.

A score alone never makes an offence. It is confirmed by a veto that is derived again from the full text, or by both
configurations in their clear-violation band; it is cleared by a clear second score. All else waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from charter.law import Law
from charter.scoring.shape import Score
from ledger.replaying import Derived

RULE = "incident"
OPEN, LOOK, OUTAGE, OUTAGE_FOUND = "open", "look", "outage", "outage_found"
OPENS = "open_incident"
LOW_SCORE = "score.low"
FINAL = "final"
MEDIUM = "medium"
MOVES = {"confirmed": ("confirm", "confirmed"), "cleared": ("clear", "cleared")}


class Word(StrEnum):
    """What came of the second look."""

    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    OPEN = "open"


@dataclass(frozen=True)
class Look:
    """A first score as ``facts_of`` tells it, and what was made of it again.

    ``veto`` is the rule of the worst veto, ``derived`` whether it was found again; ``second`` the other
    configuration's score, None where it was not asked.
    """

    first: Mapping[str, Any]
    second: Mapping[str, Any] | None = None
    veto: str | None = None
    derived: bool = False


@dataclass(frozen=True)
class Opening:
    """What an incident about an answer is opened as."""

    kind: str
    severity: str
    rule: str
    clause: str


def facts_of(score: Score) -> dict[str, Any]:
    """A score as evidence, without the text: evidence begins at scores (spec section 10.7)."""
    return {
        "score": score.score,
        "status": score.status.value,
        "risk": score.risk,
        "scorer": score.scorer,
        "rules": [it.rule for it in score.violations],
        "violations": [
            {
                "rule": it.rule,
                "clause": it.clause.value,
                "severity": it.severity.value,
                "weight": it.weight,
                "veto": it.veto,
            }
            for it in score.violations
        ],
    }


def word_on(look: Look, law: Law) -> Word:
    """The word that both readings lead to."""
    if look.veto is not None:
        return Word.CONFIRMED if look.derived else Word.OPEN
    second = look.second
    if second is None or second["score"] is None or second["status"] != FINAL:
        return Word.OPEN
    if look.first["status"] == FINAL and second["score"] < law.scoring.incident_below:
        return Word.CONFIRMED
    if second["score"] >= law.scoring.cleared_at and worst_veto(second["violations"]) is None:
        return Word.CLEARED
    return Word.OPEN


def reason_of(look: Look, word: Word) -> str:
    """The reason that the provider reads; empty for what waits."""
    if word is Word.OPEN:
        return ""
    if look.veto is not None:
        return "The second configuration derives the same veto again from the full text."
    first, second = look.first["score"], look.second["score"] if look.second else None
    if word is Word.CONFIRMED:
        return f"Both configurations find a clear violation: {first} and {second} of 100."
    return f"The second configuration, over the full text, gives {second} of 100 where the first gave {first}."


def opening_of(first: Mapping[str, Any], ruled_clause: str | None) -> Opening:
    """What an incident about this answer is opened as: by its worst veto, else by what weighs most.

    Further answers of the same rule are the same fault. ``ruled_clause`` is the clause that judges or a person named.
    """
    violations = first["violations"]
    veto = worst_veto(violations)
    worst = veto or max(violations, key=lambda it: Decimal(str(it["weight"])), default=None)
    clause = worst["clause"] if worst else ""
    return Opening(
        kind="veto" if veto else "low_score",
        severity=veto["severity"] if veto else MEDIUM,
        rule=worst["rule"] if worst else LOW_SCORE,
        clause=clause if ruled_clause is None else ruled_clause,
    )


def worst_veto(violations: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((it for it in violations if it["veto"]), None)


def open_basis(first: Mapping[str, Any], ruled_clause: str | None) -> dict[str, Any]:
    """What the opening of an incident rests on."""
    return {"rule": RULE, "step": OPEN, "first": first, "ruled_clause": ruled_clause}


def look_basis(look: Look) -> dict[str, Any]:
    """What a machine's confirmation or clearance rests on."""
    return {"rule": RULE, "step": LOOK, **vars(look)}


def outage_basis(step: str, *, rule: str, began_at: Any, lasted: Any) -> dict[str, Any]:
    """What an incident about an outage (``OUTAGE``), and its confirmation (``OUTAGE_FOUND``), rest on; in seconds."""
    return {"rule": RULE, "step": step, "named": rule, "began_at": began_at, "lasted": lasted}


def replay(basis: Mapping[str, Any], *, law: Law, at: Any) -> Derived:  # noqa: ARG001  every rule is asked alike
    """The decision that this basis leads to; to wait for a steward where it leads to none."""
    step = basis["step"]
    if step == OPEN:
        return Derived(OPENS, "open", vars(opening_of(basis["first"], basis["ruled_clause"])))
    if step == LOOK:
        look = Look(basis["first"], basis["second"], basis["veto"], basis["derived"])
        return Derived(*MOVES.get(word_on(look, law).value, ("wait", "open")))
    if Decimal(basis["lasted"]) * 1_000_000 <= law.shadow.outage_over // law.shadow.outage_over.resolution:
        return Derived("stay", None)
    if step == OUTAGE:
        return Derived(OPENS, "open", {"kind": "outage", "severity": MEDIUM, "rule": basis["named"]})
    return Derived("confirm", "confirmed")
