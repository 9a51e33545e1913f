"""Adding to sums: read, add, write back in one statement, under the lock of the watches concerned."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from shadow.models import Bucket, ScoreBucket
from shadow.models.watch import Watch, with_their_law
from shadow.sketch import Sketch

AT_ONCE = 500
Key = tuple[uuid.UUID, str, datetime]


@dataclass
class Addition:
    """What is to be added to one bucket: ``counts`` by the column's name."""

    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies: list[int] = field(default_factory=list)
    cost: Decimal = Decimal(0)


def locked_watches(companions: Collection[uuid.UUID]) -> dict[uuid.UUID, Watch]:
    """The watches of these companions, locked in one order; sums of a companion are written under this lock alone.

    SQLite knows no row locks and needs none: its transactions begin IMMEDIATE and so are alone.
    """
    rows = Watch.objects.select_for_update().filter(companion_id__in=companions).order_by("companion_id")
    return {watch.companion_id: watch for watch in with_their_law(rows)}


def add(additions: Mapping[Key, Addition]) -> None:
    """Add to the buckets of (companion, probe, bucket's time); the caller holds the watches' lock."""
    keys = list(additions)
    for start in range(0, len(keys), AT_ONCE):
        chunk = keys[start : start + AT_ONCE]
        standing = {(row.companion_id, row.probe, row.bucket_at): row for row in Bucket.objects.filter(_among(chunk))}
        rows = [
            _added(standing.get(key) or Bucket(companion_id=key[0], probe=key[1], bucket_at=key[2]), additions[key])
            for key in chunk
        ]
        _write(Bucket, rows, unique=("companion", "probe", "bucket_at"))


def add_scores(additions: Mapping[Key, tuple[Counter[str], Counter[str]]]) -> None:
    """The same for sums of scores, of (companion, scorer, bucket's time): counts, and risks by clause in millionths."""
    keys = list(additions)
    companions, times = {key[0] for key in keys}, {key[2] for key in keys}
    scorers = {key[1] for key in keys}
    found = ScoreBucket.objects.filter(companion_id__in=companions, bucket_at__in=times, scorer__in=scorers)
    standing = {(row.companion_id, row.scorer, row.bucket_at): row for row in found}
    rows = []
    for key, (counts, clauses) in additions.items():
        row = standing.get(key) or ScoreBucket(companion_id=key[0], scorer=key[1], bucket_at=key[2])
        for name, more in counts.items():
            setattr(row, name, getattr(row, name) + more)
        row.clause_risk_sums = dict(Counter(row.clause_risk_sums) + clauses)
        rows.append(row)
    _write(ScoreBucket, rows, unique=("companion", "scorer", "bucket_at"))


def _among(keys: Iterable[Key]) -> Q:
    """The rows of these keys, and at most others of the same companions and times, which are left alone."""
    companions, probes, times = zip(*keys, strict=True)
    return Q(companion_id__in=set(companions), probe__in=set(probes), bucket_at__in=set(times))


def _added(row: Bucket, more: Addition) -> Bucket:
    for name, count in more.counts.items():
        setattr(row, name, getattr(row, name) + count)
    row.cost += more.cost
    if more.outcomes:
        row.outcomes = dict(Counter(row.outcomes) + more.outcomes)
    if more.latencies:
        row.latency_sketch = (Sketch.from_bytes(row.latency_sketch) + Sketch.of(more.latencies)).to_bytes()
    return row


def _write(model: Any, rows: list[Any], *, unique: tuple[str, ...]) -> None:
    """Insert the new rows and update those that stand, in one statement: the lock makes it exact."""
    columns = [it.name for it in model._meta.concrete_fields if it.name not in {"id", *unique}]
    for row in rows:
        row.pk = None
    model.objects.bulk_create(rows, AT_ONCE, update_conflicts=True, unique_fields=unique, update_fields=columns)
