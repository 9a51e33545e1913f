"""Many sketches read in one pass: the same as one after the other."""

from decimal import Decimal as D
from math import exp, lgamma, log, log1p

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow.sketch import Sketch, merged, rank_above
from shadow.sketches import BETWEEN, read_joined, together

latencies = st.lists(st.lists(st.integers(0, 60_000), max_size=30), max_size=12)


@given(latencies)
def test_joined_they_are_what_they_are_one_by_one(hours):
    sketches = [Sketch.of(hour) for hour in hours]
    bodies = [sketch.to_bytes() for sketch in sketches]
    assert read_joined(BETWEEN.join(bodies)) == merged(sketches)
    assert together(bodies) == merged(sketches)


def test_large_counts_are_exact():
    many = Sketch({300: 2**40 + 1, 7: 129})
    assert together([many.to_bytes()] * 3) == Sketch({300: 3 * (2**40 + 1), 7: 387})


@pytest.mark.parametrize("body", [b"\x05", b"\x05\x80", b"\x80", b"\x05\x01\x03", b"\xff\xff\x7f\x01"])
def test_what_is_no_run_of_sketches_is_refused(body):
    with pytest.raises(ValueError, match="a sketch"):
        read_joined(body)


def test_nothing_is_an_empty_sketch():
    assert read_joined(b"") == together([b"", b""]) == Sketch()


def summed_from_nought(n, share, confidence):
    """The rank by the whole distribution, term by term."""
    p, reached = float(share), 0.0
    for below in range(n):
        ways = lgamma(n + 1) - lgamma(below + 1) - lgamma(n - below + 1)
        reached += exp(ways + below * log(p) + (n - below) * log1p(-p))
        if reached >= float(confidence):
            return below + 1
    return None


@given(st.integers(0, 4000), st.sampled_from(["0.5", "0.95", "0.99"]), st.sampled_from(["0.9", "0.95", "0.99"]))
def test_the_rank_above_a_quantile_is_that_of_the_whole_distribution(n, share, confidence):
    assert rank_above(n, D(share), confidence=D(confidence)) == summed_from_nought(n, D(share), D(confidence))
