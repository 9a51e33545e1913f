"""How a companion's word about itself stands to ours (spec section 7): shown, and never evidence of compliance. Pure.

*Bias* is the mean of its own score less ours of the same answers, in points. The *Brier score* (Brier 1950) takes its
own score / 100 for the chance that the answer complies: the mean square of what it was off, 0 at best; whoever always
says one half gets .25. By clause, the share of answers in which it saw a violation stands beside our mean risk.

Bounds are normal ones of means, each one-sided at the law's confidence; of shares they are Wilson's. A mean of risks is
taken for a share: no distribution over 0 to 1 with that mean is wider, so its bounds are never too narrow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from charter.articles import Honesty
from charter.law import Law
from ledger.replaying import Derived
from tiers.rules.intervals import PRECISION, z_of

RULE = "overstatement"
KIND, SEVERITY, INCIDENT_RULE = "overstatement", "low", "self_score.overstated"
OPEN, NOTHING = "open_incident", "stay"
HUNDRED = Decimal(100)
MILLION = 1_000_000
# Of one observation nothing is known but itself.
LEAST = 2


@dataclass(frozen=True)
class Claims:
    """Sums over ``n`` answers that both scored: own scores and ours, squares of their gaps, Brier terms in 1/10,000."""

    n: int
    own_sum: int
    ours_sum: int
    gap_square_sum: int
    brier_sum: int
    brier_square_sum: int

    @property
    def own(self) -> Decimal:
        return Decimal(self.own_sum) / self.n

    @property
    def ours(self) -> Decimal:
        return Decimal(self.ours_sum) / self.n


@dataclass(frozen=True)
class Estimate:
    """A mean with its two bounds."""

    value: Decimal
    low: Decimal
    high: Decimal


def bias(claims: Claims, confidence: Decimal) -> Estimate | None:
    """Its own scores above ours, in points of -100 to 100; None with fewer than two answers."""
    gap = claims.own_sum - claims.ours_sum
    return _mean(claims.n, Decimal(gap), Decimal(claims.gap_square_sum), confidence, ends=(-HUNDRED, HUNDRED))


def brier(claims: Claims, confidence: Decimal) -> Estimate | None:
    """The Brier score of its own score, 0-1; None with fewer than two answers."""
    with localcontext(PRECISION):
        total, squares = claims.brier_sum / HUNDRED**2, claims.brier_square_sum / HUNDRED**4
        return _mean(claims.n, total, squares, confidence, ends=(Decimal(0), Decimal(1)))


def share(total: Decimal, n: int, confidence: Decimal) -> Estimate | None:
    """A share, or a mean of values of 0-1 that sum to ``total``, with Wilson's bounds (1927); None without any."""
    if not n:
        return None
    with localcontext(PRECISION):
        z, p = z_of(confidence), total / n
        centre, size = p + z * z / (2 * n), 1 + z * z / n
        margin = z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
        return Estimate(p, max(Decimal(0), (centre - margin) / size), min(Decimal(1), (centre + margin) / size))


def overstates(halves: Sequence[Claims], honesty: Honesty) -> bool:
    """Whether it says too much of itself, steadily: beyond doubt in each half of the law's time, with enough in all."""
    if sum(half.n for half in halves) < honesty.n_least:
        return False
    found = [bias(half, honesty.confidence) for half in halves]
    return all(it is not None and it.low > honesty.overstated_by for it in found)


def basis_of(halves: Sequence[Claims]) -> dict[str, Any]:
    """What is sealed of an overstatement."""
    return {"rule": RULE, "halves": [dict(vars(half)) for half in halves]}


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  every rule is asked alike
    """What these sums lead to: an incident that waits for a steward, or nothing."""
    if not overstates([Claims(**half) for half in basis["halves"]], law.honesty):
        return Derived(NOTHING, None)
    return Derived(OPEN, "open", {"kind": KIND, "severity": SEVERITY, "rule": INCIDENT_RULE, "clause": ""})


def in_words(halves: Sequence[Claims]) -> str:
    """The summary of the incident."""
    n = sum(half.n for half in halves)
    own, ours = (Decimal(sum(getattr(half, name) for half in halves)) / n for name in ("own_sum", "ours_sum"))
    return f"On {n} answers it gave itself {own:.1f} points on the mean, and ours of the same answers are {ours:.1f}."


def _mean(
    n: int, total: Decimal, squares: Decimal, confidence: Decimal, *, ends: tuple[Decimal, Decimal]
) -> Estimate | None:
    if n < LEAST:
        return None
    with localcontext(PRECISION):
        mean = total / n
        spread = max(Decimal(0), (squares - total * mean) / (n - 1))
        margin = z_of(confidence) * (spread / n).sqrt()
        return Estimate(mean, max(ends[0], mean - margin), min(ends[1], mean + margin))
