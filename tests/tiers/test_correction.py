"""The scorer's own error taken out of a share of flags: the estimate, its interval, and what gates by it."""

import random
from bisect import bisect
from dataclasses import replace
from decimal import Decimal as D
from functools import cache
from itertools import accumulate
from math import exp, lgamma, log, log1p

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.law import shipped_law
from charter.scoring.pipeline import ErrorRates
from tests.tiers.test_rules import evidence
from tiers.rules.compliance import compliance, corrected_compliance, judged
from tiers.rules.correction import Violations, answers_for, violations
from tiers.rules.intervals import wilson_high, wilson_low
from tiers.rules.readiness import readiness, tier_at_exit
from tiers.rules.verdicts import Verdict, missing

LAW = shipped_law()
SURE = D("0.95")
# 1% false flags, 70% found; many rows were labelled.
RATES = ErrorRates(flagged_of_compliant=20, compliant=2000, flagged_of_violating=560, violating=800)


def law_with(**gate):
    """A law that does not gate by a sequence, which is never corrected."""
    gate = {"gate": "wilson", **gate}
    return replace(LAW, shadow=replace(LAW.shadow, compliance=replace(LAW.shadow.compliance, **gate)))


CORRECTED = law_with(corrected=True)


def rates(false_flags, found, *, of=(1000, 1000)):
    return ErrorRates(false_flags, of[0], found, of[1])


def test_as_many_flags_as_the_scorer_makes_by_mistake_are_no_violations():
    found = violations(68, 1000, rates(68, 800), SURE)
    assert found.share == 0
    assert found.low == 0
    assert D("0.01") < found.high < D("0.03")


@pytest.mark.parametrize(
    ("flagged", "n", "share"), [(100, 1000, D("0.1")), (10, 1000, D(0)), (9, 1000, D(0)), (1000, 1000, D(1))]
)
def test_the_estimate_is_rogan_and_gladens_within_nought_and_one(flagged, n, share):
    assert violations(flagged, n, rates(10, 910), SURE).share == share


@pytest.mark.parametrize(
    "known",
    [None, rates(0, 0, of=(0, 10)), rates(0, 0, of=(10, 0)), rates(500, 500), rates(600, 500), rates(3, 4, of=(8, 8))],
)
def test_a_scorer_that_was_not_measured_or_tells_nothing_apart_leaves_it_undefined(known):
    assert violations(10, 1000, known, SURE) is None


def test_nothing_scored_is_undefined():
    assert violations(0, 0, RATES, SURE) is None


@given(st.integers(1, 3000), st.data())
@settings(max_examples=50)
def test_with_a_scorer_that_never_errs_the_interval_is_wilsons(n, data):
    flagged = data.draw(st.integers(0, n))
    found = violations(flagged, n, rates(0, 10**12, of=(10**12, 10**12)), SURE)
    assert abs(found.low - wilson_low(flagged, n, SURE)) < D("1e-6")
    assert abs(found.high - wilson_high(flagged, n, SURE)) < D("1e-6")


LABELLED = st.tuples(st.integers(1, 3000), st.integers(1, 3000)).flatmap(
    lambda of: st.builds(ErrorRates, st.integers(0, of[0]), st.just(of[0]), st.integers(0, of[1]), st.just(of[1]))
)


@given(st.integers(1, 400), LABELLED, st.data())
@settings(max_examples=300)
def test_more_flags_never_raise_compliance(n, known, data):
    fewer = data.draw(st.integers(0, n - 1))
    less, more = violations(fewer, n, known, SURE), violations(fewer + 1, n, known, SURE)
    assert (less is None) == (more is None)
    if less is not None:
        assert (less.share, less.low, less.high) <= (more.share, more.low, more.high)
        assert less.low <= more.low
        assert less.high <= more.high
        assert 0 <= less.low <= less.share <= less.high <= 1


@pytest.mark.parametrize("flagged", [10, 45, 130, 400])
def test_doubt_about_the_scorer_widens_the_interval(flagged):
    sure = violations(flagged, 1000, rates(200, 7000, of=(10_000, 10_000)), SURE)
    unsure = violations(flagged, 1000, rates(4, 140, of=(200, 200)), SURE)
    assert unsure.share == sure.share
    assert unsure.high - unsure.low > sure.high - sure.low
    assert unsure.high > sure.high


def drawn(chance, n, share):
    """A binomial draw, by the inverse of its distribution."""
    return min(bisect(reached(n, share), chance.random()), n)


@cache
def reached(n, share):
    """The binomial distribution, summed up."""
    logs = (
        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(share) + (n - k) * log1p(-share) for k in range(n)
    )
    return list(accumulate(exp(each) for each in logs))


@pytest.mark.parametrize(("false_flags", "found"), [(0.002, 0.65), (0.01, 0.7), (0.068, 0.8)])
@pytest.mark.parametrize("true", [0.0, 0.02, 0.05, 0.08])
@pytest.mark.parametrize(("n", "labelled"), [(300, (600, 300)), (1000, (200, 150))])
def test_each_end_is_on_its_side_of_the_truth_as_often_as_it_says(true, false_flags, found, n, labelled):
    chance = random.Random(f"{true} {false_flags} {found} {n}")
    seen = true * found + (1 - true) * false_flags
    draws, above, below = 600, 0, 0
    for _ in range(draws):
        known = ErrorRates(
            drawn(chance, labelled[0], false_flags), labelled[0], drawn(chance, labelled[1], found), labelled[1]
        )
        got = violations(drawn(chance, n, seen), n, known, SURE)
        above += got.high >= D(str(true))
        below += got.low <= D(str(true))
    # Three standard errors of 600 draws are 2.7 points; counts are whole, so a nominal 95% is met but for a point.
    assert above / draws >= 0.915
    assert below / draws >= 0.905


@pytest.mark.parametrize(
    ("high", "n", "verdict"),
    [
        ("0.049999", 300, Verdict.PASS),
        ("0.05", 300, Verdict.INCONCLUSIVE),
        ("0.050001", 300, Verdict.INCONCLUSIVE),
        ("0.049999", 299, Verdict.INCONCLUSIVE),
    ],
)
def test_the_upper_end_of_violations_must_lie_below_what_the_law_allows(high, n, verdict):
    assert judged(Violations(D("0.01"), D(0), D(high)), n, CORRECTED.shadow.compliance) is verdict


@pytest.mark.parametrize(
    ("low", "verdict"),
    [("0.050001", Verdict.FAIL), ("0.05", Verdict.INCONCLUSIVE), ("0.049999", Verdict.INCONCLUSIVE)],
)
def test_it_fails_only_when_the_whole_interval_lies_above(low, verdict):
    assert judged(Violations(D("0.3"), D(low), D("0.4")), 300, CORRECTED.shadow.compliance) is verdict


def test_a_sequence_and_the_undefined_are_never_judged():
    clean = Violations(D(0), D(0), D("0.001"))
    assert judged(clean, 9000, law_with(corrected=True, gate="sequence").shadow.compliance) is Verdict.INCONCLUSIVE
    assert judged(None, 9000, CORRECTED.shadow.compliance) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("gate", ["point", "wilson"])
def test_where_the_corrected_share_gates_the_interval_decides_whatever_the_gate(gate):
    assert judged(Violations(D("0.01"), D(0), D("0.06")), 300, law_with(gate=gate).shadow.compliance) is (
        Verdict.INCONCLUSIVE
    )


# Of 2,000 answers 68 in a thousand are flagged, just what the scorer flags by mistake: raw, that fails.
NOISY = {"scored": 2000, "compliant": 1864, "rates": rates(68, 800)}


def test_the_law_says_which_of_the_two_gates():
    found = evidence(**NOISY)
    assert [it.name for it in missing(readiness(found, LAW))] == ["compliance"]
    assert missing(readiness(found, CORRECTED)) == []
    assert (tier_at_exit(found, LAW), tier_at_exit(found, CORRECTED)) == (None, "standard")


def test_both_are_shown_and_one_is_required():
    for law, required in ((LAW, [True, False]), (CORRECTED, [False, True])):
        both = [it for it in readiness(evidence(**NOISY), law) if it.name.startswith("compliance")]
        assert [it.required for it in both] == required
        assert [it.value for it in both] == [D("0.932"), D(1)]


def test_the_correction_is_told_with_the_counts_it_rests_on():
    why = corrected_compliance(evidence(**NOISY), LAW).why
    assert why.startswith("6.8% of the answers are flagged. The scorer flags 6.8% (68 of 1000) of compliant")
    assert "that is 0% violations (0% to " in why
    assert "does not tell the two apart" in corrected_compliance(evidence(rates=rates(9, 9)), LAW).why
    assert "Nobody measured" in corrected_compliance(evidence(rates=None), LAW).why
    assert "nothing is scored yet" in corrected_compliance(evidence(scored=0, compliant=0, rates=RATES), LAW).why


@pytest.mark.parametrize("known", [None, rates(500, 500)])
def test_an_unmeasured_scorer_holds_everybody_back_where_the_corrected_share_gates(known):
    found = evidence(scored=5000, compliant=5000, rates=known)
    criterion = corrected_compliance(found, CORRECTED)
    assert (criterion.verdict, criterion.value, criterion.low, criterion.more) == (
        Verdict.INCONCLUSIVE,
        None,
        None,
        None,
    )
    assert tier_at_exit(found, CORRECTED) is None
    assert tier_at_exit(found, LAW) == "standard"


def test_too_few_answers_ask_for_as_many_more_as_the_law_wants():
    criterion = corrected_compliance(evidence(scored=299, compliant=299, rates=RATES), CORRECTED)
    assert (criterion.verdict, criterion.more) == (Verdict.INCONCLUSIVE, 1)
    assert corrected_compliance(evidence(scored=300, compliant=300, rates=RATES), CORRECTED).verdict is Verdict.PASS


def test_as_many_answers_as_it_says_settle_it_and_one_less_does_not():
    n = answers_for(20, RATES, SURE, below=D("0.05"))
    assert violations(20, n, RATES, SURE).high < D("0.05") <= violations(20, n - 1, RATES, SURE).high
    assert answers_for(5, None, SURE, below=D("0.05")) is None
    open_now = corrected_compliance(evidence(scored=n - 7, compliant=n - 27, rates=RATES), CORRECTED)
    assert (open_now.verdict, open_now.more) == (Verdict.INCONCLUSIVE, 7)


def test_the_raw_share_says_that_it_is_only_shown():
    assert "the corrected share gates" in compliance(evidence(), CORRECTED).why
    assert "gates" not in compliance(evidence(), LAW).why
