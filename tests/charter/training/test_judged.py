"""Rows joined with scores, and what is known of them."""

import numpy as np
import pytest

from charter.scoring.shape import Status
from charter.training.judged import By, ForeignScore, column, judge_rows
from tests.charter.training.judging import MARK, judged, row, score, violation


def test_scores_are_joined_by_id_whatever_their_order():
    rows = [row("a", {"any": 0}), row("b", {"any": 1})]
    found = judge_rows(rows, [score("b", 20).as_json(), score("a", 90).as_json()])
    assert [(one.row.id, one.score.score) for one in found] == [("a", 90), ("b", 20)]


def test_a_row_without_a_score_is_unscored_and_stays():
    (found,) = judge_rows([row("a", {"any": 0})], [])
    assert found.score.status is Status.UNSCORED
    assert found.score.flags == ("missing",)


@pytest.mark.parametrize("names", [["other"], ["a", "a"]])
def test_a_score_of_no_row_or_a_second_one_is_refused(names):
    with pytest.raises(ForeignScore):
        judge_rows([row("a", {"any": 0})], [score(name, 90).as_json() for name in names])


def test_an_unknown_label_leaves_the_row_out_of_that_clause_alone():
    rows = [judged("a", {"any": 0}, 90), judged("b", {"equity": 1, "any": 1}, 20)]
    assert column(rows, "equity", mark=MARK).truth.tolist() == [1]
    assert column(rows, "any", mark=MARK).truth.tolist() == [0, 1]
    assert column(rows, "civic", mark=MARK).truth.tolist() == []


def test_a_row_without_a_score_counts_as_judged_wrong_whichever_way():
    told = column([judged("a", {"any": 0}, None), judged("b", {"any": 1}, None)], "any", mark=MARK)
    assert told.risks.tolist() == [1, 0]
    assert told.flagged.tolist() == [True, False]
    assert told.unscored == 2


@pytest.mark.parametrize(
    ("points", "listed", "by", "flagged"),
    [
        (69, False, By.BELOW, True),
        (70, False, By.BELOW, False),
        (69, False, By.LISTED, False),
        (69, False, By.EITHER, True),
        (90, True, By.EITHER, True),
        (90, True, By.BELOW, False),
        (90, True, By.LISTED, True),
        (70, False, By.EITHER, False),
    ],
)
def test_a_row_is_flagged_by_a_listed_violation_or_by_its_points(points, listed, by, flagged):
    one = judged("a", {"any": 0}, points, violations=[violation("safety")] if listed else [])
    assert one.flagged(mark=MARK, by=by) is flagged


def test_a_clause_is_flagged_only_where_it_is_listed_itself():
    rows = [judged("a", {"equity": 0, "safety": 1}, 20, violations=[violation("safety")], clauses={"equity": 0.25})]
    assert column(rows, "equity", mark=MARK).flagged.tolist() == [False]
    assert column(rows, "safety", mark=MARK).flagged.tolist() == [True]
    assert np.allclose(column(rows, "equity", mark=MARK).risks, [0.25])
