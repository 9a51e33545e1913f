"""What a criterion says: pass, fail or inconclusive, with value, basis and bounds; what nobody judges is tracked."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ledger.canonical import plain


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105  a verdict, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    TRACKED = "tracked"


@dataclass(frozen=True)
class Criterion:
    """One question of a gate, answered.

    ``value``, ``low``, ``high`` and ``threshold`` are in ``unit`` (share, seconds, days, score, word); ``n`` counts
    the observations behind it; ``more`` is about how many more would settle an inconclusive one.
    """

    name: str
    verdict: Verdict
    value: Decimal | str | None
    threshold: Decimal | str | None
    unit: str = "share"
    n: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    more: int | None = None
    required: bool = True
    at_least: bool = True
    why: str = ""
    law: str = ""

    def as_json(self) -> dict[str, Any]:
        """JSON facts of this criterion, decimals as text."""
        facts: dict[str, Any] = plain(asdict(self))
        return facts


def missing(criteria: list[Criterion]) -> list[Criterion]:
    """The required criteria that are not passed."""
    return [criterion for criterion in criteria if criterion.required and criterion.verdict is not Verdict.PASS]
