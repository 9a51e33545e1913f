"""Intervals that gates use and pages show. Exact counts in, decimals of precision 28 out; no floats decide anything."""

from decimal import Decimal

from charter.intervals import PRECISION, wilson_high, wilson_low, z_of

__all__ = ["PRECISION", "clean_samples_for", "wilson_high", "wilson_low", "z_of"]
_MOST_SOUGHT = 1_000_000


def clean_samples_for(share: Decimal, confidence: Decimal, *, failures: int = 0) -> int:
    """The least n at which n - ``failures`` successes prove a rate of at least ``share``."""
    low, high = failures + 1, failures + 1
    while not _proves(high - failures, high, share, confidence):
        low, high = high + 1, high * 2
        if high > _MOST_SOUGHT:
            return _MOST_SOUGHT
    while low < high:
        middle = (low + high) // 2
        if _proves(middle - failures, middle, share, confidence):
            high = middle
        else:
            low = middle + 1
    return low


def _proves(successes: int, n: int, share: Decimal, confidence: Decimal) -> bool:
    bound = wilson_low(successes, n, confidence)
    return bound is not None and bound >= share
