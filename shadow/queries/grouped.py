"""Sums as an assessment reads them: grouped by the database, so that what reaches us does not grow with the samples.

One companion's buckets come as a few rows each: by probe, by age in whole decay units, and by the windows that a bucket
lies in. Sketches of latencies come joined and are read in one pass. Four queries for each ``AT_ONCE`` companions.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Count

from charter.law import Law
from shadow import rules
from shadow.models import Bucket
from shadow.probes import Probe
from shadow.queries.counted import ScoreCounts, score_counts
from shadow.queries.statements import ages, joined, marks, moment, read, whole_cost
from shadow.sketch import Sketch
from shadow.sketches import BETWEEN, read_joined

AT_ONCE = 200
_SUMMED = (
    *("expected", "done", "errors", "ok", "costed_tokens", "closed_asked", "closed_correct"),
    *("peers_compared", "peers_agreed", "down_ms"),
)
_SCORED = ("scored", "score_sum", "claimed", "claimed_sum", "claimed_ours_sum")
# What a model is there for: questions and self-checks. Health stands in uptime already.
_FAILING = frozenset({Probe.DELIBERATION, Probe.SELF_VALIDATION})


@dataclass(frozen=True)
class Since:
    """From when a companion's window is summed, and from when its scores are counted; both may lie within a bucket."""

    window: datetime
    start: datetime


@dataclass
class Totals:
    """Sums over one window.

    ``expected`` and ``done`` are of all probes, ``calls`` and ``errors`` of questions and self-checks, ``ok`` and what
    is paid or compared of questions alone; ``cost`` is USD.
    """

    expected: int = 0
    done: int = 0
    calls: int = 0
    errors: int = 0
    ok: int = 0
    cost: Decimal = Decimal(0)
    costed_tokens: int = 0
    compared: int = 0
    agreed: int = 0
    down_ms: int = 0
    claimed: int = 0
    claimed_sum: int = 0
    claimed_ours_sum: int = 0


@dataclass
class Grouped:
    """All sums that one companion's assessment needs.

    By age, in whole decay units since a bucket ended: (total, n) of scores (0-100), of comparisons with peers and of
    closed questions. ``day`` is the window of reliability with the buckets ``seen`` in it, ``paid`` that of efficiency,
    ``window`` the gate's with its ``latency``, ``counts`` the scores since the fixed start.
    """

    scores: dict[int, tuple[int, int]] = field(default_factory=dict)
    peers: dict[int, tuple[int, int]] = field(default_factory=dict)
    closed: dict[int, tuple[int, int]] = field(default_factory=dict)
    day: Totals = field(default_factory=Totals)
    seen: int = 0
    paid: Totals = field(default_factory=Totals)
    window: Totals = field(default_factory=Totals)
    latency: Sketch = field(default_factory=Sketch)
    counts: ScoreCounts = field(default_factory=ScoreCounts)


def grouped_sums(
    wanted: Mapping[uuid.UUID, Since], *, law: Law, at: datetime, scorer: str
) -> Iterator[tuple[uuid.UUID, Grouped]]:
    """Each of ``wanted`` with its sums of whole buckets that begin before ``at``, by ``scorer`` (digest).

    ``law`` says how long buckets, windows and decay units are. Read ``AT_ONCE`` at a time, so that memory stays flat.
    """
    remaining = iter(wanted.items())
    while chunk := dict(islice(remaining, AT_ONCE)):
        reading = _Reading(chunk, law, at, scorer)
        found = {companion: Grouped() for companion in chunk}
        reading.add_probes(found)
        reading.add_seen(found)
        reading.add_scores(found)
        starts = {companion: rules.floor(since.start, law.shadow.bucket) for companion, since in chunk.items()}
        for companion, counts in score_counts(starts, until=at, scorer=scorer).items():
            found[companion].counts = counts
        yield from found.items()


@dataclass(frozen=True)
class _Reading:
    """One chunk of companions, read as of one time."""

    wanted: Mapping[uuid.UUID, Since]
    law: Law
    at: datetime
    scorer: str

    def add_probes(self, found: Mapping[uuid.UUID, Grouped]) -> None:
        """Calls, costs, comparisons and latencies."""
        asked = [
            (companion, probe, window, self._oldest(probe, window))
            for companion, window in self._windows()
            for probe in Probe.values
        ]
        sums = ", ".join(f"SUM({name})" for name in _SUMMED)
        statement = (
            f"WITH asked (companion, kind, since, oldest) AS (VALUES {marks(asked)}), grouped AS ("  # noqa: S608
            f"SELECT companion_id, probe, {ages('bucket_at')} AS age, bucket_at >= since AS gated, "
            f"bucket_at >= %s AS reliable, bucket_at >= %s AS paid, bucket_at >= %s AS compared, "
            f"{', '.join(_SUMMED)}, cost, latency_sketch FROM asked CROSS JOIN shadow_bucket "
            "WHERE companion_id = companion AND probe = kind AND bucket_at >= oldest AND bucket_at < %s) "
            f"SELECT companion_id, probe, age, gated, reliable, paid, compared, {sums}, {whole_cost('cost')}, "
            f"{joined('latency_sketch', when=f'gated AND probe = {_QUOTED}')} "
            "FROM grouped GROUP BY companion_id, probe, age, gated, reliable, paid, compared"
        )
        edges = [self._since(part) for part in ("reliability", "efficiency", "consensus")]
        values = [*_flat(asked), *self._aging(), *map(moment, edges), moment(self.at)]
        sketches: dict[uuid.UUID, list[bytes]] = defaultdict(list)
        for companion, probe, age, gated, reliable, paid, compared, *rest in read(statement, values):
            *counts, cost, sketch = rest
            one = found[companion]
            totals = _totals_of(probe, dict(zip(_SUMMED, counts, strict=True)), cost)
            for holds, into in ((gated, one.window), (reliable, one.day), (paid, one.paid)):
                if holds:
                    _add(into, totals)
            if compared and probe == Probe.DELIBERATION:
                named = dict(zip(_SUMMED, counts, strict=True))
                _aged(one.peers, age, named["peers_agreed"], named["peers_compared"])
                _aged(one.closed, age, named["closed_correct"], named["closed_asked"])
            if sketch:
                sketches[companion].append(sketch)
        for companion, bodies in sketches.items():
            found[companion].latency = read_joined(BETWEEN.join(bodies))

    def add_seen(self, found: Mapping[uuid.UUID, Grouped]) -> None:
        """In how many buckets of the window of reliability anything was answered."""
        rows = Bucket.objects.filter(
            companion_id__in=list(found),
            probe__in=Probe.values,
            bucket_at__gte=self._since("reliability"),
            bucket_at__lt=self.at,
            done__gt=0,
        )
        for companion, seen in rows.values_list("companion_id").annotate(Count("bucket_at", distinct=True)).order_by():
            found[companion].seen = seen

    def add_scores(self, found: Mapping[uuid.UUID, Grouped]) -> None:
        """Scores by age, and the model's own beside ours."""
        mean_since = self._since("constitutional")
        asked = [(companion, window, min(window, mean_since)) for companion, window in self._windows()]
        statement = (
            f"WITH asked (companion, since, oldest) AS (VALUES {marks(asked)}), grouped AS ("  # noqa: S608
            f"SELECT companion_id, {ages('bucket_at')} AS age, bucket_at >= since AS gated, bucket_at >= %s AS meant, "
            f"{', '.join(_SCORED)} FROM asked CROSS JOIN shadow_score_bucket "
            "WHERE companion_id = companion AND scorer = %s AND bucket_at >= oldest AND bucket_at < %s) "
            f"SELECT companion_id, age, gated, meant, {', '.join(f'SUM({name})' for name in _SCORED)} "
            "FROM grouped GROUP BY companion_id, age, gated, meant"
        )
        values = [*_flat(asked), *self._aging(), moment(mean_since), self.scorer, moment(self.at)]
        for companion, age, gated, meant, *counts in read(statement, values):
            one, named = found[companion], dict(zip(_SCORED, map(int, counts), strict=True))
            if meant:
                _aged(one.scores, age, named["score_sum"], named["scored"])
            if gated:
                window = one.window
                window.claimed += named["claimed"]
                window.claimed_sum += named["claimed_sum"]
                window.claimed_ours_sum += named["claimed_ours_sum"]

    def _windows(self) -> list[tuple[uuid.UUID, datetime]]:
        bucket = self.law.shadow.bucket
        return [(companion, rules.floor(since.window, bucket)) for companion, since in self.wanted.items()]

    def _since(self, part: str) -> datetime:
        return rules.floor(self.at - self.law.gi.windows[part], self.law.shadow.bucket)

    def _oldest(self, probe: str, window: datetime) -> datetime:
        """How far back a probe's buckets are read: to the longest window that knows it."""
        parts = ("reliability", "efficiency", "consensus") if probe == Probe.DELIBERATION else ("reliability",)
        return min(window, *(self._since(part) for part in parts))

    def _aging(self) -> tuple[int, int]:
        """What ``ages`` asks for: the latest beginning of a bucket that ended by ``at``, and the unit."""
        newest = self.at - self.law.shadow.bucket
        return int(newest.timestamp() // 1), self.law.gi.decay_unit // timedelta(seconds=1)


_QUOTED = f"'{Probe.DELIBERATION.value}'"


def _totals_of(probe: str, sums: Mapping[str, Any], cost: Decimal) -> Totals:
    """What the sums of one probe add to a window."""
    asked, failing = probe == Probe.DELIBERATION, probe in _FAILING
    totals = Totals(
        expected=int(sums["expected"]),
        done=int(sums["done"]),
        calls=int(sums["done"]) * failing,
        errors=int(sums["errors"]) * failing,
        down_ms=int(sums["down_ms"]),
    )
    if asked:
        totals.ok, totals.cost, totals.costed_tokens = int(sums["ok"]), cost, int(sums["costed_tokens"])
        totals.compared, totals.agreed = int(sums["peers_compared"]), int(sums["peers_agreed"])
    return totals


def _add(into: Totals, more: Totals) -> None:
    for name in _NAMES:
        setattr(into, name, getattr(into, name) + getattr(more, name))


_NAMES = tuple(it.name for it in fields(Totals))


def _aged(by_age: dict[int, tuple[int, int]], age: int, total: int, n: int) -> None:
    if total or n:
        before = by_age.get(age, (0, 0))
        by_age[age] = before[0] + int(total), before[1] + int(n)


def _flat(rows: Iterable[Sequence[Any]]) -> list[Any]:
    return [moment(value) for row in rows for value in row]
