"""No cell can run as a formula."""

import csv

import pytest

from faces.csv import guarded, lines


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", -5, "='x'"])
def test_a_cell_that_might_run_gets_a_leading_quote(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "text"), [("a=1", "a=1"), (" =1", " =1"), ("", ""), (None, ""), (5, "5"), ("1-2", "1-2")]
)
def test_other_cells_stay_as_they_are(cell, text):
    assert guarded(cell) == text


def test_a_table_reads_back_cell_by_cell():
    table = "".join(lines(["name", "=x"], [['a,"b"', "two\nlines"], [None, "@c"]]))
    assert list(csv.reader(table.splitlines(keepends=True))) == [["name", "'=x"], ['a,"b"', "two\nlines"], ["", "'@c"]]
