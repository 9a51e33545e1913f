"""Governance Integrity of one companion: five measures in [0, 1], weighted by the law (spec section 9). Pure.

``GI = .40 C + .25 K + .20 R + .10 E + .05 T`` by the shipped law. A component without evidence is None, and so is GI;
trust is never None, for its smoothing is its evidence. Decimal arithmetic, precision 28, half-even.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from charter.articles import Gi
from tiers.rules.intervals import PRECISION

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Aged:
    """Sums of one bucket that ended at ``ended_at``: ``total`` over ``n`` observations."""

    ended_at: datetime
    total: Decimal
    n: int


@dataclass(frozen=True)
class Components:
    """The five measures; None where there is no evidence."""

    constitutional: Decimal | None
    consensus: Decimal | None
    reliability: Decimal | None
    efficiency: Decimal | None
    trust: Decimal


def gi_score(components: Components, law: Gi) -> Decimal | None:
    """The weighted sum; None while any component is."""
    with localcontext(PRECISION):
        total = ZERO
        for name, weight in law.weights.items():
            value = getattr(components, name)
            if value is None:
                return None
            total += weight * value
        return total


def decayed_mean(sums: Iterable[Aged], *, factor: Decimal, unit: timedelta, at: datetime) -> Decimal | None:
    """Mean of all observations, each weighted ``factor ** age`` by whole decay units since its bucket ended."""
    return weighted_mean(((max((at - it.ended_at) // unit, 0), it.total, it.n) for it in sums), factor=factor)


def weighted_mean(sums: Iterable[tuple[int, Decimal, int]], *, factor: Decimal) -> Decimal | None:
    """The same of (age in whole decay units, total, n), where buckets of one age may be one."""
    with localcontext(PRECISION):
        weighted, weights = ZERO, ZERO
        for age, total, n in sums:
            weight = factor**age
            weighted += weight * total
            weights += weight * n
        return weighted / weights if weights else None


def reliability(*, uptime: Decimal | None, error_rate: Decimal | None) -> Decimal | None:
    """``R = uptime x (1 - error rate)``."""
    if uptime is None or error_rate is None:
        return None
    with localcontext(PRECISION):
        return uptime * (1 - error_rate)


def efficiency(*, budget_per_1k: Decimal, cost_per_1k: Decimal | None) -> Decimal | None:
    """``E = min(1, budget / actual cost)`` per 1K tokens; a cost of 0 gives 1."""
    if cost_per_1k is None:
        return None
    with localcontext(PRECISION):
        return ONE if cost_per_1k == 0 else min(ONE, budget_per_1k / cost_per_1k)


def trust(
    law: Gi, *, positive: Decimal = ZERO, negative: Decimal = ZERO, endorsements: Decimal = ZERO, appeals: int = 0
) -> Decimal:
    """``T = (P + 10 E + .5 m) / (P + N + 10 E + m)``, then .1 for each appeal won and -.1 for each lost, clamped.

    P, N and E are decayed counts; ``appeals`` is won less lost.
    """
    smoothing = law.smoothing
    with localcontext(PRECISION):
        endorsed = smoothing.endorsement * endorsements
        share = (positive + endorsed + smoothing.neutral * smoothing.mass) / (
            positive + negative + endorsed + smoothing.mass
        )
        return min(max(share + appeals * smoothing.appeal, ZERO), ONE)


def trend(*, now: Decimal | None, before: Decimal | None, law: Gi) -> str:
    """Improving or declining when the change exceeds the law's threshold, else stable; empty without data."""
    if now is None or before is None:
        return ""
    change = now - before
    if abs(change) <= law.trend_beyond:
        return "stable"
    return "improving" if change > 0 else "declining"
