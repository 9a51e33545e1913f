"""From a bundle of sums to a companion's five parts, its GI with bounds, and the evidence of the gate. Pure.

The same bundle and law give the same figures for ever: an assessment, a decision and its replay all come through here.
Decimal arithmetic, precision 28, half-even (spec section 9).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, localcontext

from charter.law import Law
from tiers.rules import gi as rules
from tiers.rules.bundle import Aged, Bundle, Day
from tiers.rules.evidence import Evidence, Quantile, share_of
from tiers.rules.intervals import PRECISION, wilson_high, wilson_low
from tiers.rules.rates import P95

HUNDRED, THOUSAND = Decimal(100), Decimal(1000)
# Before its first exit a companion has no tier and is measured by standard's budget.
MEASURED_AS = "standard"
Bound = Callable[[int, int, Decimal], Decimal | None]


@dataclass(frozen=True)
class Measured:
    """What was measured of one companion at one time: the five parts, their sum, and the evidence of the gate."""

    components: rules.Components
    gi: Decimal | None
    evidence: Evidence
    coverage: Decimal | None
    bundle: Bundle


def measure(bundle: Bundle, law: Law) -> Measured:
    """The figures of ``bundle`` by ``law``, by whose windows it was read."""
    components = _components(bundle, law)
    gi = rules.gi_score(components, law.gi)
    low, high = (None, None) if gi is None else _bounds(components, bundle, law)
    evidence = _evidence(bundle, law, components=components, gi=gi, low=low, high=high)
    return Measured(components, gi, evidence, share_of(bundle.window.done, bundle.window.expected), bundle)


def _components(bundle: Bundle, law: Law) -> rules.Components:
    """The five parts over their own windows."""
    gi, day, paid = law.gi, bundle.day, bundle.paid
    consensus = _mean_by_age(bundle.peers, factor=gi.decay["consensus"])
    if consensus is None:  # no peers: the known answers
        consensus = _mean_by_age(bundle.closed, factor=gi.decay["consensus"])
    return rules.Components(
        constitutional=_mean_by_age(bundle.answers, factor=gi.decay["constitutional"], of=HUNDRED),
        consensus=consensus,
        reliability=rules.reliability(
            uptime=_uptime(day, law.shadow.bucket), error_rate=share_of(day.errors, day.calls)
        ),
        efficiency=rules.efficiency(
            budget_per_1k=law.tiers[bundle.tier or MEASURED_AS].budget_per_1k,
            cost_per_1k=_per_1k(paid.cost, paid.tokens),
        ),
        trust=rules.trust(gi, endorsements=bundle.endorsements),
    )


def _evidence(
    bundle: Bundle,
    law: Law,
    *,
    components: rules.Components,
    gi: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
) -> Evidence:
    window, counted, critical, review = bundle.window, bundle.counted, bundle.critical, bundle.review
    return Evidence(
        at=bundle.at,
        start=bundle.start,
        clean_since=bundle.clean_since,
        expected=window.expected,
        done=window.done,
        calls=window.calls,
        errors=window.errors,
        scored=counted.scored,
        compliant=counted.compliant,
        unscored=counted.unscored,
        latency_p95=_latency(bundle, law),
        agreed=window.agreed,
        compared=window.compared,
        gi=gi,
        gi_low=low,
        gi_high=high,
        constitutional=components.constitutional,
        review_verdict=review.verdict if review else None,
        review_is_positive=bool(review and review.is_positive),
        unconfirmed_critical=critical.waiting,
        confirmed_critical=critical.confirmed,
        claimed=window.claimed,
        claimed_mean=share_of(window.claimed_sum, window.claimed),
        ours_of_claimed_mean=share_of(window.claimed_ours_sum, window.claimed),
        cost_per_1k=_per_1k(window.cost, window.tokens),
        cost_per_operation=window.cost / window.ok if window.ok else None,
        rates=bundle.rates,
    )


def _latency(bundle: Bundle, law: Law) -> Quantile:
    sketch = bundle.sketch
    return Quantile(
        _in_seconds(sketch.quantile(P95)),
        _in_seconds(sketch.upper_bound(P95, confidence=law.shadow.confidence)),
        sketch.n,
        within_ceiling=sketch.within(law.onboarding.latency_p95_below),
        within_target=sketch.within(law.shadow.latency_p95_target),
    )


def _bounds(components: rules.Components, bundle: Bundle, law: Law) -> tuple[Decimal, Decimal]:
    """Bounds of GI: each rate at its own one-sided Wilson bound, costs and trust at their value.

    A mean of scores varies no more than a rate of the same mean, so its Wilson bound is a safe one; as if all parts
    were wrong the same way at once, the interval is wider than the named confidence.
    """
    compared = sum(it.n for it in bundle.peers)
    counts = {
        "constitutional": bundle.scored_lately,
        "consensus": compared or sum(it.n for it in bundle.closed),
        "reliability": bundle.day.calls,
    }
    low, high = (_weighed(components, counts, bound, law) for bound in (wilson_low, wilson_high))
    return low, high


def _weighed(components: rules.Components, counts: Mapping[str, int], bound: Bound, law: Law) -> Decimal:
    with localcontext(PRECISION):
        parts = (
            weight * _bounded(getattr(components, name), counts.get(name, 0), bound, law)
            for name, weight in law.gi.weights.items()
        )
        return sum(parts, Decimal(0))


def _bounded(value: Decimal, n: int, bound: Bound, law: Law) -> Decimal:
    if not n:
        return value
    found = bound(int((value * n).to_integral_value()), n, law.shadow.confidence)
    return value if found is None else found


def _mean_by_age(sums: Iterable[Aged], *, factor: Decimal, of: Decimal = Decimal(1)) -> Decimal | None:
    return rules.weighted_mean(((it.age, it.total / of, it.n) for it in sums), factor=factor)


def _uptime(day: Day, bucket: timedelta) -> Decimal | None:
    """The share of the time that we saw in which it was not down."""
    if not day.seen:
        return None
    with localcontext(PRECISION):
        down = Decimal(day.down_ms) / 1000
        return max(Decimal(0), 1 - down / Decimal(day.seen * bucket.total_seconds()))


def _per_1k(cost: Decimal, tokens: int) -> Decimal | None:
    return cost * THOUSAND / tokens if tokens else None


def _in_seconds(milliseconds: int | None) -> Decimal | None:
    return None if milliseconds is None else Decimal(milliseconds) / 1000
