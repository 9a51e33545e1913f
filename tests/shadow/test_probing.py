import uuid
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from charter.queries import version_at
from registry.egress import Outcome
from registry.protocols import Called
from shadow import rules
from shadow.actions.probing import claim, expire, finish
from shadow.actions.results import Result
from shadow.actions.watching import close_watch, open_watch
from shadow.models import Answer, Bucket, Sample, Slot
from shadow.probes import Probe
from shadow.prompts import by_id
from shadow.sketch import Sketch
from tests.conftest import NOW
from tests.shadow.making import (
    a_companion,
    a_slot,
    asked,
    claimed,
    claims,
    failed,
    healthy,
    probed,
    said,
    watched,
)

SECOND = timedelta(seconds=1)
CLOSED = "closed.arithmetic.3132333435363738"


def bucket(companion, probe=Probe.DELIBERATION):
    return Bucket.objects.get(companion=companion, probe=probe)


def test_an_answer_is_stored_summed_and_its_slot_gone(companion):
    sample_id = probed(companion, said("Four."), at=NOW)
    sample, row = Sample.objects.get(), bucket(companion)
    assert sample.pk == sample_id
    assert (sample.outcome, sample.latency_ms, sample.cost) == ("ok", 200, Decimal("0.0025"))
    assert (row.expected, row.done, row.ok, row.unknown, row.errors) == (1, 1, 1, 0, 0)
    assert (row.input_tokens, row.output_tokens, row.costed_tokens, row.cost) == (100, 50, 150, Decimal("0.0025"))
    assert Sketch.from_bytes(row.latency_sketch).n == 1
    assert Answer.objects.get().text == "Four."
    assert not Slot.objects.exists()


def test_no_price_is_no_cost(db):
    companion = watched(at=NOW, price_input_per_1k=None)
    probed(companion, said(), at=NOW)
    assert (bucket(companion).cost, bucket(companion).costed_tokens) == (0, 0)


def test_a_slot_is_claimed_once(companion):
    a_slot(companion, at=NOW)
    assert len(claimed(at=NOW)) == 1
    assert claimed(at=NOW + 39 * SECOND) == []


def test_a_lease_that_ran_out_is_taken_by_the_next(companion):
    a_slot(companion, at=NOW)
    (first,) = claimed(at=NOW)
    (second,) = claimed(at=NOW + 40 * SECOND)
    assert second.slot_id == first.slot_id
    assert second.token != first.token
    assert Slot.objects.get().attempt == 2


@pytest.mark.parametrize("probe", list(Probe))
def test_a_lease_lasts_as_long_as_the_deadline_and_ten_seconds(companion, probe):
    a_slot(companion, at=NOW, probe=probe)
    (mine,) = claimed(at=NOW)
    assert mine.lease_until == NOW + timedelta(seconds=rules.DEADLINES[probe] + 10)


def test_what_is_not_due_or_too_late_is_not_claimed(companion):
    a_slot(companion, at=NOW + SECOND)
    a_slot(companion, at=NOW - 60 * SECOND, patience=60 * SECOND, probe=Probe.HEALTH)
    assert claimed(at=NOW) == []


def test_the_longest_due_come_first(companion):
    late = [a_slot(companion, at=NOW - n * SECOND, slot_at=NOW - n * SECOND) for n in range(5)]
    assert [it.slot_id for it in claimed(at=NOW, limit=2)] == [late[4].pk, late[3].pk]


def test_a_late_answer_of_an_earlier_holder_changes_nothing(companion):
    a_slot(companion, at=NOW)
    first = claimed(at=NOW)
    second = claimed(at=NOW + 41 * SECOND)
    assert finish(asked(first, failed(), at=NOW), at=NOW + 42 * SECOND) == 0
    assert not Sample.objects.exists()
    assert not Bucket.objects.exists()
    assert finish(asked(second, said(), at=NOW + 41 * SECOND), at=NOW + 43 * SECOND) == 1
    assert finish(asked(first, failed(), at=NOW), at=NOW + 44 * SECOND) == 0
    assert (bucket(companion).done, bucket(companion).errors) == (1, 0)


def test_a_duplicate_delivery_changes_nothing(companion):
    a_slot(companion, at=NOW)
    results = asked(claimed(at=NOW), said(), at=NOW)
    assert [finish(results, at=NOW), finish(results, at=NOW)] == [1, 0]
    assert bucket(companion).expected == 1


def test_a_slot_that_was_laid_out_again_counts_once(companion):
    probed(companion, said(), at=NOW)
    a_slot(companion, at=NOW)
    assert finish(asked(claimed(at=NOW), failed(), at=NOW), at=NOW) == 0
    assert not Slot.objects.exists()
    assert (bucket(companion).expected, bucket(companion).errors) == (1, 0)


def test_results_of_a_watch_that_was_closed_meanwhile_count_for_nothing(companion):
    a_slot(companion, at=NOW)
    results = asked(claimed(at=NOW), failed(), at=NOW)
    close_watch(companion, at=NOW)
    assert finish(results, at=NOW) == 0
    assert not Bucket.objects.exists()


def test_our_fault_is_unknown(companion):
    probed(companion, Called(Outcome.OUR_FAULT, "no_place"), at=NOW)
    row = bucket(companion)
    assert (row.expected, row.unknown, row.our_fault, row.done, row.errors) == (1, 1, 1, 0, 0)


@pytest.mark.parametrize("outcome", [it for it in Outcome if it not in {Outcome.OK, Outcome.OUR_FAULT}])
def test_every_other_outcome_counts_against_the_model(companion, outcome):
    probed(companion, failed(outcome), at=NOW)
    row = bucket(companion)
    assert (row.done, row.ok, row.errors, row.unknown) == (1, 0, 1, 0)
    assert row.outcomes == {outcome: 1}
    assert Sketch.from_bytes(row.latency_sketch).n == 0


@pytest.mark.parametrize(
    ("facts", "errors"),
    [
        ({"requests_per_minute": 3}, 1),
        ({"requests_per_minute": 2}, 0),
        ({"requests_per_minute": None}, 0),
        ({"tokens_per_minute": 300}, 1),
        ({"tokens_per_minute": 299}, 0),
    ],
)
def test_a_throttled_call_counts_only_within_the_declared_limits(db, facts, errors):
    """Two answered calls and the throttled one in one minute; the calls of the minute before are no matter."""
    companion = watched(at=NOW, **facts)
    for seconds in (-30, 0, 20):
        probed(companion, said(), at=NOW + seconds * SECOND)
    probed(companion, failed(Outcome.THROTTLED, "rate_limited"), at=NOW + 50 * SECOND)
    row = Bucket.objects.get(companion=companion, bucket_at=NOW)
    assert (row.errors, row.throttled, row.done) == (errors, errors, 3)
    assert row.outcomes["throttled"] == 1


@pytest.mark.parametrize(("lag", "n"), [(50, 1), (51, 0)])
def test_a_latency_taken_while_we_were_late_is_void_and_the_outcome_counts(companion, lag, n):
    probed(companion, said(latency=100), at=NOW, lag=lag)
    assert Sketch.from_bytes(bucket(companion).latency_sketch).n == n
    assert bucket(companion).ok == 1
    assert Sample.objects.get().latency_void is (n == 0)


@pytest.mark.parametrize(("text", "correct"), [("1", 1), ("It is 1.", 1), ("2", 0)])
def test_a_closed_question_is_graded(companion, text, correct):
    probed(companion, said(text), at=NOW, prompt=CLOSED)
    assert (bucket(companion).closed_asked, bucket(companion).closed_correct) == (1, correct)


def test_a_wrong_answers_words_stand_in_no_table_but_their_own(companion):
    probed(companion, said("call me at 555-0100"), at=NOW, prompt=CLOSED)
    assert "555" not in str(Sample.objects.values().get())


def test_every_fourth_answer_is_judged_by_the_model_itself(companion, law):
    for n in range(8):
        probed(companion, said(), at=NOW + n * law.shadow.deliberation_every, validates=True)
    slots = Slot.objects.filter(probe=Probe.SELF_VALIDATION)
    assert abs(slots[0].slot_at - slots[1].slot_at) == 4 * law.shadow.deliberation_every
    assert len(slots) == 2
    assert {slot.about_answer for slot in slots} <= set(Answer.objects.values_list("sample_id", flat=True))


def test_no_self_validation_where_it_is_not_offered_or_nothing_was_answered(companion, law):
    for n in range(4):
        probed(companion, said(), at=NOW + n * law.shadow.deliberation_every)
        probed(companion, failed(), at=NOW + (n + 4) * law.shadow.deliberation_every, validates=True)
    assert not Slot.objects.exists()


def test_a_claim_is_rounded_half_up_and_kept_beside_its_answer(companion):
    about = probed(companion, said(), at=NOW)
    probed(companion, claims("99.5"), at=NOW + SECOND, probe=Probe.SELF_VALIDATION, slot_at=NOW, about=about)
    sample = Sample.objects.get(probe=Probe.SELF_VALIDATION)
    assert (sample.claimed_score, sample.about_answer) == (100, about)


def test_failing_for_long_is_down_time_in_the_buckets_of_its_hours(companion):
    start = NOW + timedelta(minutes=50)
    for minute in range(20):
        probed(companion, failed(), at=start + minute * 60 * SECOND, probe=Probe.HEALTH)
    down = dict(Bucket.objects.order_by("bucket_at").values_list("bucket_at", "down_ms"))
    assert down == {NOW: 5 * 60_000, NOW + timedelta(hours=1): 9 * 60_000}


def test_finishing_costs_a_few_queries_however_many_are_finished(db):
    def cost(n):
        for _ in range(n):
            a_slot(watched(at=NOW), at=NOW)
        slots = claimed(at=NOW)
        results = asked(slots, said(), at=NOW)
        assert len(results) == n
        with CaptureQueriesContext(connection) as queries:
            finish(results, at=NOW)
        return len(queries)

    assert cost(10) <= 20
    assert cost(100) <= 20


def test_claiming_nothing_costs_one_query(companion):
    with CaptureQueriesContext(connection) as queries:
        assert claim(100, at=NOW, token=uuid.uuid4()) == []
    assert len([it for it in queries if "SAVEPOINT" not in it["sql"]]) == 1


def test_a_slot_of_a_companion_without_history_expires_as_unknown(db):
    companion = a_companion(at=NOW)
    open_watch(companion, law=version_at(NOW), at=NOW)
    a_slot(companion, at=NOW, patience=SECOND)
    assert expire(at=NOW + SECOND) == 1
    assert bucket(companion).unknown == 1


endings = st.sampled_from(
    [
        said(),
        said("1"),
        healthy(),
        failed(),
        failed(Outcome.THROTTLED, "rate_limited"),
        failed(Outcome.HTTP_ERROR),
        None,
        Called(Outcome.OUR_FAULT, "no_place"),
    ]
)


class SumsAreARecount(TestCase):
    """Whatever happens, in whatever order and however often it is delivered: buckets equal a recount from samples."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 30), endings, st.integers(0, 300), st.booleans()),
            max_size=25,
        )
    )
    def test_bucket_sums_equal_a_recount_from_samples(self, calls):
        companions = [watched(at=NOW) for _ in range(3)]
        results = []
        for n, (who, minutes, called, lag, again) in enumerate(calls):
            at = NOW + timedelta(minutes=minutes * 10, seconds=n)
            a_slot(companions[who], at=NOW, slot_at=at)
            (mine,) = claimed(at=NOW)
            result = Result(mine, at, called, lag_ms=lag, prompt=by_id(CLOSED))
            results += [result, result] if again else [result]
        finish(results[::2], at=NOW)
        finish(results, at=NOW)
        assert Sample.objects.count() == len(calls)
        assert not Slot.objects.exists()
        for row in Bucket.objects.exclude(expected=0):
            self.recount(row)
        assert sum(row.expected for row in Bucket.objects.all()) == len(calls)

    def recount(self, row):
        samples = Sample.objects.filter(
            companion=row.companion,
            probe=row.probe,
            slot_at__gte=row.bucket_at,
            slot_at__lt=row.bucket_at + timedelta(hours=1),
        )
        outcomes = Counter(it.outcome for it in samples)
        ours = outcomes["unknown"] + outcomes["our_fault"]
        timed = [it.latency_ms for it in samples if it.outcome == "ok" and not it.latency_void]
        assert row.outcomes == dict(outcomes)
        assert (row.expected, row.unknown, row.done) == (len(samples), ours, len(samples) - ours)
        assert (row.ok, row.errors) == (outcomes["ok"], sum(it.counts_against for it in samples))
        assert bytes(row.latency_sketch) == Sketch.of(timed).to_bytes()
        assert row.input_tokens == sum(it.input_tokens or 0 for it in samples)
        assert row.cost == sum((it.cost or 0 for it in samples), Decimal(0))
        assert row.closed_correct == sum(bool(it.is_correct) for it in samples)
