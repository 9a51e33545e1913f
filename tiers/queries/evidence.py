"""From sums to evidence: what ``shadow`` counted, put together as the rules ask for it."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from charter.law import Law
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from civic.queries import endorsements_decayed
from shadow.queries import Grouped, Since, grouped_sums, score_counts
from tiers.models import Review, Standing
from tiers.queries.critical import critical_of
from tiers.rules.bundle import Aged, Bundle, Counted, Critical, Day, Paid, Window, Word
from tiers.rules.measuring import Measured, measure

__all__ = ["Measured", "bundles", "clean_since", "compliance_since", "fixed_start", "measured"]


def measured(
    standings: Sequence[Standing],
    *,
    law: Law,
    at: datetime,
    scorer: Scorer | None = None,
    known_at: datetime | None = None,
) -> dict[Standing, Measured]:
    """The evidence of every companion, read from sums: queries grow with hundreds of companions, not with samples.

    ``at`` may be any past time: sums are of whole buckets that begin before it, and of words and incidents only what
    was there at ``known_at`` (``at`` unless given; later where the last buckets are not whole yet). ``standings`` tell
    state, tier and times as they were then. ``law`` is the one that they are judged under; ``scorer`` the one in force,
    whose scores every answer gets, and without one that of ``law``.
    """
    found = bundles(standings, law=law, at=at, scorer=scorer, known_at=known_at)
    return {standing: measure(bundle, law) for standing, bundle in found}


def bundles(
    standings: Sequence[Standing],
    *,
    law: Law,
    at: datetime,
    scorer: Scorer | None = None,
    known_at: datetime | None = None,
) -> Iterator[tuple[Standing, Bundle]]:
    """The same before it is measured: each standing with its bundle, read a few hundred at a time."""
    known_at, scorer = known_at or at, scorer or scorer_of(law)
    by_companion = {standing.companion_id: standing for standing in standings}
    words = _latest_words(by_companion, known_at)
    incidents = critical_of({pk: _stay(it) for pk, it in by_companion.items()}, at=known_at)
    endorsed = endorsements_decayed(list(by_companion), known_at, law)
    rates = scorer.rates_at(law.scoring.compliant_at)
    wanted = {pk: Since(_window(it, law, at), fixed_start(it)) for pk, it in by_companion.items()}
    for companion, sums in grouped_sums(wanted, law=law, at=at, scorer=scorer.digest):
        standing = by_companion[companion]
        yield (
            standing,
            Bundle(
                at=at,
                known_at=known_at,
                state=str(standing.state),
                tier=str(standing.tier),
                start=wanted[companion].start,
                opened_at=standing.window_opened_at or standing.state_since,
                scorer=scorer.digest,
                rates=rates,
                critical=incidents.get(companion, Critical()),
                review=words.get(companion),
                endorsements=endorsed[companion],
                **_summed(sums, since=wanted[companion].window),
            ),
        )


def fixed_start(standing: Standing) -> datetime:
    """From when its scores are counted: the later of this stay in shadow mode and its tier's beginning.

    It never moves while the stay or the tier lasts, whatever happens in it; only so do the bounds of a sequence hold.
    """
    stay = _stay(standing)
    return max(stay, standing.tier_since) if standing.tier_since else stay


def clean_since(standing: Standing) -> datetime:
    """From when its clean time counts: the window's opening, or the last confirmed critical answer."""
    opened = standing.window_opened_at or standing.state_since
    last = critical_of({standing.companion_id: _stay(standing)}, at=None).get(standing.companion_id, Critical()).last
    return max(opened, last) if last else opened


def compliance_since(
    standings: Iterable[Standing],
    *,
    at: datetime,
    scorer: Scorer,
    since: Mapping[Standing, datetime] | datetime | None = None,
) -> dict[Standing, tuple[int, int]]:
    """(compliant, scored) answers of every companion in whole buckets from a fixed time on and before ``at``.

    ``since`` is one time for all or each one's own; without it, each one's fixed start.
    """
    begins = {it: _given(it, since) for it in standings}
    found = score_counts({it.companion_id: begin for it, begin in begins.items()}, until=at, scorer=scorer.digest)
    return {it: (found[it.companion_id].compliant, found[it.companion_id].scored) for it in begins}


def _given(standing: Standing, since: Mapping[Standing, datetime] | datetime | None) -> datetime:
    if since is None:
        return fixed_start(standing)
    return since if isinstance(since, datetime) else since[standing]


def _stay(standing: Standing) -> datetime:
    return standing.shadow_since or standing.state_since


def _window(standing: Standing, law: Law, at: datetime) -> datetime:
    return max(_stay(standing), at - law.shadow.window)


def _summed(sums: Grouped, *, since: datetime) -> dict[str, Any]:
    """The sums in the shape of a bundle."""
    day, paid, window, counts = sums.day, sums.paid, sums.window, sums.counts
    return {
        "answers": _aged(sums.scores),
        "peers": _aged(sums.peers),
        "closed": _aged(sums.closed),
        "day": Day(seen=sums.seen, down_ms=day.down_ms, calls=day.calls, errors=day.errors),
        "paid": Paid(cost=paid.cost, tokens=paid.costed_tokens),
        "window": Window(
            since=since,
            expected=window.expected,
            done=window.done,
            calls=window.calls,
            errors=window.errors,
            ok=window.ok,
            cost=window.cost,
            tokens=window.costed_tokens,
            compared=window.compared,
            agreed=window.agreed,
            claimed=window.claimed,
            claimed_sum=window.claimed_sum,
            claimed_ours_sum=window.claimed_ours_sum,
        ),
        "latency": tuple(sorted(sums.latency.counts.items())),
        "counted": Counted(counts.scored, counts.compliant, counts.unscored),
    }


def _aged(by_age: Mapping[int, tuple[int, int]]) -> tuple[Aged, ...]:
    return tuple(Aged(age, total, n) for age, (total, n) in sorted(by_age.items()))


def _latest_words(companions: Iterable[uuid.UUID], known_at: datetime) -> dict[uuid.UUID, Word]:
    rows = Review.objects.filter(companion_id__in=list(companions), given_at__lte=known_at).order_by("given_at", "id")
    return {row[0]: Word(row[1], row[2]) for row in rows.values_list("companion_id", "verdict", "is_positive")}
