"""Reading sums: a window at a time for gates, a bucket at a time where age weighs."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet, Sum

from registry.models import Companion
from shadow.models import Bucket, ScoreBucket
from shadow.probes import Probe
from shadow.queries.window import BucketSums, ProbeSums, ScoreSums, WindowSums
from shadow.sketch import Sketch
from shadow.sketches import together

AT_ONCE = 500
PROBE_COUNTS = (
    *("expected", "done", "unknown", "ok", "errors", "throttled", "our_fault", "input_tokens", "output_tokens"),
    *("costed_tokens", "closed_asked", "closed_correct", "peers_compared", "peers_agreed", "down_ms"),
)
SCORE_COUNTS = (
    *("scored", "compliant", "score_sum", "unscored", "vetoed", "below_incident"),
    *("claimed", "claimed_sum", "claimed_ours_sum"),
)
# SQLite sums decimals as floating point; prices have at most eight places.
_PLACES = Decimal("0.00000001")


def window_sums(
    companions: Iterable[Companion | uuid.UUID], *, since: datetime, until: datetime, scorer: str
) -> dict[uuid.UUID, WindowSums]:
    """Sums of every companion over the whole buckets that begin in [``since``, ``until``), by ``scorer`` (digest).

    Every companion asked for is there, with zeros where nothing was seen. Three queries for each 500 companions.
    """
    found = {}
    for ids in _chunks(companions):
        probes: dict[uuid.UUID, dict[str, ProbeSums]] = defaultdict(dict)
        buckets = _buckets(ids, since, until)
        sketches: dict[Any, list[bytes]] = defaultdict(list)
        for companion, probe, body in buckets.exclude(latency_sketch=b"").values_list(
            "companion_id", "probe", "latency_sketch"
        ):
            sketches[companion, probe].append(bytes(body))
        totals = {f"{name}_total": Sum(name) for name in (*PROBE_COUNTS, "cost")}
        rows: Iterable[Mapping[str, Any]] = buckets.values("companion_id", "probe").annotate(**totals).order_by()
        for row in rows:
            key = (row["companion_id"], row["probe"])
            probes[key[0]][key[1]] = ProbeSums(
                **{name: row[f"{name}_total"] for name in PROBE_COUNTS},
                cost=Decimal(row["cost_total"]).quantize(_PLACES),
                latency=together(sketches[key]),
            )
        scores = _score_totals(ids, since, until, scorer)
        for companion in ids:
            found[companion] = WindowSums(**probes[companion], scores=scores.get(companion, ScoreSums()))
    return found


def bucket_series(
    companions: Iterable[Companion | uuid.UUID], *, since: datetime, until: datetime, scorer: str
) -> dict[uuid.UUID, list[BucketSums]]:
    """The same, bucket by bucket in the order of time; buckets in which nothing was seen are left out."""
    found = {}
    for ids in _chunks(companions):
        parts: dict[uuid.UUID, dict[datetime, dict[str, Any]]] = {one: defaultdict(dict) for one in ids}
        for row in _buckets(ids, since, until).values(
            "companion_id", "probe", "bucket_at", "cost", "latency_sketch", *PROBE_COUNTS
        ):
            parts[row["companion_id"]][row["bucket_at"]][row["probe"]] = ProbeSums(
                **{name: row[name] for name in PROBE_COUNTS},
                cost=row["cost"],
                latency=Sketch.from_bytes(row["latency_sketch"]),
            )
        for row in _score_buckets(ids, since, until, scorer).values(
            "companion_id", "bucket_at", "clause_risk_sums", *SCORE_COUNTS
        ):
            companion, bucket_at = row.pop("companion_id"), row.pop("bucket_at")
            parts[companion][bucket_at]["scores"] = ScoreSums(**row)
        for companion, buckets in parts.items():
            found[companion] = [BucketSums(bucket_at=at, **buckets[at]) for at in sorted(buckets)]
    return found


def outcomes_of(companion: Companion, *, since: datetime, until: datetime) -> dict[str, dict[str, int]]:
    """How often each outcome came, by probe; for pages."""
    counted: dict[str, Counter[str]] = {probe: Counter() for probe in Probe.values}
    for probe, outcomes in _buckets([companion.pk], since, until).values_list("probe", "outcomes"):
        counted[probe].update(outcomes)
    return {probe: dict(outcomes) for probe, outcomes in counted.items() if outcomes}


def _score_totals(ids: list[uuid.UUID], since: datetime, until: datetime, scorer: str) -> dict[uuid.UUID, ScoreSums]:
    totals: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    clauses: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    rows = _score_buckets(ids, since, until, scorer).values("companion_id", "clause_risk_sums", *SCORE_COUNTS)
    for row in rows:
        companion = row.pop("companion_id")
        clauses[companion].update(row.pop("clause_risk_sums"))
        totals[companion].update(row)
    return {
        companion: ScoreSums(**{name: counts[name] for name in SCORE_COUNTS}, clause_risk_sums=dict(clauses[companion]))
        for companion, counts in totals.items()
    }


def _buckets(ids: list[uuid.UUID], since: datetime, until: datetime) -> QuerySet[Bucket]:
    return Bucket.objects.filter(
        companion_id__in=ids, probe__in=Probe.values, bucket_at__gte=since, bucket_at__lt=until
    )


def _score_buckets(ids: list[uuid.UUID], since: datetime, until: datetime, scorer: str) -> QuerySet[ScoreBucket]:
    return ScoreBucket.objects.filter(companion_id__in=ids, scorer=scorer, bucket_at__gte=since, bucket_at__lt=until)


def _chunks(companions: Iterable[Companion | uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    ids = iter(it.pk if isinstance(it, Companion) else it for it in companions)
    while chunk := list(islice(ids, AT_ONCE)):
        yield chunk
