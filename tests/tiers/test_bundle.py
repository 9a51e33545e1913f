"""A bundle of sums: the same after it was written down and read again, and small enough to be kept every hour."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.scoring.pipeline import ErrorRates
from ledger.canonical import canonical
from shadow.sketch import Sketch
from tiers.rules.bundle import Aged, Bundle, Counted, Critical, Day, Paid, Window, Word

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def a_bundle(**changes):
    """A month of a companion in shadow mode that is never wrong; a week of its window."""
    whole = Bundle(
        at=NOW,
        known_at=NOW,
        state="shadow",
        tier="",
        start=NOW - 30 * DAY,
        opened_at=NOW - 30 * DAY,
        scorer="5" * 64,
        rates=ErrorRates(20, 2000, 560, 800),
        answers=tuple(Aged(age, 288 * 98, 288) for age in range(7)),
        peers=tuple(Aged(age, 288, 288) for age in range(30)),
        closed=tuple(Aged(age, 58, 58) for age in range(30)),
        day=Day(seen=24, down_ms=0, calls=360, errors=0),
        paid=Paid(cost=D("4.03200000"), tokens=403_200),
        window=Window(
            since=NOW - 7 * DAY, expected=12_600, done=12_600, calls=2520, ok=2016, cost=D("4.032"), tokens=403_200
        ),
        latency=tuple(sorted(Sketch.of([200] * 2016).counts.items())),
        counted=Counted(scored=8640, compliant=8640),
        critical=Critical(),
        review=Word("approve", is_positive=True),
    )
    return replace(whole, **changes)


numbers = st.integers(0, 2**40)
times = st.timedeltas(-3000 * DAY, 3000 * DAY).map(lambda it: NOW + it)
money = st.decimals(0, 10**9, places=8)
aged = st.lists(st.builds(Aged, st.integers(0, 400), numbers, numbers), max_size=5, unique_by=lambda it: it.age).map(
    tuple
)
latencies = st.dictionaries(st.integers(0, 900), st.integers(1, 10**6), max_size=9).map(
    lambda it: tuple(sorted(it.items()))
)
bundles = st.builds(
    Bundle,
    at=times,
    known_at=times,
    state=st.sampled_from(["shadow", "active"]),
    tier=st.sampled_from(["", "research", "critical"]),
    start=times,
    opened_at=times,
    scorer=st.text(max_size=64),
    rates=st.none() | st.builds(ErrorRates, numbers, numbers, numbers, numbers),
    answers=aged,
    peers=aged,
    closed=aged,
    day=st.builds(Day, numbers, numbers, numbers, numbers),
    paid=st.builds(Paid, money, numbers),
    window=st.builds(Window, times, *[numbers] * 5, money, *[numbers] * 6),
    latency=latencies,
    counted=st.builds(Counted, numbers, numbers, numbers),
    critical=st.builds(Critical, numbers, numbers, st.none() | times),
    review=st.none() | st.builds(Word, st.text(max_size=20), st.booleans()),
    endorsements=money,
)


@given(bundles)
def test_written_down_and_read_again_it_is_the_same(bundle):
    again = Bundle.from_json(json.loads(bundle.canonical()))
    assert again == bundle
    assert again.canonical() == bundle.canonical() == canonical(bundle.as_json())


def test_nothing_of_it_is_lost_on_the_way():
    assert set(a_bundle().as_json()) == set(Bundle.__dataclass_fields__)


@pytest.mark.parametrize("name", sorted(Bundle.__dataclass_fields__))
def test_every_part_of_it_is_asked_for(name):
    facts = a_bundle().as_json()
    del facts[name]
    with pytest.raises((KeyError, TypeError)):
        Bundle.from_json(facts)


def test_a_part_that_nobody_knows_is_refused():
    facts = a_bundle().as_json()
    facts["window"]["luck"] = 1
    with pytest.raises(TypeError, match="luck"):
        Bundle.from_json(facts)


def test_with_thirty_days_of_comparisons_and_every_kind_of_latency_it_stays_below_three_kilobytes():
    everywhere = tuple((index, 100) for index in range(200, 400))
    assert len(a_bundle(latency=everywhere).canonical()) < 3000
    assert len(a_bundle().canonical()) < 2000


def test_clean_time_counts_from_the_opening_or_from_the_last_critical_answer():
    assert a_bundle().clean_since == NOW - 30 * DAY
    assert a_bundle(critical=Critical(confirmed=1, last=NOW - DAY)).clean_since == NOW - DAY
    assert a_bundle(critical=Critical(confirmed=1, last=NOW - 31 * DAY)).clean_since == NOW - 30 * DAY


def test_what_the_constitutional_mean_rests_on_is_told():
    assert a_bundle().scored_lately == 7 * 288
