from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shadow.actions.probing import expire
from shadow.models import Bucket, ScoreBucket
from shadow.probes import Probe
from shadow.queries import (
    bucket_series,
    oldest_due,
    outages,
    outcomes_of,
    samples_of,
    slots_due_and_missed,
    suspicious_answers,
    window_sums,
)
from shadow.queries.sums import PROBE_COUNTS, SCORE_COUNTS
from shadow.queries.window import ProbeSums, ScoreSums, total_of
from shadow.sketch import Sketch
from tests.conftest import NOW
from tests.shadow.making import a_slot, claimed, failed, healthy, probed, said, watched

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SCORER = "s" * 64


def test_operations_are_deliberations_and_coverage_is_of_every_probe(companion):
    probed(companion, said(), at=NOW)
    probed(companion, failed(), at=NOW + MINUTE)
    probed(companion, healthy(), at=NOW, probe=Probe.HEALTH)
    a_slot(companion, at=NOW + 2 * MINUTE, probe=Probe.HEALTH, patience=MINUTE)
    expire(at=NOW + 3 * MINUTE)
    found = window_sums([companion], since=NOW, until=NOW + HOUR, scorer=SCORER)[companion.pk]
    assert (found.expected, found.done, found.ok, found.errors) == (2, 2, 1, 1)
    assert (found.health.expected, found.health.unknown) == (2, 1)
    assert found.coverage == Decimal("0.75")
    assert found.latency.n == 1
    assert found.tokens == 150
    assert outcomes_of(companion, since=NOW, until=NOW + HOUR) == {
        "deliberation": {"ok": 1, "timeout": 1},
        "health": {"ok": 1, "unknown": 1},
    }


def test_windows_are_whole_buckets(companion):
    for hours in range(4):
        probed(companion, said(), at=NOW + hours * HOUR + 59 * MINUTE)
    found = window_sums([companion], since=NOW + HOUR, until=NOW + 3 * HOUR, scorer=SCORER)
    assert found[companion.pk].done == 2


def fail_for(companion, start, minutes):
    for n in range(minutes + 1):
        probed(companion, failed(), at=start + n * MINUTE, probe=Probe.HEALTH)


def test_failing_for_over_an_hour_is_an_outage(companion):
    fail_for(companion, NOW, 61)
    probed(companion, healthy(), at=NOW + 62 * MINUTE, probe=Probe.HEALTH)
    (found,) = outages(companion, NOW, NOW + HOUR)
    assert (found.began_at, found.ended_at, found.lasted) == (NOW, NOW + 62 * MINUTE, 61 * MINUTE)
    assert outages(companion, NOW + 2 * HOUR, NOW + 3 * HOUR) == []


def test_failing_for_an_hour_is_none_yet(companion):
    fail_for(companion, NOW, 60)
    assert outages(companion, NOW, NOW + 2 * HOUR) == []


def test_an_outage_that_lasts_is_told_while_it_lasts(companion):
    fail_for(companion, NOW, 70)
    (found,) = outages(companion, NOW, NOW + 2 * HOUR)
    assert found.ended_at is None


def test_our_own_outage_between_two_failures_is_no_outage_of_the_model(companion):
    probed(companion, failed(), at=NOW, probe=Probe.HEALTH)
    probed(companion, failed(), at=NOW + 5 * HOUR, probe=Probe.HEALTH)
    assert outages(companion, NOW, NOW + 6 * HOUR) == []
    down = window_sums([companion], since=NOW, until=NOW + 6 * HOUR, scorer=SCORER)[companion.pk].down_seconds
    assert down == 0


def test_the_queue_tells_what_is_due_asked_and_missed(companion):
    for n in range(4):
        a_slot(companion, at=NOW - n * MINUTE, slot_at=NOW - n * MINUTE)
    assert oldest_due(NOW) == NOW - 3 * MINUTE
    claimed(at=NOW, limit=1)
    assert oldest_due(NOW) == NOW - 2 * MINUTE
    state = slots_due_and_missed(NOW)
    assert (state.due, state.leased, state.missed) == (3, 1, 0)
    expire(at=NOW + 10 * MINUTE)
    assert slots_due_and_missed(NOW + 10 * MINUTE).missed == 4
    assert oldest_due(NOW + 10 * MINUTE) is None


def test_samples_come_latest_first(companion):
    made = [probed(companion, said(), at=NOW + n * MINUTE) for n in range(3)]
    assert [sample.pk for sample in samples_of(companion)] == made[::-1]


def test_windows_of_many_companions_cost_three_queries(db):
    companions = [watched(at=NOW) for _ in range(20)]
    with CaptureQueriesContext(connection) as queries:
        assert len(window_sums(companions, since=NOW, until=NOW + HOUR, scorer=SCORER)) == 20
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        bucket_series(companions, since=NOW, until=NOW + HOUR, scorer=SCORER)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        suspicious_answers(NOW, 100)
    assert len(queries) == 1


numbers = st.integers(0, 1000)
probe_rows = st.fixed_dictionaries(dict.fromkeys(PROBE_COUNTS, numbers) | {"cost": st.decimals(0, 100, places=8)})
score_rows = st.fixed_dictionaries(dict.fromkeys(SCORE_COUNTS, numbers))


class TheTwoWaysOfReadingAgree(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        st.dictionaries(st.tuples(st.sampled_from(Probe.values), st.integers(0, 5)), probe_rows, max_size=8),
        st.dictionaries(st.integers(0, 5), score_rows, max_size=5),
    )
    def test_a_window_is_the_sum_of_its_buckets(self, probes, scores):
        companion = watched(at=NOW)
        for (probe, hour), row in probes.items():
            Bucket.objects.create(
                companion=companion,
                probe=probe,
                bucket_at=NOW + hour * HOUR,
                latency_sketch=Sketch.of([hour * 100]).to_bytes(),
                **row,
            )
        for hour, row in scores.items():
            ScoreBucket.objects.create(
                companion=companion, bucket_at=NOW + hour * HOUR, scorer=SCORER, clause_risk_sums={"civic": hour}, **row
            )
        span = {"since": NOW, "until": NOW + 6 * HOUR, "scorer": SCORER}
        series = bucket_series([companion], **span)[companion.pk]
        whole = window_sums([companion], **span)[companion.pk]
        assert [it.bucket_at for it in series] == sorted(it.bucket_at for it in series)
        assert total_of(series) == whole


def test_sums_add_up_field_by_field():
    assert (ProbeSums(done=2, ok=1) + ProbeSums(done=3)).done == 5
    added = ScoreSums(scored=1, clause_risk_sums={"civic": 2}) + ScoreSums(clause_risk_sums={"civic": 1, "equity": 4})
    assert (added.scored, added.clause_risk_sums) == (1, {"civic": 3, "equity": 4})
