"""The ladder of tiers: what each rung may do, where a companion stands, what the next one asks and how that stands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from faces.figures.criterion import CriterionLine


@dataclass(frozen=True)
class Rung:
    """One tier; ``criteria`` is all that it asks, filled for the next rung only.

    ``may`` and ``may_not`` are operations or sentences; ``kept`` marks a tier kept while the vote is off; ``passed``
    one below where the companion stands. ``review_due_at`` is when the next rung is judged, ``reachable_at`` when all
    of it could pass as things go now, ``by_when`` says in words what no date can.
    """

    name: str
    vote_weight: Decimal
    gi_least: Decimal
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()
    here: bool = False
    next: bool = False
    kept: bool = False
    passed: bool = False
    criteria: tuple[CriterionLine, ...] = ()
    review_due_at: datetime | None = None
    reachable_at: datetime | None = None
    by_when: str = ""

    @property
    def missing(self) -> tuple[CriterionLine, ...]:
        """What it asks and does not pass yet."""
        return tuple(line for line in self.criteria if not line.advisory and line.verdict != "pass")

    @property
    def met(self) -> int:
        """How many of the required criteria pass."""
        return len(self.required) - len(self.missing)

    @property
    def required(self) -> tuple[CriterionLine, ...]:
        return tuple(line for line in self.criteria if not line.advisory)

    @property
    def said(self) -> str:
        """How this rung stands, in a word or two."""
        if self.here:
            return "kept while its vote is off" if self.kept else "it stands here"
        if self.next:
            return "the next rung"
        return "below" if self.passed else "further up"


@dataclass(frozen=True)
class Ladder:
    """All rungs, highest first; ``who`` is the companion's name, ``outside`` says why it stands on none yet."""

    who: str
    rungs: tuple[Rung, ...]
    outside: str = ""
