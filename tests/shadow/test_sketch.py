import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow.sketch import Sketch, bucket_of, merged, rank_above, value_of

latencies = st.lists(st.integers(0, 120_000), min_size=1, max_size=300)
shares = st.sampled_from([Decimal("0.5"), Decimal("0.9"), Decimal("0.95"), Decimal("0.99")])


def exact(values, share):
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


@given(latencies, shares)
def test_a_quantile_is_off_by_two_percent_at_most(values, share):
    found, true = Sketch.of(values).quantile(share), exact(values, share)
    assert abs(found - true) <= max(1, true * 0.02)


@given(st.lists(latencies, max_size=6))
def test_parts_add_up_to_the_sketch_of_the_whole(parts):
    together = merged(Sketch.of(part) for part in parts)
    assert together.to_bytes() == Sketch.of([value for part in parts for value in part]).to_bytes()


@given(latencies)
def test_bytes_come_back_as_they_were(values):
    sketch = Sketch.of(values)
    assert dict(Sketch.from_bytes(sketch.to_bytes()).counts) == dict(sketch.counts)


@given(st.integers(0, 10_000_000))
def test_every_latency_lies_within_two_percent_of_its_buckets_middle(value):
    assert abs(value_of(bucket_of(value)) - value) <= max(1, value * 0.02)


def test_an_hour_of_health_takes_few_bytes():
    assert len(Sketch.of(range(180, 240)).to_bytes()) < 100


@pytest.mark.parametrize("body", [b"\x01", b"\x80", b"\x01\x80"])
def test_what_is_no_sketch_is_refused(body):
    with pytest.raises(ValueError, match="a sketch"):
        Sketch.from_bytes(body)


def test_nothing_has_no_quantile():
    assert Sketch().quantile(Decimal("0.95")) is None
    assert Sketch().upper_bound(Decimal("0.95"), confidence=Decimal("0.95")) is None


@pytest.mark.parametrize(("n", "rank"), [(58, None), (59, 59), (92, 92), (93, 92)])
def test_the_bound_of_a_p95_is_the_order_statistic_that_the_binomial_names(n, rank):
    found = rank_above(n, Decimal("0.95"), confidence=Decimal("0.95"))
    assert found == rank
    if rank is not None:
        below = sum(math.comb(n, k) * 0.95**k * 0.05 ** (n - k) for k in range(rank))
        assert below >= 0.95
        assert below - math.comb(n, rank - 1) * 0.95 ** (rank - 1) * 0.05 ** (n - rank + 1) < 0.95


@given(latencies, shares)
def test_a_bound_is_never_below_its_quantile(values, share):
    sketch = Sketch.of(values)
    bound = sketch.upper_bound(share, confidence=Decimal("0.95"))
    assert bound is None or bound >= sketch.quantile(share)
