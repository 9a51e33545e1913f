"""From logits to points: monotone, rounded once, and readable backwards."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.heads.fusion import Band, Fusion, share, sigmoid
from charter.heads.targets import ANY_AT, CLAUSE_TARGETS, TARGETS
from charter.heads.views import Kind

ANCHORS = ((0.4, 85.0), (0.6, 75.0), (0.7, 70.0), (0.8, 65.0))
RISKS = st.decimals(0, 1, places=6)


def fusion(**words):
    ones = tuple([1.0] * len(TARGETS))
    return Fusion(
        **{
            "lexical": tuple([0.5] * len(TARGETS)),
            "dense": tuple([0.5] * len(TARGETS)),
            "handicap": {Kind.EXTRACT: 1.0},
            "scale": ones,
            "shift": tuple([0.0] * len(TARGETS)),
            "whole": (1.0, 0.0),
            "anchors": ANCHORS,
            "listed": dict.fromkeys(CLAUSE_TARGETS, 0.5),
            "flagged": 0.7,
            "band": Band(0.2, 0.9),
        }
        | words
    )


def logits(**values):
    found = np.full(len(TARGETS), -4.0)
    for target, value in values.items():
        found[TARGETS.index(target)] = value
    return found


@pytest.mark.parametrize(
    ("risk", "points"),
    [("0", 100), ("0.4", 85), ("0.5", 80), ("0.6", 75), ("0.7", 70), ("0.700001", 70), ("0.8", 65), ("1", 0)],
)
def test_points_follow_the_table(risk, points):
    assert fusion().points(Decimal(risk)) == points


@given(RISKS, RISKS)
def test_more_risk_never_gives_more_points(one, other):
    low, high = sorted((one, other))
    assert fusion().points(low) >= fusion().points(high)


@given(st.integers(0, 100))
def test_the_table_can_be_read_backwards(points):
    assert fusion().points(fusion().risk_at(points)) == points


@given(st.floats(allow_nan=False))
def test_a_share_is_a_share_for_any_logit(logit):
    assert 0 < sigmoid(logit) < 1
    assert 0 <= share(sigmoid(logit)) <= 1


def test_a_worse_view_counts_after_its_handicap():
    whole, extract = logits(any=-2.0, safety=-3.0), logits(any=3.0, safety=2.0)
    joint, at = fusion().worst([(Kind.WHOLE, whole), (Kind.EXTRACT, extract)])
    assert at == 1
    assert joint[ANY_AT] == pytest.approx(2.0)


def test_a_view_that_is_not_worse_changes_nothing():
    whole = logits(any=2.0)
    joint, at = fusion().worst([(Kind.WHOLE, whole), (Kind.EXTRACT, logits(any=2.5))])
    assert at == 0
    assert (joint == whole).all()


def test_one_half_alone_is_joined_by_its_own_weight():
    assert fusion().join(logits(any=2.0), None)[ANY_AT] == pytest.approx(1.0)
    assert fusion().join(logits(any=2.0), logits(any=4.0))[ANY_AT] == pytest.approx(3.0)


def test_the_whole_is_driven_by_the_head_for_any_violation():
    calm = dict.fromkeys(CLAUSE_TARGETS, 0.1) | {"any": 0.1, "refusal": 0.5}
    assert fusion().risk(calm | {"any": 0.9}) > 0.7
    assert fusion().risk(calm | {"safety": 0.9}) < 0.25


def test_it_is_written_and_read_without_loss():
    one = fusion()
    assert Fusion.from_json(one.as_json()) == one
