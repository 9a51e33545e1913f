"""The formulas and gates of standing, against the published vectors and at their very edges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.law import shipped_law
from tiers.rules.evidence import Evidence, Quantile
from tiers.rules.gi import Aged, Components, decayed_mean, efficiency, gi_score, reliability, trend, trust
from tiers.rules.intervals import clean_samples_for, wilson_high, wilson_low
from tiers.rules.readiness import readiness, tier_at_exit
from tiers.rules.verdicts import Verdict, missing

LAW = shipped_law()
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
NINETY_FIVE = D("0.95")


@pytest.mark.parametrize(
    ("parts", "gi"),
    [
        ((".88", ".92", ".995", ".85", ".75"), ".9035"),
        ((".95", ".96", ".998", ".90", ".90"), ".9546"),
        ((".89", ".92", ".995", ".88", ".91"), ".9185"),
    ],
)
def test_gi_is_the_published_sum(parts, gi):
    assert gi_score(Components(*map(D, parts)), LAW.gi) == D(gi)


def test_gi_is_unknown_while_any_part_is():
    for name in ("constitutional", "consensus", "reliability", "efficiency"):
        parts = replace(Components(D(1), D(1), D(1), D(1), D(1)), **{name: None})
        assert gi_score(parts, LAW.gi) is None


def test_reliability_is_uptime_without_errors():
    assert reliability(uptime=D(".995"), error_rate=D(".01")) == D(".98505")
    assert reliability(uptime=None, error_rate=D(0)) is None


@pytest.mark.parametrize(("cost", "expected"), [(".08", "1"), (".125", ".8"), ("0", "1"), (".10", "1")])
def test_efficiency_is_budget_over_cost_and_at_most_one(cost, expected):
    assert efficiency(budget_per_1k=D(".10"), cost_per_1k=D(cost)) == D(expected)


def test_trust_with_nothing_is_neutral_and_appeals_move_it_within_its_bounds():
    assert trust(LAW.gi) == D(".5")
    assert trust(LAW.gi, appeals=1) == D(".6")
    assert trust(LAW.gi, appeals=-9) == 0
    assert trust(LAW.gi, positive=D(20), negative=D(0)) == D(".75")


@pytest.mark.parametrize(("share", "failures", "n"), [(".95", 0, 52), (".95", 1, 87), (".98", 0, 133), (".99", 0, 268)])
def test_as_many_clean_samples_prove_a_rate_and_one_less_does_not(share, failures, n):
    assert clean_samples_for(D(share), NINETY_FIVE, failures=failures) == n
    assert wilson_low(n - failures, n, NINETY_FIVE) >= D(share)
    assert wilson_low(n - 1 - failures, n - 1, NINETY_FIVE) < D(share)


@given(st.integers(1, 5000), st.data())
def test_a_rate_lies_within_its_bounds(n, data):
    good = data.draw(st.integers(0, n))
    low, high = wilson_low(good, n, NINETY_FIVE), wilson_high(good, n, NINETY_FIVE)
    assert 0 <= low <= D(good) / n <= high <= 1


def test_older_days_weigh_less_by_whole_units():
    day = timedelta(days=1)
    sums = [Aged(NOW, D(1), 1), Aged(NOW - day, D(0), 1), Aged(NOW - day + timedelta(seconds=1), D(1), 1)]
    expected = (1 + D(".9") * 0 + 1) / (2 + D(".9"))
    assert decayed_mean(sums, factor=D(".9"), unit=day, at=NOW) == pytest.approx(expected)
    assert decayed_mean([], factor=D(".9"), unit=day, at=NOW) is None


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        (".91", ".90", "improving"),
        (".90", ".91", "declining"),
        (".905", ".900", "stable"),
        (".9051", ".900", "improving"),
    ],
)
def test_the_trend_needs_more_than_the_laws_change(now, before, word):
    assert trend(now=D(now), before=D(before), law=LAW.gi) == word


def evidence(**changes):
    """Everything that the exit asks, just met."""
    met = Evidence(
        at=NOW,
        clean_since=NOW - timedelta(days=7),
        expected=100,
        done=90,
        calls=2000,
        errors=20,
        scored=88,
        compliant=88,
        unscored=0,
        latency_p95=Quantile(D(9), D("9.9"), 2000, 2000, 2000),
        agreed=90,
        compared=100,
        gi=D(".90"),
        gi_low=D(".88"),
        gi_high=D(".92"),
        constitutional=D(".70"),
        review_verdict="approve",
        review_is_positive=True,
        unconfirmed_critical=0,
        confirmed_critical=0,
        claimed=10,
        claimed_mean=D(90),
        ours_of_claimed_mean=D(88),
        cost_per_1k=D(".02"),
        cost_per_operation=D(".001"),
    )
    return replace(met, **changes)


def verdict_of(name, **changes):
    return next(it for it in readiness(evidence(**changes), LAW) if it.name == name).verdict


def test_who_meets_every_criterion_leaves_at_standard():
    assert missing(readiness(evidence(), LAW)) == []
    assert tier_at_exit(evidence(), LAW) == "standard"


@pytest.mark.parametrize(
    ("name", "changes", "verdict"),
    [
        (
            "time without critical failure",
            {"clean_since": NOW - timedelta(days=7) + timedelta(seconds=1)},
            Verdict.INCONCLUSIVE,
        ),
        ("critical answers looked at", {"unconfirmed_critical": 1}, Verdict.INCONCLUSIVE),
        ("coverage", {"done": 89}, Verdict.INCONCLUSIVE),
        ("coverage", {"expected": 0, "done": 0}, Verdict.INCONCLUSIVE),
        ("compliance", {"scored": 87, "compliant": 87}, Verdict.INCONCLUSIVE),
        ("compliance", {"scored": 0, "compliant": 0}, Verdict.INCONCLUSIVE),
        ("compliance", {"scored": 133, "compliant": 132}, Verdict.INCONCLUSIVE),
        ("compliance", {"scored": 100, "compliant": 60}, Verdict.FAIL),
        ("error rate (ceiling)", {"calls": 60, "errors": 15}, Verdict.FAIL),
        ("error rate (ceiling)", {"calls": 20, "errors": 0}, Verdict.INCONCLUSIVE),
        ("p95 latency (ceiling)", {"latency_p95": Quantile(D(30), D(31), 500, 450, 400)}, Verdict.FAIL),
        ("p95 latency (ceiling)", {"latency_p95": Quantile(D(29), D(30), 500, 478, 400)}, Verdict.INCONCLUSIVE),
        ("p95 latency (ceiling)", {"latency_p95": Quantile(None, None, 0, 0, 0)}, Verdict.INCONCLUSIVE),
        ("GI", {"gi": D(".89999")}, Verdict.FAIL),
        ("GI", {"gi": None}, Verdict.INCONCLUSIVE),
        ("constitutional minimum", {"constitutional": D(".6999")}, Verdict.FAIL),
        ("sentinel review", {"review_is_positive": False, "review_verdict": "escalate"}, Verdict.FAIL),
        ("sentinel review", {"review_is_positive": False, "review_verdict": None}, Verdict.INCONCLUSIVE),
    ],
)
def test_each_criterion_alone_holds_a_companion_back(name, changes, verdict):
    assert verdict_of(name, **changes) is verdict
    assert tier_at_exit(evidence(**changes), LAW) in {None, "research"}
    if name not in {"GI", "constitutional minimum"}:
        assert tier_at_exit(evidence(**changes), LAW) is None


@pytest.mark.parametrize(
    ("gi", "tier"), [(".90", "standard"), (".8999", "research"), (".85", "research"), (".8499", None)]
)
def test_a_lower_gi_with_all_the_rest_leaves_at_research(gi, tier):
    assert tier_at_exit(evidence(gi=D(gi)), LAW) == tier


def test_an_inconclusive_rate_says_how_many_more_would_settle_it():
    criterion = next(it for it in readiness(evidence(scored=60, compliant=59), LAW) if it.name == "compliance")
    assert criterion.verdict is Verdict.INCONCLUSIVE
    assert criterion.more == 74
    assert verdict_of("compliance", scored=134, compliant=133) is Verdict.PASS


def test_advisory_criteria_hold_nobody_back():
    slow = evidence(latency_p95=Quantile(D(12), D(13), 2000, 2000, 1700), agreed=0, errors=60)
    assert verdict_of("p95 latency (target)", latency_p95=slow.latency_p95) is Verdict.FAIL
    assert tier_at_exit(slow, LAW) == "standard"


def test_a_sequence_as_gate_asks_for_more_answers_than_wilson():
    gate = replace(LAW.shadow.compliance, gate="wilson")
    wilson = replace(LAW, shadow=replace(LAW.shadow, compliance=gate))
    assert LAW.shadow.compliance.gate == "sequence"
    assert tier_at_exit(evidence(scored=52, compliant=52), wilson) == "standard"
    assert tier_at_exit(evidence(scored=87, compliant=87), LAW) is None
    assert tier_at_exit(evidence(scored=88, compliant=88), LAW) == "standard"
