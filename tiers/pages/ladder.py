"""The ladder of tiers drawn for a companion: where it stands, and how everything that the next rung asks stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.law import Law
from faces.figures.criterion import CriterionLine
from faces.figures.ladder import Ladder, Rung
from tiers.models import Standing
from tiers.models.standing import LIVING, State


@dataclass(frozen=True)
class NextStep:
    """What the next rung asks, each with its verdict; when it is judged, and when all could pass."""

    tier: str
    lines: tuple[CriterionLine, ...]
    review_due_at: datetime | None = None
    reachable_at: datetime | None = None
    by_when: str = ""


def ladder(standing: Standing, law: Law, step: NextStep | None, *, state: State | None = None) -> Ladder:
    """The four tiers, highest first; ``step`` fills the next rung, ``state`` is how it stands now.

    What the way out of shadow mode asks is not repeated here: the page says it as a whole.
    """
    own = law.tiers[standing.tier].rung if standing.tier else 0
    first = law.tiers[law.onboarding.proposable_tiers[-1]].rung
    next_rung = own + 1 if own else first
    here = State(state or standing.state)
    rungs = [
        Rung(
            name=name,
            vote_weight=tier.vote_weight,
            gi_least=tier.gi,
            may=tier.may,
            may_not=tier.may_not,
            here=name == standing.tier,
            next=here in LIVING and tier.rung == next_rung,
            kept=name == standing.tier and here != State.ACTIVE,
            passed=tier.rung < own,
            **(_filled(step) if step and step.tier == name and here in LIVING else {}),
        )
        for name, tier in sorted(law.tiers.items(), key=lambda item: -item[1].rung)
    ]
    return Ladder(standing.companion.ref, tuple(rungs), _outside(standing))


def _filled(step: NextStep) -> Mapping[str, Any]:
    return {
        "criteria": step.lines,
        "review_due_at": step.review_due_at,
        "reachable_at": step.reachable_at,
        "by_when": step.by_when,
    }


def open_names(lines: Sequence[CriterionLine]) -> list[str]:
    """Names of the required lines that do not pass."""
    return [line.name for line in lines if not line.advisory and line.verdict != "pass"]


def _outside(standing: Standing) -> str:
    if standing.tier:
        return ""
    if standing.companion.is_reference and standing.state == State.MOUNTED:
        return (
            "It is entered in the shipped register and has no endpoint yet: it stands on no rung and is never counted."
        )
    return "It stands on no rung yet: a tier comes with the way out of shadow mode, whose criteria stand above."
