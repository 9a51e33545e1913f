"""Slots exist because time passes, not because a worker is up: what nobody asked in time is unknown, and ours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from shadow import rules
from shadow.actions.summing import Addition, Key, add
from shadow.models import MaintenanceWindow, OwnOutage, Slot
from shadow.models.watch import Watch, with_their_law
from shadow.rules import SCHEDULED

AHEAD = timedelta(seconds=120)
PLANNED_AGAIN = timedelta(seconds=60)
WATCHES_AT_ONCE = 100
SLOTS_AT_ONCE = 500
READ_FROM_SUMS = ("constitutional", "consensus", "reliability", "efficiency")
Windows = list[tuple[datetime, datetime]]


def watches_to_plan(at: datetime) -> QuerySet[Watch]:
    """Open watches whose slots will run out soon."""
    return Watch.objects.filter(closed_at=None, planned_until__lt=at + PLANNED_AGAIN)


def plan(*, at: datetime) -> int:
    """Lay out the slots of every open watch up to a little after ``at``; how many watches were planned.

    Two planners side by side do no harm: each takes watches that the other has not, in transactions of its own.
    """
    planned = 0
    while watches_to_plan(at).exists():
        done = _plan_some(at)
        planned += done
        if not done:  # Whoever holds the rest is planning it.
            break
    return planned


def _plan_some(at: datetime) -> int:
    with transaction.atomic():
        rows = watches_to_plan(at).order_by("planned_until")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        watches = with_their_law(rows[:WATCHES_AT_ONCE])
        if not watches:
            return 0
        _lay_out(watches, at)
        return len(watches)


def _lay_out(watches: list[Watch], at: datetime) -> None:
    silent = _maintenance(watches)
    missed: dict[Key, Addition] = defaultdict(Addition)
    slots: list[Slot] = []
    outages: Windows = []
    until = at + AHEAD
    for watch in watches:
        windows = silent[watch.pk]
        for probe in SCHEDULED:
            slots += _slots(watch, probe, windows, at=at, until=until)
        if watch.planned_until < at:
            outages.append((watch.planned_until, at))
            _count_missed(missed, watch, windows, at=at)
    for start in range(0, len(slots), SLOTS_AT_ONCE):
        Slot.objects.bulk_create(slots[start : start + SLOTS_AT_ONCE], ignore_conflicts=True)
    if missed:
        add(missed)
    if outages:
        _remember(min(outages), at)
    Watch.objects.filter(pk__in=[watch.pk for watch in watches]).update(planned_until=until)


def _slots(watch: Watch, probe: str, windows: Windows, *, at: datetime, until: datetime) -> Iterator[Slot]:
    """The slots that can still be asked; those whose time is over already are only counted."""
    law = watch.law.law
    offset, patience = rules.offset_of(watch.companion_id, probe, law), rules.patience_of(probe, law)
    first = max(watch.planned_until, at - patience - offset)
    for slot_at in rules.slot_times(first, until, rules.interval_of(probe, law)):
        due_at = slot_at + offset
        if due_at + patience > at and not _within(due_at, windows):
            yield Slot(
                companion_id=watch.companion_id,
                probe=probe,
                slot_at=slot_at,
                due_at=due_at,
                expires_at=due_at + patience,
            )


def _count_missed(missed: dict[Key, Addition], watch: Watch, windows: Windows, *, at: datetime) -> None:
    """All processes were dead: what nobody planned was expected and is unknown, counted without a row for each slot.

    Only the buckets that a window of the law can still reach are filled: a night's outage costs what its windows hold.
    """
    law = watch.law.law
    reach = max(law.shadow.window, *(law.gi.windows[name] for name in READ_FROM_SUMS))
    begin = max(watch.planned_until, rules.floor(at - reach, law.shadow.bucket))
    for probe in SCHEDULED:
        interval, offset = rules.interval_of(probe, law), rules.offset_of(watch.companion_id, probe, law)
        # A slot whose patience ends at or before ``at`` got no row: see ``_slots``.
        end = at - rules.patience_of(probe, law) - offset + timedelta(microseconds=1)
        for bucket_at, _ in rules.by_bucket(begin, end, law.shadow.bucket):
            since, until = max(begin, bucket_at), min(end, bucket_at + law.shadow.bucket)
            count = _how_many(since, until, interval) - _silenced(since, until, interval, offset, windows)
            if count:
                missed[watch.companion_id, probe, bucket_at].counts.update(expected=count, unknown=count)


def _how_many(since: datetime, until: datetime, every: timedelta) -> int:
    """How many multiples of ``every`` lie in [``since``, ``until``)."""
    return max(0, -((rules.ceiling(since, every) - until) // every))


def _silenced(since: datetime, until: datetime, every: timedelta, offset: timedelta, windows: Windows) -> int:
    """How many of them are due within announced maintenance."""
    return sum(
        _how_many(max(since, starts - offset), min(until, ends - offset), every)
        for starts, ends in windows
        if starts - offset < until and ends - offset > since
    )


def _maintenance(watches: Iterable[Watch]) -> dict[object, Windows]:
    """Announced windows by companion, joined where they overlap, so that no slot is left out twice."""
    found: dict[object, Windows] = defaultdict(list)
    ids = [watch.companion_id for watch in watches]
    since = min(watch.planned_until for watch in watches)
    rows = MaintenanceWindow.objects.filter(companion_id__in=ids, ends_at__gt=since).order_by("starts_at")
    for companion, starts, ends in rows.values_list("companion_id", "starts_at", "ends_at"):
        windows = found[companion]
        if windows and starts <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(ends, windows[-1][1]))
        else:
            windows.append((starts, ends))
    return found


def _within(moment: datetime, windows: Windows) -> bool:
    return any(starts <= moment < ends for starts, ends in windows)


def _remember(outage: tuple[datetime, datetime], at: datetime) -> None:
    """One row for one outage, however many watches tell of it."""
    starts_at, ends_at = outage[0], at
    joined = OwnOutage.objects.filter(ends_at__gte=starts_at, starts_at__lte=ends_at)
    for row in joined:
        starts_at, ends_at = min(starts_at, row.starts_at), max(ends_at, row.ends_at)
    joined.delete()
    OwnOutage.objects.create(starts_at=starts_at, ends_at=ends_at)
