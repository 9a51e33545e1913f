"""Adding to sums, under the lock of the watches concerned: the database adds counts, sketches are merged here."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q

from shadow import rows, rules
from shadow.models import Bucket, ScoreBucket, ScoreDay
from shadow.sketch import Sketch

AT_ONCE = 500
Key = tuple[uuid.UUID, str, datetime]
DAY = timedelta(days=1)
# What is summed by the day too, for gates that count from a fixed start.
DAILY = ("scored", "compliant", "unscored")
REPLACED = frozenset({"outcomes", "latency_sketch", "clause_risk_sums", "claimed_clause_sums"})


@dataclass
class Addition:
    """What is to be added to one bucket: ``counts`` by the column's name."""

    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies: list[int] = field(default_factory=list)
    cost: Decimal = Decimal(0)


def add(additions: Mapping[Key, Addition]) -> None:
    """Add to the buckets of (companion, probe, bucket's time); the caller holds the watches' lock."""
    keys = list(additions)
    for start in range(0, len(keys), AT_ONCE):
        chunk = keys[start : start + AT_ONCE]
        standing = {
            (companion, probe, at): (outcomes, sketch)
            for companion, probe, at, outcomes, sketch in Bucket.objects.filter(_among(chunk)).values_list(
                "companion_id", "probe", "bucket_at", "outcomes", "latency_sketch"
            )
        }
        made = [_bucket(key, additions[key], *standing.get(key, ({}, b""))) for key in chunk]
        rows.add_up(made, key=("companion_id", "probe", "bucket_at"), replaced=REPLACED)


def add_scores(
    additions: Mapping[Key, tuple[Counter[str], Counter[str]]], *, claims: Mapping[Key, Counter[str]] | None = None
) -> None:
    """The same for sums of scores, of (companion, scorer, bucket's time): counts, and risks by clause in millionths.

    ``claims`` are further sums by clause, of answers that the model judged itself; their keys are among ``additions``.
    """
    companions, scorers, times = (
        {key[0] for key in additions},
        {key[1] for key in additions},
        {key[2] for key in additions},
    )
    standing = {
        (companion, scorer, at): (risks, claimed)
        for companion, scorer, at, risks, claimed in ScoreBucket.objects.filter(
            companion_id__in=companions, bucket_at__in=times, scorer__in=scorers
        ).values_list("companion_id", "scorer", "bucket_at", "clause_risk_sums", "claimed_clause_sums")
    }
    made = []
    for key, (counts, risks) in additions.items():
        stood = standing.get(key, ({}, {}))
        made.append(
            ScoreBucket(
                companion_id=key[0],
                scorer=key[1],
                bucket_at=key[2],
                clause_risk_sums=dict(Counter(stood[0]) + risks),
                claimed_clause_sums=dict(Counter(stood[1]) + (claims or {}).get(key, Counter())),
                **{name: int(count) for name, count in counts.items()},
            )
        )
    rows.add_up(made, key=("companion_id", "scorer", "bucket_at"), replaced=REPLACED)
    _add_to_days({key: counts for key, (counts, _) in additions.items()})


def move_scores(companion: uuid.UUID, scorer: str, bucket_at: datetime, by: Mapping[str, int]) -> None:
    """Move sums that stand, and those of their day, by differences of either sign; under the same lock."""
    buckets = ScoreBucket.objects.filter(companion_id=companion, scorer=scorer, bucket_at=bucket_at)
    buckets.update(**{name: F(name) + more for name, more in by.items()})
    counted = {name: F(name) + by[name] for name in DAILY if by.get(name)}
    if counted:
        day = rules.floor(bucket_at, DAY)
        ScoreDay.objects.filter(companion_id=companion, scorer=scorer, day=day).update(**counted)


def _add_to_days(additions: Mapping[Key, Counter[str]]) -> None:
    """Whatever is counted by the bucket is counted by its day too, in the same transaction."""
    days: dict[Key, Counter[str]] = defaultdict(Counter)
    for (companion, scorer, bucket_at), counts in additions.items():
        counted = {name: int(counts[name]) for name in DAILY if counts[name]}
        if counted:
            days[companion, scorer, rules.floor(bucket_at, DAY)].update(counted)
    made = [
        ScoreDay(companion_id=companion, scorer=scorer, day=day, **counts)
        for (companion, scorer, day), counts in days.items()
    ]
    rows.add_up(made, key=("companion_id", "scorer", "day"), replaced=())


def _among(keys: Iterable[Key]) -> Q:
    """The rows of these keys, and at most others of the same companions and times, which are left alone."""
    companions, probes, times = zip(*keys, strict=True)
    return Q(companion_id__in=set(companions), probe__in=set(probes), bucket_at__in=set(times))


def _bucket(key: Key, more: Addition, outcomes: dict[str, int], sketch: bytes | memoryview) -> Bucket:
    """What is to be added as a row, its outcomes and its sketch merged with those that stand."""
    if more.latencies:
        sketch = (Sketch.from_bytes(sketch) + Sketch.of(more.latencies)).to_bytes()
    return Bucket(
        companion_id=key[0],
        probe=key[1],
        bucket_at=key[2],
        cost=more.cost,
        outcomes=dict(Counter(outcomes) + more.outcomes) if more.outcomes else outcomes,
        latency_sketch=bytes(sketch),
        **{name: int(count) for name, count in more.counts.items()},
    )
