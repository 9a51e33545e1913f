from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from ledger.decisions import Refused
from shadow.actions.planning import AHEAD, plan
from shadow.actions.probing import expire
from shadow.actions.watching import announce_maintenance, close_watch, open_watch
from shadow.models import Bucket, OwnOutage, Sample, Slot, Spell
from shadow.probes import Probe
from tests.conftest import NOW
from tests.shadow.making import a_slot, claimed, watched

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def tend(*, since, until, every=timedelta(seconds=30)):
    """Plan and expire at every tick, as the schedule does; nobody probes."""
    at = since
    while at <= until:
        plan(at=at)
        expire(at=at)
        at += every


def sums(probe):
    return Bucket.objects.filter(probe=probe).aggregate(e=Sum("expected"), u=Sum("unknown"), d=Sum("done"))


def test_slots_exist_before_they_are_due(companion):
    plan(at=NOW)
    health = Slot.objects.filter(probe=Probe.HEALTH)
    assert [slot.slot_at for slot in health.order_by("slot_at")] == [NOW, NOW + MINUTE]
    assert all(slot.slot_at <= slot.due_at < slot.slot_at + MINUTE for slot in health)


def test_the_slots_time_is_the_same_for_all_and_the_hour_of_asking_is_not(companion):
    others = [watched(at=NOW) for _ in range(8)]
    plan(at=NOW)
    rows = Slot.objects.filter(probe=Probe.DELIBERATION)
    assert rows.values("slot_at").distinct().count() == 1
    assert rows.values("due_at").distinct().count() == len(others) + 1


def test_planning_twice_changes_nothing(companion):
    plan(at=NOW)
    before = set(Slot.objects.values_list("pk", flat=True))
    plan(at=NOW)
    plan(at=NOW + timedelta(seconds=1))
    assert set(Slot.objects.values_list("pk", flat=True)) == before


def test_planning_costs_one_query_when_nothing_is_to_be_planned(companion):
    plan(at=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert plan(at=NOW + timedelta(seconds=30)) == 0
    assert len(queries) == 1


def test_a_slot_that_nobody_could_ask_in_time_is_unknown_and_counts_against_nobody(companion):
    tend(since=NOW, until=NOW + 10 * MINUTE)
    assert sums(Probe.HEALTH)["u"] == sums(Probe.HEALTH)["e"] >= 8
    row = Bucket.objects.filter(probe=Probe.HEALTH).first()
    assert (row.done, row.errors, row.ok, row.down_ms) == (0, 0, 0, 0)
    assert Sample.objects.filter(outcome="unknown", counts_against=False).count() == sums(Probe.HEALTH)["u"] + (
        sums(Probe.DELIBERATION)["u"] or 0
    )
    assert not Spell.objects.exists()


def test_a_slot_that_is_being_asked_does_not_expire(companion):
    a_slot(companion, at=NOW, patience=timedelta(seconds=20))
    claimed(at=NOW + timedelta(seconds=15))
    assert expire(at=NOW + timedelta(seconds=30)) == 0
    assert expire(at=NOW + timedelta(seconds=56)) == 1


def test_an_outage_of_ours_is_counted_as_unknown_as_if_we_had_been_there(version):
    """All processes dead for over two hours, against a planner that ran all the time and no worker: the same sums."""
    dead = watched(at=NOW)
    plan(at=NOW)
    back = NOW + timedelta(hours=2, minutes=20)
    tend(since=back, until=back + 20 * MINUTE)
    counted = {
        probe: list(
            Bucket.objects.filter(companion=dead, probe=probe)
            .order_by("bucket_at")
            .values_list("bucket_at", "expected")
        )
        for probe in (Probe.HEALTH, Probe.DELIBERATION)
    }
    Bucket.objects.all().delete()
    Sample.objects.all().delete()
    Slot.objects.all().delete()
    open_again(dead, version)
    tend(since=NOW, until=back + 20 * MINUTE, every=MINUTE)
    for probe, rows in counted.items():
        now = Bucket.objects.filter(companion=dead, probe=probe).order_by("bucket_at")
        assert list(now.values_list("bucket_at", "expected")) == rows
        assert all(row.unknown == row.expected for row in now)


def open_again(companion, version):
    close_watch(companion, at=NOW)
    open_watch(companion, law=version, at=NOW)


def test_an_outage_of_ours_is_remembered_once_however_many_tell_of_it(companion):
    watched(at=NOW)
    plan(at=NOW)
    plan(at=NOW + DAY)
    (outage,) = OwnOutage.objects.all()
    assert (outage.starts_at, outage.ends_at) == (NOW + AHEAD, NOW + DAY)


def test_a_months_outage_costs_no_row_for_each_slot(companion):
    plan(at=NOW)
    with CaptureQueriesContext(connection) as queries:
        plan(at=NOW + 40 * DAY)
    assert len(queries) < 60
    assert Slot.objects.count() < 20
    assert Bucket.objects.count() <= 2 * (30 * 24 + 1)
    missed = Bucket.objects.filter(
        probe=Probe.HEALTH, bucket_at__gte=NOW + 39 * DAY, bucket_at__lt=NOW + 40 * DAY - timedelta(hours=1)
    )
    assert {row.unknown for row in missed} == {60}


def test_announced_maintenance_is_neither_asked_nor_expected(companion):
    window = (NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    announce_maintenance(companion, starts_at=window[0], ends_at=window[1], at=NOW)
    tend(since=NOW, until=NOW + timedelta(hours=3, minutes=10), every=MINUTE)
    assert not Sample.objects.filter(
        slot_at__gte=window[0], slot_at__lt=window[1] - MINUTE, probe=Probe.HEALTH
    ).exists()
    whole = Bucket.objects.get(probe=Probe.HEALTH, bucket_at=NOW + timedelta(hours=2))
    silent = Bucket.objects.filter(probe=Probe.HEALTH, bucket_at=window[0]).first()
    assert whole.expected >= 59
    assert silent is None or silent.expected <= 1


def test_maintenance_counts_for_nothing_in_an_outage_of_ours_either(companion):
    for starts, ends in ((60, 120), (90, 150)):
        announce_maintenance(companion, starts_at=NOW + starts * MINUTE, ends_at=NOW + ends * MINUTE, at=NOW)
    plan(at=NOW)
    plan(at=NOW + timedelta(hours=6))
    expire(at=NOW + timedelta(hours=6))
    expected = Bucket.objects.filter(probe=Probe.HEALTH, bucket_at__lt=NOW + timedelta(hours=5)).aggregate(
        n=Sum("expected")
    )
    assert expected["n"] == 5 * 60 - 90


def test_maintenance_is_announced_ahead_or_not_at_all(companion):
    with pytest.raises(Refused, match="ahead"):
        announce_maintenance(companion, starts_at=NOW, ends_at=NOW + MINUTE, at=NOW)


def test_announcing_takes_back_slots_that_were_laid_out(companion):
    plan(at=NOW)
    announce_maintenance(companion, starts_at=NOW + timedelta(milliseconds=1), ends_at=NOW + DAY, at=NOW)
    assert Slot.objects.filter(due_at__gt=NOW).count() == 0


def test_a_closed_watch_leaves_no_slot_and_is_planned_no_more(companion):
    plan(at=NOW)
    close_watch(companion, at=NOW + MINUTE)
    plan(at=NOW + 10 * MINUTE)
    assert not Slot.objects.exists()


def test_a_watch_that_is_opened_again_owes_nothing_for_the_time_between(companion, version):
    plan(at=NOW)
    close_watch(companion, at=NOW)
    watch = open_watch(companion, law=version, at=NOW + DAY)
    plan(at=NOW + DAY)
    assert watch.closed_at is None
    assert not Bucket.objects.exists()
    assert Slot.objects.filter(slot_at__lt=NOW + DAY).count() == 0


def test_opening_an_open_watch_changes_nothing(companion, version):
    plan(at=NOW)
    before = companion.watch.__class__.objects.values().get()
    open_watch(companion, law=version, at=NOW + DAY)
    assert companion.watch.__class__.objects.values().get() == before
