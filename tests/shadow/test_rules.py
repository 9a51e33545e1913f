import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.law import shipped_law
from shadow import rules
from shadow.probes import Probe
from shadow.rules import Run, step

LAW = shipped_law()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_slots_lie_at_the_same_times_for_everyone():
    odd = NOON + timedelta(seconds=17)
    times = list(rules.slot_times(odd, odd + 3 * MINUTE, MINUTE))
    assert times == [NOON + n * MINUTE for n in (1, 2, 3)]


def test_offsets_are_spread_over_the_interval_and_stay_where_they_are():
    ids = [uuid.uuid4() for _ in range(400)]
    offsets = [rules.offset_of(one, Probe.HEALTH, LAW) for one in ids]
    assert offsets == [rules.offset_of(one, Probe.HEALTH, LAW) for one in ids]
    assert all(timedelta(0) <= offset < MINUTE for offset in offsets)
    quarters = [sum(1 for offset in offsets if offset // (MINUTE / 4) == n) for n in range(4)]
    assert min(quarters) > 60


@pytest.mark.parametrize(
    ("latency", "lag", "void"),
    [(200, 50, False), (200, 51, True), (2000, 200, False), (2000, 201, True), (None, 9999, False)],
)
def test_a_latency_is_void_when_our_loop_was_late_by_50_ms_and_a_tenth_of_it(latency, lag, void):
    assert rules.is_void(latency, lag) is void


def test_a_lease_is_the_deadline_and_ten_seconds():
    assert [rules.lease_of(probe).seconds for probe in Probe] == [15, 40, 20]


def follow(failures, law=LAW):
    """Down time and the run after outcomes of (seconds, failing)."""
    run, down = None, timedelta(0)
    for seconds, failing in failures:
        made = step(run, at=NOON + timedelta(seconds=seconds), failing=failing, law=law)
        run = made.run
        if made.down:
            down += made.down[1] - made.down[0]
    return down, run


def test_five_minutes_of_failing_are_not_yet_down():
    assert follow([(60 * n, True) for n in range(6)])[0] == timedelta(0)


def test_failing_beyond_five_minutes_is_down_from_there_on():
    assert follow([(60 * n, True) for n in range(9)])[0] == 3 * MINUTE


def test_one_good_call_begins_the_minutes_anew():
    failures = [(60 * n, n != 4) for n in range(9)]
    assert follow(failures)[0] == timedelta(0)


def test_a_gap_in_which_we_asked_nothing_is_not_down_time():
    assert follow([(0, True), (3600, True), (3660, True)]) == (
        timedelta(0),
        Run(NOON + timedelta(seconds=3600), NOON + timedelta(seconds=3660)),
    )


@given(st.lists(st.booleans(), min_size=1, max_size=120))
def test_down_time_is_the_failing_beyond_the_laws_minutes(outcomes):
    expected, began = timedelta(0), None
    for n, failing in enumerate(outcomes):
        if not failing:
            began = None
        elif began is None:
            began = n
        elif (n - began) * MINUTE > LAW.shadow.down_after:
            expected += MINUTE
    assert follow([(60 * n, failing) for n, failing in enumerate(outcomes)])[0] == expected


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_span_is_cut_at_the_edges_of_buckets_without_loss(since, length):
    hour = timedelta(hours=1)
    begin, end = NOON + timedelta(seconds=since), NOON + timedelta(seconds=since + length)
    parts = list(rules.by_bucket(begin, end, hour))
    assert sum((span for _, span in parts), timedelta(0)) == end - begin
    assert all(at == rules.floor(at, hour) and timedelta(0) < span <= hour for at, span in parts)
