"""Shapes gather every fault with its place, and convert nothing."""

from decimal import Decimal

import pytest

from faces.schema import Fields, Invalid, Listed, Rejected, Tagged, optional, read, required, shown
from faces.text import free_text
from faces.values import boolean, choice, decimal, integer, matching, number, visible_ascii

BODY = Fields(
    {
        "name": required(free_text(1, 5)),
        "count": optional(integer(1, 10**9)),
        "tags": optional(Listed(matching(r"[a-z]+", "letters", most=3), 1, 2)),
        "inner": optional(Fields({"yes": required(boolean)})),
    }
)


def faults(shape, data):
    with pytest.raises(Invalid) as caught:
        read(shape, data)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


def test_a_right_body_is_read_with_none_for_what_is_absent():
    assert read(BODY, {"name": "a", "tags": ["x"]}) == {"name": "a", "count": None, "tags": ("x",), "inner": None}


def test_all_faults_are_told_at_once_with_their_places():
    data = {"count": 0, "tags": ["ok", "NO"], "inner": {"yes": 1, "x/y~z": 2}, "more": 1}
    assert faults(BODY, data) == {
        ("/name", "required"),
        ("/count", "out_of_range"),
        ("/tags/1", "wrong_format"),
        ("/inner/yes", "wrong_type"),
        ("/inner/x~1y~0z", "unknown_field"),
        ("/more", "unknown_field"),
    }


@pytest.mark.parametrize("data", [None, [], "a", 1, True])
def test_a_body_that_is_no_object_is_refused_at_the_root(data):
    assert faults(BODY, data) == {("", "wrong_type")}


def test_null_is_not_absence():
    assert faults(BODY, {"name": "a", "count": None}) == {("/count", "wrong_type")}


@pytest.mark.parametrize("tags", [[], ["a", "b", "c"]])
def test_an_array_has_its_bounds(tags):
    assert faults(BODY, {"name": "a", "tags": tags}) == {("/tags", "wrong_length")}


@pytest.mark.parametrize(
    ("leaf", "value", "code"),
    [
        (integer(1, 9), True, "wrong_type"),
        (integer(1, 9), "1", "wrong_type"),
        (integer(1, 9), Decimal("1.0"), "wrong_type"),
        (integer(1, 9), 10, "out_of_range"),
        (number(0, 100), False, "wrong_type"),
        (number(0, 100), "1", "wrong_type"),
        (number(0, 100), Decimal("100.0001"), "out_of_range"),
        (number(0, 100), Decimal("-0.0001"), "out_of_range"),
        (boolean, 1, "wrong_type"),
        (boolean, "true", "wrong_type"),
        (choice("a", "b"), "A", "unknown_value"),
        (choice("a", "b"), ["a"], "wrong_type"),
        (visible_ascii(1, 3), "a b", "wrong_format"),
        (visible_ascii(1, 3), "é", "wrong_format"),
        (visible_ascii(1, 3), "a\x7f", "wrong_format"),
        (visible_ascii(1, 3), "abcd", "wrong_length"),
        (decimal(0, 1000, places=12), Decimal("1000.01"), "out_of_range"),
        (decimal(0, 1000, places=12), "-1", "wrong_format"),
        (decimal(0, 1000, places=12), "1e3", "wrong_format"),
        (decimal(0, 1000, places=12), "NaN", "wrong_format"),
        (decimal(0, 1000, places=12), "Infinity", "wrong_format"),
        (decimal(0, 1000, places=12), "١", "wrong_format"),
        (decimal(0, 1000, places=12), " 1", "wrong_format"),
        (decimal(0, 1000, places=12), "01", "wrong_format"),
        (decimal(0, 1000, places=12), "", "wrong_format"),
        (decimal(0, 1000, places=12), "0." + "0" * 60 + "1", "wrong_format"),
        (decimal(0, 1000, places=12), True, "wrong_type"),
        (decimal(0, 1000, places=12), None, "wrong_type"),
    ],
)
def test_values_are_of_the_exact_type_and_within_bounds(leaf, value, code):
    with pytest.raises(Rejected) as caught:
        leaf.check(value)
    assert caught.value.code == code


@pytest.mark.parametrize("value", [0, 1000, Decimal("0.25"), Decimal("1E+3"), "0", "1000", "1000.00", "0.000000000001"])
def test_a_price_is_a_number_or_spells_one(value):
    assert decimal(0, 1000, places=12).check(value) == Decimal(value)


def test_a_tag_says_which_shape_the_object_has():
    shape = Tagged("type", {"a": Fields({"type": required(choice("a")), "x": required(boolean)})})
    assert read(shape, {"type": "a", "x": True}) == {"type": "a", "x": True}
    assert faults(shape, {"type": "b"}) == {("/type", "unknown_value")}
    assert faults(shape, {"type": []}) == {("/type", "wrong_type")}
    assert faults(shape, {"x": True}) == {("/type", "required")}
    assert faults(shape, {"type": "a", "x": True, "y": 1}) == {("/y", "unknown_field")}


def test_a_strangers_field_name_is_cut_and_made_visible():
    assert shown("x" * 64) == "x" * 64
    assert shown("x" * 65) == "x" * 63 + "…"
    assert shown("a\u202eb\n") == "a�b�"


def test_a_flood_of_faults_is_cut_at_a_hundred():
    with pytest.raises(Invalid) as caught:
        read(BODY, {f"k{index}": 1 for index in range(5000)})
    assert len(caught.value.faults) == 100
