"""Figures against scikit-learn, and against hand-made examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from charter.training.measure import (
    auroc,
    average_precision,
    brier,
    calibration,
    calibration_error,
    counts,
    interval,
    precision_recall,
    recall_at,
)

# Few different risks, so that ties are the rule.
ROWS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6).map(lambda it: it / 6)), min_size=2, max_size=60)


def arrays(rows):
    return np.array([label for label, _ in rows], np.int8), np.array([risk for _, risk in rows])


@given(ROWS)
def test_average_precision_is_what_scikit_learn_says(rows):
    truth, risks = arrays(rows)
    if truth.any():
        assert average_precision(truth, risks) == pytest.approx(metrics.average_precision_score(truth, risks))
    else:
        assert average_precision(truth, risks) is None


@given(ROWS)
def test_auroc_is_what_scikit_learn_says(rows):
    truth, risks = arrays(rows)
    if 0 < truth.sum() < len(truth):
        assert auroc(truth, risks) == pytest.approx(metrics.roc_auc_score(truth, risks))
    else:
        assert auroc(truth, risks) is None


@given(ROWS)
def test_counts_and_their_shares_are_what_scikit_learn_says(rows):
    truth, risks = arrays(rows)
    flagged = risks >= 0.5
    found = counts(truth, flagged)
    passes, false_flags, misses, hits = metrics.confusion_matrix(truth, flagged, labels=[0, 1]).ravel()
    assert (found.passes, found.false_flags, found.misses, found.hits) == (passes, false_flags, misses, hits)
    if truth.any() or flagged.any():
        assert found.f1 == pytest.approx(metrics.f1_score(truth, flagged, zero_division=0))
    if flagged.any():
        assert found.precision == pytest.approx(metrics.precision_score(truth, flagged))
    if truth.any():
        assert found.recall == pytest.approx(metrics.recall_score(truth, flagged))


@given(ROWS)
def test_the_brier_score_is_what_scikit_learn_says(rows):
    truth, risks = arrays(rows)
    assert brier(truth, risks) == pytest.approx(metrics.brier_score_loss(truth, risks, pos_label=1))


@given(ROWS)
def test_the_curve_ends_at_full_recall_and_the_share_of_violations(rows):
    truth, risks = arrays(rows)
    precision, recall = precision_recall(truth, risks)
    assert precision[-1] == pytest.approx(truth.mean())
    assert recall[-1] == (1 if truth.any() else 0)


@given(ROWS, st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]))
def test_recall_at_a_share_of_false_flags_is_the_best_mark_that_keeps_it(rows, share):
    truth, risks = arrays(rows)
    violating, compliant = risks[truth == 1], risks[truth == 0]
    if not len(violating) or not len(compliant):
        assert recall_at(violating, compliant, share) is None
        return
    marks = [*np.unique(risks), np.inf]
    best = max((violating >= mark).mean() for mark in marks if (compliant >= mark).mean() <= share)
    assert recall_at(violating, compliant, share) == best


def test_one_false_flag_in_a_hundred_is_allowed_at_one_percent():
    compliant = np.linspace(0, 1, 100)
    assert recall_at(np.array([0.995, 0.985]), compliant, 0.01) == 0.5
    assert recall_at(np.array([0.995, 0.992]), compliant, 0.01) == 1


def test_what_has_no_rows_has_no_figure():
    nothing, none = np.array([], np.int8), np.array([])
    assert average_precision(nothing, none) is None
    assert auroc(nothing, none) is None
    assert brier(nothing, none) is None
    assert calibration_error(nothing, none) is None
    assert counts(nothing, np.array([], bool)).f1 is None


@pytest.mark.parametrize("equal_mass", [False, True])
def test_a_risk_that_means_what_it_says_has_no_calibration_error(equal_mass):
    truth = np.array([0] * 8 + [1] * 2, np.int8)
    risks = np.full(10, 0.2)
    error = calibration_error(truth, risks, equal_mass=equal_mass)
    # Bins of equal size split rows of equal risk, so each row stands alone there.
    assert error == pytest.approx(0.32 if equal_mass else 0.0)


def test_the_calibration_error_weighs_bins_by_their_rows():
    truth = np.array([0, 0, 0, 1], np.int8)
    risks = np.array([0.1, 0.1, 0.1, 0.6])
    assert calibration_error(truth, risks) == pytest.approx((3 * 0.1 + 1 * 0.4) / 4)


def test_risks_of_nought_and_one_have_bins_of_their_own():
    bins = calibration(np.array([0, 1], np.int8), np.array([0.0, 1.0]))
    assert [(one.rows, one.risk, one.found) for one in bins] == [(1, 0.0, 0.0), (1, 1.0, 1.0)]


def test_bins_of_equal_size_hold_a_tenth_each():
    bins = calibration(np.zeros(50, np.int8), np.linspace(0, 0.1, 50), equal_mass=True)
    assert [one.rows for one in bins] == [5] * 10


def of_mean(values):
    return lambda places: float(values[places].mean())


def test_an_interval_is_the_same_for_the_same_seed_and_holds_the_value():
    values = np.random.default_rng(1).random(200)
    groups = [f"g{at // 2}" for at in range(200)]
    low, high = interval(groups, of_mean(values), seed=4)
    assert interval(groups, of_mean(values), seed=4) == (low, high)
    assert interval(groups, of_mean(values), seed=5) != (low, high)
    assert low < values.mean() < high


def test_rows_of_one_group_are_drawn_together():
    values = np.array([0.0] * 50 + [1.0] * 50)
    apart = interval([str(at) for at in range(100)], of_mean(values))
    together = interval(["a"] * 50 + ["b"] * 50, of_mean(values))
    assert together == (0.0, 1.0)
    assert 0.35 < apart[0] < apart[1] < 0.65


def test_a_figure_without_meaning_in_most_rounds_has_no_interval():
    assert interval(["a", "b"], lambda _: None) is None
    assert interval([], lambda _: 1.0) is None
