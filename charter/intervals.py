"""Intervals of rates. Exact counts in, decimals of precision 28 out; no floats decide anything. Pure.

Wilson's bounds hold for one look. The bounds of a *sequence* hold at every look at once, however often and whenever
somebody looks: the chance that the lower one ever lies above the true rate is at most 1 - confidence, and so for the
upper one. Both count from one fixed start. They are Robbins's mixture (Annals of Mathematical Statistics 41, 1970),
beta-binomial as in Howard, Ramdas, McAuliffe & Sekhon (Annals of Statistics 49, 2021), one-sided. With s successes, f
failures and a flat weight over the rates above ``t`` = ``tuned_at``, the mean likelihood against that of a rate h,

    M(h) = 1 / (1 - t) * integral from t to 1 of p^s (1 - p)^f dp / (h^s (1 - h)^f),

is a martingale from 1 if h is the true rate, at ``t`` a supermartingale for every lower one too. So it ever reaches
1 / (1 - confidence) with a chance of at most 1 - confidence (Ville 1939), and h is excluded where it has. Integrated by
parts, at ``t`` itself no power and no integral is left, but s + 1 positive terms, each falling with the failures:

    M(t) = 1 / (f + 1) * sum over k = 0..s of product over i < k of (s - i) (1 - t) / ((f + 2 + i) t).

The upper bound is the lower one of the failures, mirrored. ``tuned_at`` may be any rate named beforehand and keeps the
bounds valid; near it they are sharpest, far on its other side wide.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from statistics import NormalDist

PRECISION = Context(prec=28, rounding=ROUND_HALF_EVEN)
ZERO, ONE, TWO = Decimal(0), Decimal(1), Decimal(2)
# A bound of a sequence is told to so many digits, rounded away from the rate.
_SEQUENCE_DIGITS = Decimal("1E-12")
# A sum that is to reach something is looked at after so many terms.
_LOOK_EVERY = 16
# No answer to "how many" is sought beyond.
MOST_SOUGHT = 1_000_000


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


def sequence_low(successes: int, n: int, confidence: Decimal, *, tuned_at: Decimal) -> Decimal | None:
    """One-sided lower bound of a rate that holds at every look at once; None without observations.

    It is at least ``tuned_at`` exactly where ``sequence_proves`` it. A ``tuned_at`` of 0 or 1 leaves nothing to prove:
    0 then.
    """
    if n == 0:
        return None
    if successes == 0 or not ZERO < tuned_at < ONE:
        return ZERO
    failures = n - successes
    with localcontext(PRECISION):
        least = _least_martingale(confidence)
        known = martingale(successes, failures, tuned_at)
        proven = _is_above(successes, failures, tuned_at) and known >= least
        asked = (least / known).ln()
        low, high = (tuned_at, Decimal(successes) / n) if proven else (ZERO, min(tuned_at, Decimal(successes) / n))
        while high - low > _SEQUENCE_DIGITS:
            middle = (low + high) / TWO
            if _log_ratio(successes, failures, tuned_at, middle) >= asked:
                low = middle
            else:
                high = middle
        return low


def sequence_high(successes: int, n: int, confidence: Decimal, *, tuned_at: Decimal) -> Decimal | None:
    """One-sided upper bound of a rate that holds at every look at once; None without observations."""
    low = sequence_low(n - successes, n, confidence, tuned_at=ONE - tuned_at)
    return None if low is None else ONE - low


def sequence_proves(successes: int, n: int, confidence: Decimal, *, share: Decimal) -> bool:
    """Whether the lower bound tuned at ``share`` reaches it: the gate's question, without the bound's own digits."""
    if n == 0 or not ZERO < share < ONE or not _is_above(successes, n - successes, share):
        return False
    least = _least_martingale(confidence)
    return martingale(successes, n - successes, share, until=least) >= least


@lru_cache(maxsize=4096)
def answers_for_sequence(failures: int, share: Decimal, confidence: Decimal) -> int:
    """The least n at which n - ``failures`` successes prove ``share`` at every look; at most ``MOST_SOUGHT``."""
    low, high = failures + 1, failures + 1
    while not sequence_proves(high - failures, high, confidence, share=share):
        low, high = high + 1, high * 2
        if high > MOST_SOUGHT or not ZERO < share < ONE:
            return MOST_SOUGHT
    while low < high:
        middle = (low + high) // 2
        if sequence_proves(middle - failures, middle, confidence, share=share):
            high = middle
        else:
            low = middle + 1
    return low


def martingale(successes: int, failures: int, share: Decimal, *, until: Decimal | None = None) -> Decimal:
    """M(t) of the module's text at ``share`` in (0, 1): how much better the rates above it explain the counts.

    The terms rise and then fall, so the sum ends where a falling one no longer changes it. Every step is rounded
    monotonically: a success in place of a failure never lowers it. Who only asks whether it reaches ``until`` gets a
    part of the sum that does, if the whole one does: terms are positive, and rounding is monotone.
    """
    with localcontext(PRECISION):
        odds = (ONE - share) / share
        total = term = ONE
        for i in range(successes):
            factor = (successes - i) * odds / (failures + 2 + i)
            term *= factor
            if total + term == total and factor < 1:
                break
            total += term
            if until is not None and i % _LOOK_EVERY == 0 and total / (failures + 1) >= until:
                break
        return total / (failures + 1)


def _least_martingale(confidence: Decimal) -> Decimal:
    return ONE / (ONE - confidence)


def _is_above(successes: int, failures: int, share: Decimal) -> bool:
    """Elsewhere no rate above ``share`` explains the counts better, and the sum need not be made."""
    return successes > share * (successes + failures)


def _log_ratio(successes: int, failures: int, share: Decimal, rate: Decimal) -> Decimal:
    """The logarithm of the likelihood at ``share`` over that at ``rate``; falling in ``rate`` below the mean."""
    failed = failures * ((ONE - share) / (ONE - rate)).ln() if failures else ZERO
    return successes * (share / rate).ln() + failed
