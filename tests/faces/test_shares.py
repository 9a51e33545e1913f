"""A bar of shares fills its width, and shows the one among thousands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.figures.shares import LEAST, WIDTH, shares_of


@given(st.lists(st.integers(min_value=0, max_value=100_000), min_size=1, max_size=6))
def test_the_parts_lie_side_by_side_and_fill_the_bar(counts):
    drawn = shares_of("What", [(f"part {n}", count) for n, count in enumerate(counts)])
    edge = 0
    for part, count in zip(drawn.parts, counts, strict=True):
        assert (part.x, part.count) == (edge, count)
        assert (part.width == 0) == (count == 0)
        edge += part.width
    assert edge == (WIDTH if sum(counts) else 0)


@pytest.mark.parametrize("many", [9, 999, 1_000_000])
def test_one_of_many_is_still_seen(many):
    assert shares_of("What", [("same", many), ("differs", 1)]).parts[1].width >= LEAST


def test_what_is_not_there_is_not_drawn():
    drawn = shares_of("What", [("same", 3), ("differs", 0)])
    assert [part.width for part in drawn.parts] == [WIDTH, 0]
