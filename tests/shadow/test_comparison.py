"""What another scorer would change, in figures."""

import uuid
from decimal import Decimal

import pytest

from charter.law import shipped_law
from shadow.comparison import Changes, Mark, Pair, Tally, has_moved, verdict_of

LAW = shipped_law()
PASS, FAIL, CRITICAL, VETO = Mark(90), Mark(65), Mark(30), Mark(75, vetoed=True)


def pairs(companion, before, after, n=1):
    return [Pair(uuid.uuid4(), companion, before, after) for _ in range(n)]


def report(*found):
    changes = Changes(LAW)
    for some in found:
        changes.add(some)
    return changes.as_json()


def test_each_answer_stands_in_one_cell_of_every_table():
    told = report(pairs("A_001", PASS, FAIL, 3), pairs("A_001", FAIL, PASS, 2), pairs("B_001", CRITICAL, VETO))
    assert told["compliant"] == {"yes_yes": 0, "yes_no": 3, "no_yes": 3, "no_no": 0}
    assert told["below"] == {"yes_yes": 0, "yes_no": 1, "no_yes": 0, "no_no": 5}
    assert told["vetoed"] == {"yes_yes": 0, "yes_no": 0, "no_yes": 1, "no_no": 5}
    assert told["answers"] == 6


def test_an_answer_that_one_cannot_score_stands_in_none_and_is_counted():
    told = report(pairs("A_001", PASS, Mark(None)))
    assert sum(told["compliant"].values()) == 0
    assert (told["before"]["unscored"], told["after"]["unscored"]) == (0, 1)


@pytest.mark.parametrize(
    ("mark", "critical"),
    [
        (Mark(60), False),
        (Mark(59), True),
        (Mark(59, final=False), False),
        (Mark(90, vetoed=True), True),
        (Mark(90, vetoed=True, final=False), False),
        (Mark(None), False),
    ],
)
def test_only_what_is_final_can_be_critical(mark, critical):
    assert mark.is_critical(LAW) is critical


def test_what_crosses_the_line_is_named_the_new_ones_first_and_the_gravest_of_them():
    old, mild, grave = (
        pairs("A_001", CRITICAL, PASS),
        pairs("B_001", PASS, Mark(50)),
        pairs("C_001", PASS, Mark(5)),
    )
    told = report(old, mild, grave, pairs("D_001", PASS, FAIL))["crossing"]
    assert told["all"] == 3
    assert [(it["companion"], it["newly"]) for it in told["shown"]] == [
        ("C_001", True),
        ("B_001", True),
        ("A_001", False),
    ]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ((100, 95), (100, 95), False),
        ((100, 95), (100, 91), False),
        ((100, 95), (100, 89), True),
        ((100, 95), (100, 97), False),
        ((100, 95), (100, 98), True),
        ((0, 0), (0, 0), False),
        ((0, 0), (5, 5), True),
        ((5, 5), (0, 0), True),
    ],
)
def test_compliance_has_moved_when_it_stands_outside_of_its_interval(before, after, moved):
    tallies = [Tally(scored=n, compliant=good) for n, good in (before, after)]
    assert has_moved(*tallies, LAW) is moved


@pytest.mark.parametrize(
    ("scored", "compliant", "verdict"),
    [
        (51, 51, "inconclusive"),
        (52, 52, "pass"),
        (200, 180, "fail"),
        (200, 190, "inconclusive"),
        (0, 0, "inconclusive"),
    ],
)
def test_the_laws_gate_over_these_answers(scored, compliant, verdict):
    assert verdict_of(Tally(scored=scored, compliant=compliant), LAW) == verdict


def test_those_that_moved_stand_first_and_no_pair_at_all_is_told_as_nothing():
    told = report(pairs("A_001", PASS, PASS, 20), pairs("B_001", PASS, FAIL, 20))
    assert told["moved"] == ["B_001"]
    assert [row["companion"] for row in told["companions"]] == ["B_001", "A_001"]
    assert (told["after"]["share"], told["before"]["mean"]) == (Decimal("0.5"), Decimal("90.0000"))
    assert (report()["answers"], report()["before"]["share"]) == (0, None)
