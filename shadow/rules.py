"""Where slots lie in time, and what failing in a row amounts to. Pure."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from charter.law import Law
from shadow.probes import Probe

# Seconds for a whole exchange (security rule E8); a lease is ten more (performance section 1).
DEADLINES = {Probe.HEALTH: 5.0, Probe.DELIBERATION: 30.0, Probe.SELF_VALIDATION: 10.0}
GRACE = timedelta(seconds=10)
# A lost worker's slot is asked once more before it counts as missed, however short the law's interval.
TRIES_WITHIN_EXPIRY = 2
# Load-shed by egress, above which latencies of ours would be taken for the model's (performance section 1).
LAG_LEAST_MS = 50
LAG_SHARE = 10
SCHEDULED = (Probe.HEALTH, Probe.DELIBERATION)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def lease_of(probe: str) -> timedelta:
    return timedelta(seconds=DEADLINES[Probe(probe)]) + GRACE


def interval_of(probe: str, law: Law) -> timedelta:
    """How often the probe comes; a self-validation follows its deliberation."""
    return law.shadow.health_every if probe == Probe.HEALTH else law.shadow.deliberation_every


def offset_of(companion_id: uuid.UUID, probe: str, law: Law) -> timedelta:
    """Where in every interval the companion's slots lie: a hash, so that starts are spread and stay where they are."""
    digest = hashlib.sha256(companion_id.bytes + probe.encode()).digest()
    milliseconds = interval_of(probe, law) // timedelta(milliseconds=1)
    return timedelta(milliseconds=int.from_bytes(digest[:8], "big") % milliseconds)


def patience_of(probe: str, law: Law) -> timedelta:
    """How long after it was due a slot may still be asked; later it would measure another time."""
    return max(interval_of(probe, law), TRIES_WITHIN_EXPIRY * lease_of(probe))


def floor(at: datetime, every: timedelta) -> datetime:
    """The last whole multiple of ``every`` since the epoch that is not after ``at``."""
    return at - (at - _EPOCH) % every


def ceiling(at: datetime, every: timedelta) -> datetime:
    """The first whole multiple of ``every`` since the epoch that is not before ``at``."""
    below = floor(at, every)
    return below if below == at else below + every


def slot_times(since: datetime, until: datetime, every: timedelta) -> Iterator[datetime]:
    """Multiples of ``every`` in [``since``, ``until``): the same for every companion."""
    at = ceiling(since, every)
    while at < until:
        yield at
        at += every


def ordinal(slot_at: datetime, every: timedelta) -> int:
    """Which multiple of ``every`` this is."""
    return (slot_at - _EPOCH) // every


def is_void(latency_ms: int | None, lag_ms: int) -> bool:
    """Whether our own loop was too late for this latency to be the model's; the outcome counts all the same."""
    return latency_ms is not None and lag_ms > max(LAG_LEAST_MS, latency_ms / LAG_SHARE)


@dataclass(frozen=True)
class Run:
    """Failing since ``began``, last seen failing at ``last``."""

    began: datetime
    last: datetime


@dataclass(frozen=True)
class Step:
    """What one more outcome makes of a run: the ``run`` now, the one it ``ended`` (and when), and new down time."""

    run: Run | None
    ended: tuple[Run, datetime] | None = None
    down: tuple[datetime, datetime] | None = None


def step(run: Run | None, *, at: datetime, failing: bool, law: Law) -> Step:
    """Failing for longer than ``down_after`` in a row is down from there on (spec section 9).

    A gap without outcomes of more than two health intervals and a lease is a time that we missed: it ends the run.
    Outcomes that come late, from before the last failure, change nothing.
    """
    if run is None:
        return Step(Run(at, at) if failing else None)
    if at <= run.last:
        return Step(run)
    if at - run.last > gap_of(law):
        return Step(Run(at, at) if failing else None, ended=(run, run.last))
    if not failing:
        return Step(None, ended=(run, at))
    from_ = max(run.last, run.began + law.shadow.down_after)
    return Step(Run(run.began, at), down=(from_, at) if from_ < at else None)


def gap_of(law: Law) -> timedelta:
    """The longest time between two failures that may count as failing all the while."""
    return 2 * law.shadow.health_every + lease_of(Probe.HEALTH)


def by_bucket(since: datetime, until: datetime, bucket: timedelta) -> Iterator[tuple[datetime, timedelta]]:
    """A span cut at the edges of buckets: (bucket's beginning, time within it)."""
    while since < until:
        begins = floor(since, bucket)
        ends = min(until, begins + bucket)
        yield begins, ends - since
        since = ends
