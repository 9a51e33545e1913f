"""Critical compliance raised to 98.5%: exactly the companions that a computation by hand lists."""

import math

import pytest

from tests.tiers.rising import NOW, passed
from tests.tiers.simulating import DAY, DUE, SECOND, a_high, listed, summed, tried
from tiers.actions.rising import hold_review
from tiers.models import Standing

pytestmark = pytest.mark.django_db
HIGHER = {"rising": {"critical": {"compliance": "0.985"}}}
N = 2000
# Of 2,000 answers 98 % are proven with at most so many that fail, and 98.5 %; computed by hand below.
MAY_FAIL = {0.98: 23, 0.985: 15}


def proves_by_hand(failures, share, *, n=N, confidence=0.95, steps=20_000):
    """The law's sequence by its definition, integrated numerically: the mean likelihood of the rates above ``share``.

    ``1 / (1 - t) * integral from t to 1 of p^s (1 - p)^f dp / (t^s (1 - t)^f) >= 1 / (1 - confidence)``.
    """
    good = n - failures
    if good / n <= share:
        return False
    width = (1 - share) / steps
    at_share = good * math.log(share) + failures * math.log(1 - share)
    total = 0.0
    for step in range(steps):
        rate = share + (step + 0.5) * width
        total += math.exp(good * math.log(rate) + failures * math.log(1 - rate) - at_share)
    return total * width / (1 - share) >= 1 / (1 - confidence)


@pytest.mark.parametrize(("share", "most"), MAY_FAIL.items())
def test_the_hand_computation_is_that_of_the_table(share, most):
    assert [proves_by_hand(most, share), proves_by_hand(most + 1, share)] == [True, False]


@pytest.fixture
def people(steward, other_steward, chief):
    return steward, other_steward, chief


@pytest.fixture
def world(people):
    """By name, what the hand computation says of each: whether it rises by the law, and whether by the draft."""
    of_critical = {
        "CLEAN_001": 0,
        "ATNEW_001": MAY_FAIL[0.985],
        "OVERNEW_001": MAY_FAIL[0.985] + 1,
        "BETWEEN_001": 21,
        "ATOLD_001": MAY_FAIL[0.98],
        "OVEROLD_001": MAY_FAIL[0.98] + 1,
        "BAD_001": 60,
    }
    for ref, failures in of_critical.items():
        a_high(ref, failures=failures, people=people)
    a_high("NOWORD_001", failures=21, people=people, words=False)
    a_high("FAILED_001", failures=21, people=people, battery="failed")
    # Its second review falls due a second after the last step of the simulation.
    a_high("LATE_001", failures=21, people=people, since=NOW - 180 * DAY + SECOND)
    return {
        ref: (proves_by_hand(failures, 0.98), proves_by_hand(failures, 0.985)) for ref, failures in of_critical.items()
    }


def test_it_lists_exactly_those_that_a_hand_computation_lists(world):
    by_hand = sorted(ref for ref, (before, after) in world.items() if before and not after)
    assert by_hand == ["ATOLD_001", "BETWEEN_001", "OVERNEW_001"]
    report = tried(HIGHER)
    assert listed(report) == [(ref, "held", "critical") for ref in by_hand]
    assert (report["counts"], report["affected"]) == ({"held": 3}, 3)
    assert report["companions"]["simulated"] >= 10


def test_each_is_listed_with_time_criterion_and_numbers_under_both_laws(world):
    effect = next(it for it in tried(HIGHER)["effects"] if it["companion"] == "BETWEEN_001")
    assert effect["at"] == effect["by_law"]["at"] == DUE.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert (effect["by_draft"], effect["rule"]) == (None, "rise")
    assert effect["stood"] == {"law": "active, high", "draft": "active, high"}
    (row,) = effect["criteria"]
    assert (row["name"], row["line"]) == ("compliance", "rising.critical.compliance")
    for side, verdict, asked in (("by_law", "pass", "0.98"), ("by_draft", "inconclusive", "0.985")):
        shown = row[side]
        assert (shown["verdict"], shown["threshold"], shown["value"], shown["n"]) == (verdict, asked, "0.9895", N)
        assert shown["low"] < shown["value"] < shown["high"]


def test_the_law_in_force_lists_nobody(world):
    report = tried({})
    assert (report["effects"], report["counts"], report["affected"]) == ([], {}, 0)
    assert report["draft"] == report["against"]


def test_a_lower_share_lists_those_who_would_rise(world):
    report = tried({"rising": {"critical": {"compliance": "0.975"}}})
    assert proves_by_hand(MAY_FAIL[0.98] + 1, 0.975)
    assert not proves_by_hand(60, 0.975)
    assert listed(report) == [("OVEROLD_001", "promoted", "critical")]
    assert report["effects"][0]["by_law"] is None


def test_who_really_rose_is_held_all_the_same(people):
    standing = a_high("ROSE_001", failures=21, people=people)
    assert hold_review(Standing.objects.get(pk=standing.pk), at=DUE).rose
    assert Standing.objects.get(pk=standing.pk).tier == "critical"
    assert listed(tried(HIGHER)) == [("ROSE_001", "held", "critical")]


def test_a_review_is_held_once_whatever_comes_after_it(people):
    standing = a_high("LATER_001", failures=30, people=people, battery="failed")
    summed(standing.companion, until=DUE + 3 * DAY, days=3, n=10)
    passed(standing.companion, "edge_cases", at=DUE + 2 * DAY)
    assert [proves_by_hand(30, share, n=N + 720) for share in (0.98, 0.985)] == [True, False]
    assert listed(tried(HIGHER)) == []
    assert listed(tried({"rising": {"critical": {"compliance": "0.985", "review_every": "91d"}}})) == []
    sooner = tried({"rising": {"critical": {"review_every": "91d", "days_below": "170d"}}})
    assert listed(sooner) == [("LATER_001", "promoted", "critical")]


def test_who_is_chosen_is_tried_alone(world):
    report = tried(HIGHER, chosen=["ATOLD_001", "CLEAN_001"])
    assert listed(report) == [("ATOLD_001", "held", "critical")]
    assert report["companions"] == {"simulated": 2, "chosen": ["ATOLD_001", "CLEAN_001"]}


def test_batches_change_nothing(world):
    assert tried(HIGHER, at_once=1) == tried(HIGHER, at_once=4) == tried(HIGHER)
