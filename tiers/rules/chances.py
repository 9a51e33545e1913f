"""How likely a difference at least as great would be if nothing had changed: two tests, on sums. Pure.

Chances are told to six digits. The functions of floating point behind them differ between machines in the sixteenth at
most, so that a decision derived again elsewhere compares the same numbers.
"""

import math
from decimal import Decimal, localcontext

from tiers.rules.intervals import PRECISION

SURE = Decimal(1)
_STEPS = 400
_TINY = 1e-300
_SMALL = 3e-16


def chance_of_t(t_squared: Decimal, freedom: int) -> Decimal:
    """The two-sided chance of Student's t (Student 1908), from its square and its degrees of freedom."""
    if freedom < 1 or t_squared <= 0:
        return SURE
    squared = float(t_squared)
    return _told(_incomplete_beta(freedom / 2, 0.5, freedom / (freedom + squared)))


def chance_of_counts(right: int, n: int, right_before: int, n_before: int) -> Decimal:
    """The two-sided chance of Fisher's exact test (1922): that two samples of one rate differ as much.

    All tables with the same margins that are at most as likely as this one are summed; one step for each wrong answer.
    """
    wrong, wrong_before = n - right, n_before - right_before
    total = wrong + wrong_before
    least, most = max(0, total - n_before), min(total, n)
    if least == most:
        return SURE
    with localcontext(PRECISION):
        weight, weights = Decimal(1), {}
        for k in range(least, most + 1):
            weights[k] = weight
            weight = weight * (total - k) * (n - k) / ((k + 1) * (n_before - total + k + 1))
        seen = weights[wrong] * (1 + Decimal("1E-12"))
        share = sum(it for it in weights.values() if it <= seen) / sum(weights.values())
        return _told(float(min(SURE, share)))


def _told(chance: float) -> Decimal:
    return min(SURE, Decimal(f"{chance:.5e}"))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz 1976; Abramowitz & Stegun 26.5.8)."""
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x),
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, _apart(1 - (a + b) * x / (a + 1))
    value = d = 1 / d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d, c = 1 / _apart(1 + step * d), _apart(1 + step / c)
            value *= d * c
        if abs(d * c - 1) < _SMALL:
            break
    return value


def _apart(value: float) -> float:
    """Not so near to nothing that it could not be divided by."""
    return value if abs(value) > _TINY else _TINY
