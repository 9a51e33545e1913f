"""The share of violations behind a share of flags: a scorer's own error taken out, with the interval that it leaves.

The estimate is Rogan & Gladen's (American Journal of Epidemiology 107, 1978): ``v = (q - fpr) / (rec - fpr)``, clamped
to [0, 1]. The interval is Wilson's, carried on: a share ``v`` of violations makes flags at the rate
``m(v) = fpr + v (rec - fpr)``, and every ``v`` is kept whose ``m(v)`` differs from the observed share by at most z
standard errors, those of ``q`` under ``v`` (Wilson 1927) and of the two measured rates (Fieller 1954) together:

    (q - m(v))^2 <= z^2 [ m(v) (1 - m(v)) / n + (1 - v)^2 var(fpr) + v^2 var(rec) ]

which is a quadratic in v. It has no chance in it, more flags never lower an end of it, and with a scorer that never
errs it is Wilson's. Counts of the labelled rows are smoothed: by half a row on either side for the upper end, by a
whole one for the lower, so that neither end claims more than it should where few rows were labelled. Lang & Reiczigel's
interval (Preventive Veterinary Medicine 113, 2014) was tried beside it: as wide, but its upper end, by which a gate
passes, falls to 92% where 95% are meant.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from charter.scoring.pipeline import ErrorRates
from tiers.rules.intervals import PRECISION, z_of

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
_MOST_SOUGHT = 1_000_000


@dataclass(frozen=True)
class Violations:
    """The share of violations in 0-1 with the one-sided ends of its interval."""

    share: Decimal
    low: Decimal
    high: Decimal


def violations(flagged: int, n: int, rates: ErrorRates | None, confidence: Decimal) -> Violations | None:
    """What ``flagged`` of ``n`` answers come to by a scorer of these error rates.

    None without answers or labelled rows, and where the scorer finds no more violations than it flags by mistake, or
    no more beyond doubt: such a scorer says nothing about violations.
    """
    if n == 0 or rates is None or not rates.compliant or not rates.violating:
        return None
    with localcontext(PRECISION):
        share = _share(flagged, n, rates)
        low = _end(flagged, n, rates, confidence, -1)
        high = _end(flagged, n, rates, confidence, 1)
        if share is None or low is None or high is None:
            return None
        return Violations(share, min(low, share), max(high, share))


def answers_for(flagged: int, rates: ErrorRates | None, confidence: Decimal, *, below: Decimal) -> int | None:
    """The least n at which ``flagged`` of n put the whole interval below ``below``; None where no n does."""
    low, high = 1, max(flagged, 1)
    while not _lies_below(flagged, high, rates, confidence, below):
        low, high = high + 1, high * 2
        if high > _MOST_SOUGHT:
            return None
    while low < high:
        middle = (low + high) // 2
        if middle >= flagged and _lies_below(flagged, middle, rates, confidence, below):
            high = middle
        else:
            low = middle + 1
    return low


def _lies_below(flagged: int, n: int, rates: ErrorRates | None, confidence: Decimal, below: Decimal) -> bool:
    found = violations(flagged, n, rates, confidence)
    return found is not None and found.high < below


def _share(flagged: int, n: int, rates: ErrorRates) -> Decimal | None:
    false_flags = Decimal(rates.flagged_of_compliant) / rates.compliant
    apart = Decimal(rates.flagged_of_violating) / rates.violating - false_flags
    return _clamped((Decimal(flagged) / n - false_flags) / apart) if apart > 0 else None


def _end(flagged: int, n: int, rates: ErrorRates, confidence: Decimal, side: int) -> Decimal | None:
    """One end of the interval: a root of the quadratic; None where the interval has no end."""
    q, z = Decimal(flagged) / n, z_of(confidence)
    added = HALF if side > 0 else ONE
    false_flags, doubt_of_flags = _smoothed(rates.flagged_of_compliant, rates.compliant, added)
    found, doubt_of_found = _smoothed(rates.flagged_of_violating, rates.violating, added)
    apart, seen = found - false_flags, q - false_flags
    square = apart * apart * (1 + z * z / n) - z * z * (doubt_of_flags + doubt_of_found)
    linear = 2 * seen * apart + z * z * (apart * (1 - 2 * false_flags) / n - 2 * doubt_of_flags)
    rest = seen * seen - z * z * (false_flags * (1 - false_flags) / n + doubt_of_flags)
    if apart <= 0 or square <= 0:
        return None
    root = max(linear * linear - 4 * square * rest, ZERO).sqrt()
    return _clamped((linear + side * root) / (2 * square))


def _smoothed(count: int, of: int, added: Decimal) -> tuple[Decimal, Decimal]:
    """A measured rate with ``added`` rows on either side, and its variance."""
    rows = of + 2 * added
    rate = (count + added) / rows
    return rate, rate * (1 - rate) / rows


def _clamped(share: Decimal) -> Decimal:
    return min(max(share, ZERO), ONE)
