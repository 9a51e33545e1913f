"""From sums to evidence: what ``shadow`` counted, put together as the rules ask for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from charter.law import Law
from charter.scoring.pipeline import ErrorRates, Scorer
from charter.scoring.registry import scorer_of
from shadow.queries import BucketSums, bucket_series
from shadow.queries.window import WindowSums, total_of
from tiers.models import Review, Standing
from tiers.models.incident import Incident
from tiers.models.incident import State as IncidentState
from tiers.models.standing import Tier
from tiers.rules import gi as rules
from tiers.rules.evidence import Evidence, Quantile
from tiers.rules.intervals import PRECISION, wilson_high, wilson_low

THOUSAND = Decimal(1000)
P95 = Decimal("0.95")


@dataclass(frozen=True)
class Measured:
    """What was measured of one companion at one time: the five parts, their sum, and the evidence of the gate."""

    components: rules.Components
    gi: Decimal | None
    evidence: Evidence
    coverage: Decimal | None


@dataclass(frozen=True)
class Critical:
    """Incidents that nobody judged yet, confirmed ones, and when the last confirmed critical answer was given."""

    waiting: int = 0
    confirmed: int = 0
    last_critical: datetime | None = None


NONE_CRITICAL = Critical()


def measured(
    standings: Sequence[Standing], *, law: Law, at: datetime, scorer: Scorer | None = None
) -> dict[Standing, Measured]:
    """The evidence of every companion, read from sums: queries grow with hundreds of companions, not with samples.

    ``law`` is the one that they are judged under; ``scorer`` the one in force, whose scores every answer gets, and
    without one that of ``law``.
    """
    longest, scorer = max(law.shadow.window, *law.gi.windows.values()), scorer or scorer_of(law)
    series = bucket_series(
        [standing.companion_id for standing in standings],
        since=_floor(at - longest, law.shadow.bucket),
        until=at,
        scorer=scorer.digest,
    )
    words = _latest_reviews(standings)
    incidents = _incident_counts(standings)
    return {
        standing: _measure(
            standing,
            series[standing.companion_id],
            law=law,
            at=at,
            review=words.get(standing.companion_id),
            incidents=incidents.get(standing.companion_id, NONE_CRITICAL),
            rates=scorer.rates_at(law.scoring.compliant_at),
        )
        for standing in standings
    }


def _measure(
    standing: Standing,
    series: list[BucketSums],
    *,
    law: Law,
    at: datetime,
    review: Review | None,
    incidents: Critical,
    rates: ErrorRates | None,
) -> Measured:
    components = _components(standing, series, law=law, at=at)
    gi = rules.gi_score(components, law.gi)
    since = max(standing.shadow_since or standing.state_since, at - law.shadow.window)
    window = total_of(_since(series, since, law.shadow.bucket))
    low, high = _gi_bounds(components, series, law=law, at=at)
    evidence = _evidence(standing, window, law=law, at=at, review=review, incidents=incidents, rates=rates)
    return Measured(
        components=components,
        gi=gi,
        evidence=evidence(gi=gi, gi_low=low, gi_high=high, constitutional=components.constitutional),
        coverage=window.coverage,
    )


def _components(standing: Standing, series: list[BucketSums], *, law: Law, at: datetime) -> rules.Components:
    """The five parts over their own windows (spec section 9)."""
    gi, bucket = law.gi, law.shadow.bucket

    def over(part: str) -> list[BucketSums]:
        return _since(series, at - gi.windows[part], bucket)

    def aged(part: str, total: Callable[[BucketSums], Decimal], n: Callable[[BucketSums], int]) -> Decimal | None:
        sums = [rules.Aged(it.bucket_at + bucket, total(it), n(it)) for it in over(part)]
        return rules.decayed_mean(sums, factor=gi.decay[part], unit=gi.decay_unit, at=at)

    consensus = aged("consensus", lambda it: Decimal(it.peers_agreed), lambda it: it.peers_compared)
    if consensus is None:  # no peers: the known answers
        consensus = aged("consensus", lambda it: Decimal(it.closed_correct), lambda it: it.closed_asked)
    reliable = total_of(over("reliability"))
    cost = total_of(over("efficiency"))
    return rules.Components(
        constitutional=aged("constitutional", lambda it: Decimal(it.score_sum) / 100, lambda it: it.scored),
        consensus=consensus,
        reliability=rules.reliability(
            uptime=_uptime(reliable, over("reliability"), bucket), error_rate=_share(*_failing(reliable))
        ),
        efficiency=rules.efficiency(
            budget_per_1k=law.tiers[standing.tier or Tier.STANDARD].budget_per_1k, cost_per_1k=_per_1k(cost)
        ),
        trust=rules.trust(gi),
    )


def _evidence(
    standing: Standing,
    window: WindowSums,
    *,
    law: Law,
    at: datetime,
    review: Review | None,
    incidents: Critical,
    rates: ErrorRates | None,
) -> Callable[..., Evidence]:
    errors, calls = _failing(window)
    p95 = window.latency.quantile(P95)
    bound = window.latency.upper_bound(P95, confidence=law.shadow.confidence)

    def complete(**gi: Decimal | None) -> Evidence:
        return Evidence(
            at=at,
            clean_since=_clean_since(standing, incidents.last_critical),
            expected=sum(it.expected for it in window.probes),
            done=sum(it.done for it in window.probes),
            calls=calls,
            errors=errors,
            scored=window.scored,
            compliant=window.compliant,
            unscored=window.unscored,
            latency_p95=Quantile(
                _in_seconds(p95),
                _in_seconds(bound),
                window.latency.n,
                within_ceiling=window.latency.within(law.onboarding.latency_p95_below),
                within_target=window.latency.within(law.shadow.latency_p95_target),
            ),
            agreed=window.peers_agreed,
            compared=window.peers_compared,
            review_verdict=review.verdict if review else None,
            review_is_positive=bool(review and review.is_positive),
            unconfirmed_critical=incidents.waiting,
            confirmed_critical=incidents.confirmed,
            claimed=window.claimed,
            claimed_mean=_mean(window.claimed_sum, window.claimed),
            ours_of_claimed_mean=_mean(window.claimed_ours_sum, window.claimed),
            cost_per_1k=_per_1k(window),
            cost_per_operation=_mean(window.cost, window.ok),
            rates=rates,
            **gi,
        )

    return complete


def _gi_bounds(
    components: rules.Components, series: list[BucketSums], *, law: Law, at: datetime
) -> tuple[Decimal | None, Decimal | None]:
    """Bounds of GI: each rate at its own one-sided Wilson bound, costs and trust at their value.

    A mean of scores varies no more than a rate of the same mean, so its Wilson bound is a safe one; as if all parts
    were wrong the same way at once, the interval is wider than the named confidence.
    """
    if rules.gi_score(components, law.gi) is None:
        return None, None
    counts = {
        "constitutional": total_of(_since(series, at - law.gi.windows["constitutional"], law.shadow.bucket)).scored,
        "consensus": _compared(total_of(_since(series, at - law.gi.windows["consensus"], law.shadow.bucket))),
        "reliability": _failing(total_of(_since(series, at - law.gi.windows["reliability"], law.shadow.bucket)))[1],
    }
    bounds = []
    for bound in (wilson_low, wilson_high):
        with localcontext(PRECISION):
            bounds.append(
                sum(
                    (
                        weight * _bounded(components, name, counts, bound, law)
                        for name, weight in law.gi.weights.items()
                    ),
                    Decimal(0),
                )
            )
    return bounds[0], bounds[1]


def _bounded(
    components: rules.Components,
    name: str,
    counts: dict[str, int],
    bound: Callable[[int, int, Decimal], Decimal | None],
    law: Law,
) -> Decimal:
    value: Decimal = getattr(components, name)
    n = counts.get(name, 0)
    if not n:
        return value
    found = bound(int((value * n).to_integral_value()), n, law.shadow.confidence)
    return value if found is None else found


def _failing(window: WindowSums) -> tuple[int, int]:
    """Errors and calls of what the model is there for: questions and self-checks. Health stands in uptime already."""
    asked = (window.deliberation, window.self_validation)
    return sum(it.errors for it in asked), sum(it.done for it in asked)


def _uptime(window: WindowSums, buckets: list[BucketSums], bucket: timedelta) -> Decimal | None:
    """The share of the time that we saw in which it was not down."""
    seen = sum(1 for it in buckets if any(probe.done for probe in it.probes))
    if not seen:
        return None
    with localcontext(PRECISION):
        return max(Decimal(0), 1 - window.down_seconds / Decimal(seen * bucket.total_seconds()))


def _compared(window: WindowSums) -> int:
    return int(window.peers_compared or window.closed_asked)


def _per_1k(window: WindowSums) -> Decimal | None:
    return window.cost * THOUSAND / window.costed_tokens if window.costed_tokens else None


def _mean(total: int | Decimal, n: int) -> Decimal | None:
    return Decimal(total) / n if n else None


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def _in_seconds(milliseconds: int | None) -> Decimal | None:
    return None if milliseconds is None else Decimal(milliseconds) / 1000


def _since(series: list[BucketSums], since: datetime, bucket: timedelta) -> list[BucketSums]:
    begin = _floor(since, bucket)
    return [it for it in series if it.bucket_at >= begin]


def _floor(at: datetime, bucket: timedelta) -> datetime:
    return at - timedelta(seconds=at.timestamp() % bucket.total_seconds())


def clean_since(standing: Standing) -> datetime:
    """From when its clean time counts: the window's opening, or the last confirmed critical answer."""
    last = _incident_counts([standing]).get(standing.companion_id, NONE_CRITICAL).last_critical
    return _clean_since(standing, last)


def _clean_since(standing: Standing, last_critical: datetime | None) -> datetime:
    opened = standing.window_opened_at or standing.state_since
    return max(opened, last_critical) if last_critical else opened


def _latest_reviews(standings: Sequence[Standing]) -> dict[object, Review]:
    rows = Review.objects.filter(companion_id__in=[it.companion_id for it in standings]).order_by("given_at", "id")
    return {row.companion_id: row for row in rows}


def _incident_counts(standings: Sequence[Standing]) -> dict[object, Critical]:
    """What each companion's critical answers came to since its stay in shadow mode began."""
    since = {it.companion_id: it.shadow_since or it.state_since for it in standings}
    counts: dict[object, Critical] = {}
    rows = Incident.objects.filter(companion_id__in=since, state__in=[IncidentState.OPEN, IncidentState.CONFIRMED])
    for row in rows.only("companion_id", "state", "last_seen_at", "last_critical_at"):
        before = counts.get(row.companion_id, NONE_CRITICAL)
        if row.state == IncidentState.OPEN:
            counts[row.companion_id] = replace(before, waiting=before.waiting + 1)
        elif (seen := row.last_critical_at or row.last_seen_at) >= since[row.companion_id]:
            last = max(seen, before.last_critical or seen)
            counts[row.companion_id] = replace(before, confirmed=before.confirmed + 1, last_critical=last)
    return counts
