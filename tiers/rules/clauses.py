"""A companion's mean of each clause, and of all by the law's weights (spec section 8). Pure.

They explain how a companion stands to the charter; they make no score of an answer and no gate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from charter.articles import Clause
from tiers.rules.intervals import PRECISION

HUNDRED = Decimal(100)
MILLION = 1_000_000


@dataclass(frozen=True)
class RiskSums:
    """Sums over ``n`` scored answers: by clause, their risks in millionths."""

    n: int
    risks: Mapping[str, int]


def together(sums: Sequence[RiskSums]) -> RiskSums:
    """All of them as one."""
    names = {name for each in sums for name in each.risks}
    return RiskSums(sum(it.n for it in sums), {name: sum(it.risks.get(name, 0) for it in sums) for name in names})


def mean_of(clause: str, sums: RiskSums) -> Decimal | None:
    """``100 x (1 - mean risk)`` of one clause, 0-100; None without answers."""
    if not sums.n:
        return None
    with localcontext(PRECISION):
        return HUNDRED * (1 - Decimal(sums.risks.get(clause, 0)) / (MILLION * sums.n))


def weighted_mean(clauses: Mapping[str, Clause], sums: RiskSums) -> Decimal | None:
    """The clauses' means by the law's weights, 0-100; None without answers, or without any weight."""
    weights = sum((clause.weight for clause in clauses.values()), Decimal(0))
    if not sums.n or not weights:
        return None
    with localcontext(PRECISION):
        means = {name: mean_of(name, sums) or Decimal(0) for name in clauses}
        return sum((clause.weight * means[name] for name, clause in clauses.items()), Decimal(0)) / weights
