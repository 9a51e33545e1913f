"""Drift by rule: what counts as a change, how sure it must be, and what a replay derives."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.law import shipped_law
from ledger.canonical import canonical
from shadow.sketch import bucket_of
from tests.conftest import NOW
from tiers.rules.chances import chance_of_counts, chance_of_t
from tiers.rules.discoveries import discoveries, level
from tiers.rules.drift import (
    LEAST_DAYS,
    Measure,
    Phase,
    Shift,
    Side,
    chance_of,
    is_large,
    is_ours,
    shifts,
    spans,
    together,
)
from tiers.rules.returning import (
    Changed,
    Look,
    change_in_words,
    declared_basis,
    found_in,
    measured_basis,
    replay_declared,
    replay_measured,
    shifts_in_words,
)

LAW = shipped_law()
DRIFT = LAW.drift
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOK = Look(tests=900, found=1)


def a_day(number=0, *, score=92, latency=2000, wrong_every=20, rhythm=0.4, n=12):
    """One day by its hours: a wave over the day, and a little noise that differs from day to day."""
    phases = {}
    for hour in range(24):
        noise = (hour * 7 + number * 3) % 5 - 2
        points = [min(100, score + noise + (k % 5 - 2)) for k in range(n)]
        slow = (1 + rhythm * (hour - 12) / 12) * (1 + 0.02 * noise)
        latencies = Counter(bucket_of(round(latency * slow * (0.7 + 0.06 * k))) for k in range(n))
        asked = 2 + hour % 2
        wrong = sum((hour * 3 + number + k) % wrong_every == 0 for k in range(asked))
        squares = sum(it * it for it in points)
        phases[hour] = Phase(n, sum(points), squares, asked, asked - wrong, latencies)
    return Side(phases)


BEFORE = [a_day(number) for number in range(7)]


def found(after, before=BEFORE, look=LOOK, drift=DRIFT):
    return [shift.measure.value for shift in found_in(before, after, look, drift)]


@pytest.mark.parametrize(
    ("after", "measures"),
    [
        (a_day(8), []),
        (a_day(8, rhythm=0.5), []),
        (a_day(8, latency=3200), ["latency"]),
        (a_day(8, latency=1250), ["latency"]),
        (a_day(8, score=86), ["scores"]),
        (a_day(8, wrong_every=2), ["correctness"]),
        (a_day(8, score=86, latency=3200, wrong_every=2), ["scores", "latency", "correctness"]),
    ],
)
def test_each_measure_is_found_and_a_daily_rhythm_is_not(after, measures):
    assert found(after) == measures


def test_too_few_on_either_side_is_no_test():
    few = Side({hour: replace(phase, scored=1, asked=1, latency={300: 1}) for hour, phase in a_day().phases.items()})
    assert shifts(BEFORE, few, DRIFT) == []
    assert shifts([few], a_day(8), DRIFT) == []
    enough = replace(DRIFT, n_least=24)
    assert [it.measure for it in shifts(BEFORE, few, enough)] == list(Measure)
    assert shifts(BEFORE, few, replace(DRIFT, n_least=25)) == []


@pytest.mark.parametrize(
    ("measure", "before", "after", "large"),
    [
        (Measure.SCORES, D(90), D(87), True),
        (Measure.SCORES, D(90), D("87.0001"), False),
        (Measure.SCORES, D(90), D(93), True),
        (Measure.LATENCY, D(1000), D(1300), True),
        (Measure.LATENCY, D(1000), D(1299), False),
        (Measure.LATENCY, D(1300), D(1000), True),
        (Measure.CORRECTNESS, D("0.95"), D("0.85"), True),
        (Measure.CORRECTNESS, D("0.95"), D("0.8501"), False),
    ],
)
def test_the_law_s_floors(measure, before, after, large):
    assert is_large(Shift(measure, before, after, 100, 100), DRIFT) is large


def test_some_bad_hours_are_no_change_of_the_model():
    good, bad = a_day(8).phases, a_day(8, score=78).phases
    after = Side({hour: bad[hour] if hour < 6 else good[hour] for hour in range(24)})
    assert is_large(shifts(BEFORE, after, DRIFT)[0], DRIFT)
    assert found(after) == []
    half = Side({hour: bad[hour] if hour < 20 else good[hour] for hour in range(24)})
    assert found(half) == ["scores"]


def test_a_companion_whose_days_differ_must_change_more():
    restless = [a_day(number, latency=2000 + 500 * (number % 2)) for number in range(7)]
    assert found(a_day(8, latency=3200), restless) == []


def test_of_few_days_before_nothing_is_said():
    assert found(a_day(8, latency=9000), BEFORE[: LEAST_DAYS - 1]) == []


def test_equal_days_and_a_shifted_one_are_told_apart_without_any_spread():
    flat = Side({hour: Phase(scored=12, score_sum=1200, score_square_sum=120_000) for hour in range(24)})
    worse = Side({hour: Phase(scored=12, score_sum=1080, score_square_sum=97_200) for hour in range(24)})
    assert found(worse, [flat] * 7) == ["scores"]
    assert found(flat, [flat] * 7) == []


def test_what_is_our_own_slowness_is_left_out():
    after = a_day(8, latency=3200, score=86)
    assert found(after, look=replace(LOOK, slowness_is_ours=True)) == ["scores"]


@pytest.mark.parametrize(
    ("shifted", "tested", "ours"),
    [(1, 1, False), (1, 2, False), (2, 2, True), (2, 6, False), (2, 5, True), (0, 9, False)],
)
def test_many_at_once_are_ours(shifted, tested, ours):
    assert is_ours(shifted, tested) is ours


@pytest.mark.parametrize(
    ("stay", "days"),
    [
        (timedelta(days=40), 7),
        (timedelta(days=8), 7),
        (timedelta(days=8) - timedelta(seconds=1), 6),
        (timedelta(days=4), 3),
        (timedelta(days=4) - timedelta(seconds=1), None),
    ],
)
def test_the_baseline_is_of_whole_days_within_the_stay(stay, days):
    cut = spans(stay=NOW - stay, until=NOW, drift=DRIFT)
    assert (cut and (cut.split - cut.since) / DAY) == days
    assert cut is None or (cut.until - cut.split) == DRIFT.recent


def test_the_discoveries_are_those_of_benjamini_and_hochberg():
    chances = [D("0.0001"), D("0.004"), D("0.019"), D("0.095"), D("0.201")]
    assert discoveries(chances, tests=5, rate=D("0.05")).found == 3
    assert discoveries(chances, tests=5, rate=D("0.001")).found == 1
    # The second alone would not do; the third takes it along.
    assert discoveries([D("0.0001"), D("0.024"), D("0.0299")], tests=5, rate=D("0.05")).found == 3
    assert discoveries([], tests=0, rate=D("0.05")).level < 0


@given(st.lists(st.decimals(0, 1, places=6), max_size=30), st.integers(0, 20))
def test_found_are_exactly_those_at_or_below_the_level(chances, more):
    tests = len(chances) + more
    what = discoveries(chances, tests=tests, rate=D("0.1"))
    assert sum(chance <= what.level for chance in chances) == what.found
    assert all(
        chance > level(what.found + 1, tests=tests, rate=D("0.1"))
        for chance in sorted(chances)[what.found : what.found + 1]
    )


@pytest.mark.parametrize(
    ("table", "chance"),
    # From R's fisher.test.
    [
        ((46, 57, 380, 400), "0.000518893"),
        ((10, 20, 5, 20), "0.190793"),
        ((0, 5, 5, 5), "0.00793651"),
        ((5, 5, 9, 9), "1"),
    ],
)
def test_counts_are_tested_exactly(table, chance):
    assert chance_of_counts(*table) == D(chance)


@pytest.mark.parametrize(
    ("t", "freedom", "chance"),
    # From R's pt.
    [
        ("2", 23, "0.0574445"),
        ("7", 23, "3.91419E-7"),
        ("4", 5, "0.0103234"),
        ("1", 1, "0.5"),
        ("30", 23, "6.04567E-20"),
    ],
)
def test_student_s_tail(t, freedom, chance):
    assert chance_of_t(D(t) ** 2, freedom) == D(chance)


def test_the_same_hours_of_two_days_are_taken_together():
    both = together([a_day(0), a_day(1)])
    assert both.phases[5].scored == 24
    assert both.whole.answered == 2 * 24 * 12


def test_a_measured_change_is_derived_again_from_its_basis():
    after = a_day(8, latency=3200)
    basis = measured_basis(BEFORE, after, LOOK)
    again = replay_measured(basis, law=LAW, at=NOW)
    assert (again.move, again.to, again.facts) == (
        "return_to_shadow",
        "shadow",
        {"changed": ["latency"], "vote_weight": "0"},
    )
    assert len(canonical(basis)) > 1000
    stricter = replace(LAW, drift=replace(DRIFT, latency_ratio=D(2)))
    assert replay_measured(basis, law=stricter, at=NOW).move == "stay"
    rarer = measured_basis(BEFORE, after, replace(LOOK, found=0))
    assert replay_measured(rarer, law=LAW, at=NOW).move == "stay"


@pytest.mark.parametrize(("late", "move"), [(timedelta(0), "stay"), (timedelta(seconds=1), "return_to_shadow")])
def test_a_declared_change_counts_from_when_it_was_active(late, move):
    changed = Changed("model", "m-1", "m-2", NOW + late)
    basis = declared_basis(changed, active_since=NOW)
    assert replay_declared(basis, law=LAW, at=NOW + DAY).move == move


def test_the_evidence_is_told_in_words():
    told = shifts_in_words(
        [
            Shift(Measure.CORRECTNESS, D("0.97"), D("0.71"), 400, 57),
            Shift(Measure.LATENCY, D(2010), D(3260), 2016, 288),
            Shift(Measure.SCORES, D("91.24"), D("85.5"), 2016, 288),
        ]
    )
    assert told == (
        "Right answers fell from 97 of 100 to 71 of 100 (n = 400 and 57). "
        "Its median latency rose from 2010 to 3260 ms (n = 2016 and 288). "
        "Its mean score fell from 91.2 to 85.5 (n = 2016 and 288)."
    )
    assert change_in_words(Changed("fingerprint", "fp_1", "fp_2", NOW)) == (
        "Its answers name another fingerprint than before: fp_2, and until then fp_1."
    )


def test_a_chance_is_never_worked_out_below_a_floor():
    shift = shifts(BEFORE, a_day(8, latency=2100), DRIFT)[1]
    assert shift.measure is Measure.LATENCY
    assert chance_of(shift, BEFORE, a_day(8, latency=2100)) < D("0.05")
    assert found(a_day(8, latency=2100), look=replace(LOOK, found=900)) == []
