"""The ladder of tiers: what each rung may do, where a companion stands, what the next one still asks."""

from dataclasses import dataclass
from decimal import Decimal

from faces.figures.criterion import CriterionLine


@dataclass(frozen=True)
class Rung:
    """One tier; ``missing`` are the criteria still open, filled for the next rung only.

    ``may`` and ``may_not`` are operations or sentences; ``kept`` marks a tier kept while the vote is off.
    """

    name: str
    vote_weight: Decimal
    gi_least: Decimal
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()
    here: bool = False
    next: bool = False
    kept: bool = False
    missing: tuple[CriterionLine, ...] = ()


@dataclass(frozen=True)
class Ladder:
    """All rungs, highest first; ``who`` is the companion's name, ``outside`` says why it stands on none yet."""

    who: str
    rungs: tuple[Rung, ...]
    outside: str = ""
