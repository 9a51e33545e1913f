"""An appeal's automatic steps, derived from their basis: at every clock, and at every pair of readings."""

from datetime import timedelta

import pytest

from appeals import deriving
from charter.law import shipped_law
from ledger.canonical import plain
from tests.conftest import NOW

LAW = shipped_law()
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("late", "against_sentinel", "move", "to"),
    [
        (-SECOND, False, "stay", "self_review"),
        (0 * SECOND, False, "finish_self_review", "sentinel_review"),
        (SECOND, False, "finish_self_review", "sentinel_review"),
        (-SECOND, True, "stay", "self_review"),
        (0 * SECOND, True, "skip_sentinel", "steward_review"),
    ],
)
def test_a_self_review_ends_when_its_time_is_over(late, against_sentinel, move, to):
    basis = plain(deriving.over_basis(NOW, against_sentinel=against_sentinel))
    found = deriving.replay_over(basis, law=LAW, at=NOW + late)
    assert (found.move, found.to) == (move, to)


def test_one_without_an_end_waits():
    basis = deriving.over_basis(None, against_sentinel=False)
    assert deriving.replay_over(basis, law=LAW, at=NOW).move == "stay"


def answer(then, now, *, ruled=""):
    sides = {name: {"scorer": name, "critical": critical, "why": "gone"} for name, critical in zip(
        ("then", "now"), (then, now), strict=True)}  # fmt: skip
    return {"sample": "a", "ruled": ruled, **sides}


@pytest.mark.parametrize(
    ("answers", "against_person", "about", "move"),
    [
        ([answer(True, True)], False, "confirm", "deny_by_sentinel"),
        ([answer(False, False)], False, "confirm", "grant_by_sentinel"),
        ([answer(False, False), answer(True, True)], False, "confirm", "deny_by_sentinel"),
        ([answer(True, False)], False, "confirm", "bring_to_steward"),
        ([answer(False, True)], False, "confirm", "bring_to_steward"),
        ([answer(None, None)], False, "confirm", "bring_to_steward"),
        ([answer(True, True, ruled="person")], False, "confirm", "bring_to_steward"),
        ([answer(False, False)], True, "confirm", "bring_to_steward"),
        ([], False, "confirm", "bring_to_steward"),
        ([answer(True, True)], False, "suspend", "bring_to_steward"),
    ],
)
def test_the_sentinel_s_ruling_follows_from_the_readings(answers, against_person, about, move):
    basis = plain(deriving.review_basis(about, answers, against_person=against_person))
    found = deriving.replay_review(basis, law=LAW, at=NOW)
    assert (found.move, found.to) == (move, deriving.REACHES[move])
