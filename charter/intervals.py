"""Intervals of rates. Exact counts in, decimals of precision 28 out; no floats decide anything. Pure."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from statistics import NormalDist

PRECISION = Context(prec=28, rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=32)
def z_of(confidence: Decimal) -> Decimal:
    """The one-sided normal quantile of ``confidence``, to twelve digits, which the interval's meaning needs at most."""
    return Decimal(f"{NormalDist().inv_cdf(float(confidence)):.12f}")


def wilson_low(successes: int, n: int, confidence: Decimal) -> Decimal | None:
    """One-sided lower Wilson bound of a rate (Wilson 1927); None without observations."""
    return _wilson(successes, n, confidence, -1)


def wilson_high(successes: int, n: int, confidence: Decimal) -> Decimal | None:
    """One-sided upper Wilson bound of a rate; None without observations."""
    return _wilson(successes, n, confidence, 1)


def _wilson(successes: int, n: int, confidence: Decimal, side: int) -> Decimal | None:
    if n == 0:
        return None
    if successes == (0 if side < 0 else n):
        return Decimal(successes) / n  # exactly 0 or 1, which the root would miss by its last digit
    with localcontext(PRECISION):
        z = z_of(confidence)
        p, size = Decimal(successes) / n, Decimal(n)
        centre = p + z * z / (2 * size)
        margin = z * (p * (1 - p) / size + z * z / (4 * size * size)).sqrt()
        return (centre + side * margin) / (1 + z * z / size)
