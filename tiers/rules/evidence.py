"""What a gate judges by: sums over a window, as values. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from charter.scoring.pipeline import ErrorRates


@dataclass(frozen=True)
class Quantile:
    """The measured p95 in seconds with its upper bound by order statistics; None where there is too little.

    ``within_ceiling`` and ``within_target`` count the answers that kept the law's two times.
    """

    value: Decimal | None
    high: Decimal | None
    n: int
    within_ceiling: int
    within_target: int


@dataclass(frozen=True)
class Evidence:
    """What is known of a companion in its window, as sums; ``at`` is when it is judged.

    ``scored``, ``compliant`` and ``unscored`` are counted from the fixed ``start`` of its stay or tier, all else over
    the law's window. ``rates`` is how often the scorer behind ``scored`` errs itself; None where nobody measured it.
    """

    at: datetime
    clean_since: datetime
    expected: int
    done: int
    calls: int
    errors: int
    scored: int
    compliant: int
    unscored: int
    latency_p95: Quantile
    agreed: int
    compared: int
    gi: Decimal | None
    gi_low: Decimal | None
    gi_high: Decimal | None
    constitutional: Decimal | None
    review_verdict: str | None
    review_is_positive: bool
    unconfirmed_critical: int
    confirmed_critical: int
    claimed: int
    claimed_mean: Decimal | None
    ours_of_claimed_mean: Decimal | None
    cost_per_1k: Decimal | None
    cost_per_operation: Decimal | None
    rates: ErrorRates | None = None
    start: datetime | None = None


def share_of(part: int, whole: int) -> Decimal | None:
    """A share of 0-1; None of nothing."""
    return Decimal(part) / whole if whole else None


def seconds_of(span: timedelta) -> Decimal:
    """A span in seconds, exact to the microsecond."""
    return Decimal(span // timedelta(microseconds=1)) / 1_000_000
