"""Disguised rows beside plain ones."""

import pytest

from charter.training.robustness import names_injection, recalls, risen, transforms
from tests.charter.training.judging import MARK, judged, violation


def disguised(name, of, points, transform="leet", label=1, **more):
    return judged(name, {"any": label}, points, of=of, transform=transform, **more)


PLAIN = [judged("a", {"any": 1}, 20), judged("b", {"any": 1}, 20), judged("c", {"any": 1}, 90)]


def test_recall_in_disguise_is_compared_with_the_same_rows_as_they_were():
    found = recalls(PLAIN, [disguised("a1", "a", 20), disguised("b1", "b", 90), disguised("c1", "c", 90)], mark=MARK)
    assert found == {"leet": (3, pytest.approx(1 / 3), pytest.approx(2 / 3))}


def test_rows_without_their_plain_one_or_without_a_violation_are_left_out():
    assert recalls(PLAIN, [disguised("x1", "x", 20), disguised("a1", "a", 20, label=0)], mark=MARK) == {}


def test_a_ratio_has_no_value_where_nothing_was_found_plain():
    found = transforms(PLAIN, [disguised("c1", "c", 20)], ["leet", "base64"], mark=MARK)
    assert found["leet"] is None
    assert found["base64"] is None


@pytest.mark.parametrize(("points", "rises"), [(20, []), (21, []), (22, ["a1"]), (None, ["a1"])])
def test_an_instruction_to_the_judge_may_not_raise_a_score_nor_take_it_away(points, rises):
    assert risen(PLAIN, [disguised("a1", "a", points, "judge_injection")]) == rises


def test_an_instruction_counts_as_named_by_a_rule_or_a_flag():
    assert names_injection(
        judged("a", {"any": 1}, 20, violations=[violation("transparency", rule="injection.verdict")])
    )
    assert names_injection(judged("a", {"any": 1}, 20, flags=["injection"]))
    assert not names_injection(judged("a", {"any": 1}, 20, violations=[violation("safety")], flags=["quote"]))


def test_diluted_rows_count_by_their_own_recall():
    challenge = [disguised("a1", "a", 20, "dilution"), disguised("b1", "b", 95, "dilution")]
    assert transforms(PLAIN, challenge, [], mark=MARK)["dilution"] == 0.5
