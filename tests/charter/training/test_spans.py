"""Personal data by type."""

import pytest

from charter.training.measure import Counts
from charter.training.spans import by_type, together
from tests.charter.training.judging import judged, violation

NAMES = {"PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "mail"}


def found(spans, said):
    listed = [violation("privacy", kind=kind, start=start, end=end) for kind, start, end in said]
    return by_type([judged("a", {"privacy": 1}, 40, violations=listed, spans=spans)], NAMES)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([("phone", 10, 20)], (1, 0, 0)),
        ([("phone", 15, 40)], (1, 0, 0)),  # half of it is enough
        ([("phone", 16, 40)], (0, 1, 1)),
        ([("phone", 10, 15), ("phone", 15, 20)], (1, 0, 0)),  # pieces count once
        ([("mail", 10, 20)], (0, 0, 1)),  # another type is no find
        ([], (0, 0, 1)),
        ([("phone", 10, 20), ("phone", 30, 40)], (1, 1, 0)),
    ],
)
def test_a_span_is_found_when_half_of_it_is_covered_by_its_type(said, counts):
    hits, wrong, misses = counts
    assert found([["PHONE_NUMBER", 10, 20]], said)["phone"] == Counts(hits, wrong, misses, 0)


def test_a_found_type_without_a_label_is_wrong():
    assert found([["PHONE_NUMBER", 10, 20]], [("mail", 10, 20)])["mail"] == Counts(0, 1, 0, 0)


def test_labels_and_violations_of_other_types_are_left_out():
    told = found([["TITLE", 0, 3]], [(None, 0, 3)])
    assert set(told.values()) == {Counts(0, 0, 0, 0)}


def test_rows_whose_spans_nobody_labelled_are_left_out():
    listed = [violation("privacy", kind="phone")]
    assert by_type([judged("a", {"privacy": 1}, 40, violations=listed)], NAMES)["phone"] == Counts(0, 0, 0, 0)


def test_types_are_added_up():
    told = {"phone": Counts(1, 2, 3, 0), "mail": Counts(4, 5, 6, 0), "ip": Counts(9, 9, 9, 0)}
    assert together(told, ["phone", "mail", "unheard"]) == Counts(5, 7, 9, 0)
