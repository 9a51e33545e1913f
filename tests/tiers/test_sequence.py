"""A bound that holds at every look: its formula, its promises, and the gate that is judged by it."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.intervals import MOST_SOUGHT, martingale
from charter.law import shipped_law
from charter.lint import lint
from charter.scoring.pipeline import ErrorRates
from tests.tiers.test_rules import evidence
from tiers.rules.compliance import compliance, corrected_compliance
from tiers.rules.intervals import wilson_high, wilson_low
from tiers.rules.sequence import answers_for_sequence, sequence_high, sequence_low, sequence_proves
from tiers.rules.verdicts import Verdict

LAW = shipped_law()
SURE = D("0.95")
SHARES = st.integers(1, 199).map(lambda it: D(it) / 200)
COUNTS = st.integers(1, 2500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def law_with(*, shadow=None, **gate):
    gate = replace(LAW.shadow.compliance, **{"gate": "sequence", **gate})
    return replace(LAW, shadow=replace(LAW.shadow, compliance=gate, **(shadow or {})))


SEQUENCE = law_with()


def mean_likelihood(successes, failures, share):
    """The mean of p^s (1 - p)^f over p in (share, 1), exactly: the power of 1 - p written out and integrated."""
    whole = sum(
        Fraction((-1) ** k * comb(failures, k), successes + k + 1) * (1 - share ** (successes + k + 1))
        for k in range(failures + 1)
    )
    return whole / (1 - share)


def likelihood(successes, failures, rate):
    return rate**successes * (1 - rate) ** failures


@given(st.integers(0, 40), st.integers(0, 40), SHARES)
def test_the_sum_is_the_mean_likelihood_of_better_rates_against_that_of_the_share(successes, failures, share):
    exact = Fraction(share)
    wanted = mean_likelihood(successes, failures, exact) / likelihood(successes, failures, exact)
    assert abs(Fraction(martingale(successes, failures, share)) / wanted - 1) < Fraction(1, 10**24)


@given(COUNTS, SHARES)
def test_at_the_share_itself_the_next_answer_is_expected_to_change_nothing(counts, share):
    (successes, n), failures = counts, counts[1] - counts[0]
    now = martingale(successes, failures, share)
    then = share * martingale(successes + 1, failures, share) + (1 - share) * martingale(successes, failures + 1, share)
    assert abs(then / now - 1) < D("1E-23")
    assert n == successes + failures


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), SHARES)
def test_a_bound_is_the_rate_at_which_the_martingale_reaches_what_the_confidence_asks(counts, share):
    successes, n = counts
    low = sequence_low(successes, n, SURE, tuned_at=share)
    mean = mean_likelihood(successes, n - successes, Fraction(share))
    outside, inside = Fraction(low), Fraction(low + D("2E-12"))
    if outside:
        assert mean >= 20 * (1 - Fraction(1, 10**20)) * likelihood(successes, n - successes, outside)
    assert mean < 20 * likelihood(successes, n - successes, inside)


@given(COUNTS, SHARES)
def test_the_measured_rate_lies_between_the_bounds(counts, share):
    successes, n = counts
    low, high = (bound(successes, n, SURE, tuned_at=share) for bound in (sequence_low, sequence_high))
    assert 0 <= low <= D(successes) / n <= high <= 1


@given(COUNTS, SHARES)
def test_a_success_more_in_place_of_a_failure_lowers_no_bound(counts, share):
    successes, n = counts
    fewer = max(successes - 1, 0)
    assert martingale(fewer, n - fewer, share) <= martingale(successes, n - successes, share)
    for bound in (sequence_low, sequence_high):
        assert bound(fewer, n, SURE, tuned_at=share) <= bound(successes, n, SURE, tuned_at=share)


@given(COUNTS, SHARES)
def test_the_lower_bound_reaches_the_share_exactly_where_it_is_proven(counts, share):
    successes, n = counts
    assert (sequence_low(successes, n, SURE, tuned_at=share) >= share) is sequence_proves(
        successes, n, SURE, share=share
    )


@given(COUNTS, SHARES, st.integers(0, 400).map(lambda it: D(it) / 4))
def test_a_part_of_the_sum_reaches_what_the_whole_reaches_and_nothing_else(counts, share, until):
    (successes, n), failures = counts, counts[1] - counts[0]
    assert n == successes + failures
    whole, part = (martingale(successes, failures, share, until=it) for it in (None, until))
    assert part <= whole
    assert (part >= until) is (whole >= until)


@given(COUNTS, SHARES)
def test_more_confidence_proves_no_more(counts, share):
    successes, n = counts
    lows = [sequence_low(successes, n, sure, tuned_at=share) for sure in (D("0.9"), D("0.95"), D("0.99"))]
    assert lows == sorted(lows, reverse=True)


@pytest.mark.parametrize(
    ("share", "failures", "least"),
    [("0.95", 0, 88), ("0.95", 1, 134), ("0.95", 20, 709), ("0.98", 0, 224), ("0.98", 5, 700), ("0.5", 0, 7)],
)
def test_as_many_answers_as_it_says_prove_it_and_one_less_does_not(share, failures, least):
    assert answers_for_sequence(failures, D(share), SURE) == least
    assert sequence_proves(least - failures, least, SURE, share=D(share))
    assert not sequence_proves(least - 1 - failures, least - 1, SURE, share=D(share))


@pytest.mark.parametrize("share", ["0", "1"])
def test_a_share_that_leaves_nothing_to_prove_is_never_proven(share):
    assert not sequence_proves(50, 50, SURE, share=D(share))
    assert sequence_low(50, 50, SURE, tuned_at=D(share)) == 0
    assert sequence_high(0, 50, SURE, tuned_at=D(share)) == 1
    assert answers_for_sequence(0, D(share), SURE) == MOST_SOUGHT


def test_without_answers_there_is_no_bound():
    assert sequence_low(0, 0, SURE, tuned_at=SURE) is None
    assert sequence_high(0, 0, SURE, tuned_at=SURE) is None
    assert not sequence_proves(0, 0, SURE, share=SURE)


@pytest.mark.parametrize(("failures", "proven"), [(4755, True), (4756, False)])
def test_a_hundred_thousand_answers_are_judged_as_exactly(failures, proven):
    assert sequence_proves(100_000 - failures, 100_000, SURE, share=SURE) is proven


def fewest(bound_excludes, n):
    """The fewest successes of n at which the predicate, rising in them, holds; n + 1 where it never does."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if bound_excludes(middle) else (middle + 1, high)
    return low


@pytest.mark.parametrize(("rate", "tuned_at"), [("0.95", "0.95"), ("0.98", "0.98"), ("0.96", "0.95"), ("0.90", "0.95")])
def test_in_a_month_of_daily_looks_a_bound_is_ever_wrong_for_one_in_twenty_at_most(rate, tuned_at):
    days, a_day, companions = 30, 288, 20_000
    daily = np.random.default_rng(11).binomial(a_day, float(rate), (companions, days)).cumsum(axis=1)
    true, tuned = D(rate), D(tuned_at)
    sizes = [a_day * (day + 1) for day in range(days)]
    over = [fewest(lambda s, n=n: sequence_low(s, n, SURE, tuned_at=tuned) > true, n) for n in sizes]
    under = [fewest(lambda s, n=n: sequence_high(s, n, SURE, tuned_at=tuned) >= true, n) for n in sizes]
    assert (daily >= np.array(over)).any(axis=1).mean() <= 0.05
    assert (daily < np.array(under)).any(axis=1).mean() <= 0.05
    # One-look bounds are wrong far more often under the same looks: the test would see a bound that is not a sequence.
    wilson = [fewest(lambda s, n=n: wilson_low(s, n, SURE) > true, n) for n in sizes]
    assert (daily >= np.array(wilson)).any(axis=1).mean() > 0.15


def test_a_look_after_every_answer_passes_a_companion_at_the_share_one_time_in_twenty_at_most():
    answers, companions = 3000, 4000
    failures = (np.random.default_rng(12).random((companions, answers)) >= 0.95).cumsum(axis=1)
    allowed, most = 0, []
    for n in range(1, answers + 1):
        while sequence_proves(n - allowed, n, SURE, share=SURE):
            allowed += 1
        most.append(allowed - 1)
    wrong = (failures <= np.array(most)).any(axis=1).mean()
    assert 0.02 < wrong <= 0.05


@pytest.mark.parametrize(
    ("failures", "verdict"),
    [(72, Verdict.PASS), (73, Verdict.INCONCLUSIVE), (140, Verdict.INCONCLUSIVE), (141, Verdict.FAIL)],
)
def test_the_gate_passes_fails_or_waits_by_the_sequences_bounds(failures, verdict):
    criterion = compliance(evidence(scored=2016, compliant=2016 - failures), SEQUENCE)
    assert criterion.verdict is verdict
    low, high = (bound(2016 - failures, 2016, SURE, tuned_at=SURE) for bound in (sequence_low, sequence_high))
    assert (low >= SURE, high < SURE) == (verdict is Verdict.PASS, verdict is Verdict.FAIL)


def test_wilsons_interval_is_shown_beside_it_and_the_page_says_which_judges():
    criterion = compliance(evidence(scored=2016, compliant=1940), SEQUENCE)
    assert criterion.low == wilson_low(1940, 2016, SURE) > SURE
    assert criterion.high == wilson_high(1940, 2016, SURE)
    assert criterion.verdict is Verdict.INCONCLUSIVE
    assert "holds at every look" in criterion.why
    assert "every look" not in compliance(evidence(), law_with(gate="wilson")).why


def test_an_open_sequence_says_how_many_more_clean_answers_settle_it():
    criterion = compliance(evidence(scored=100, compliant=99), SEQUENCE)
    assert (criterion.verdict, criterion.more) == (Verdict.INCONCLUSIVE, 34)
    assert compliance(evidence(scored=134, compliant=133), SEQUENCE).verdict is Verdict.PASS
    assert compliance(evidence(scored=133, compliant=132), SEQUENCE).verdict is Verdict.INCONCLUSIVE


def test_too_few_answers_ask_for_as_many_more_as_the_law_wants():
    law = law_with(n_least=300)
    assert compliance(evidence(scored=299, compliant=299), law).verdict is Verdict.INCONCLUSIVE
    assert compliance(evidence(scored=299, compliant=299), law).more == 1
    assert compliance(evidence(scored=300, compliant=300), law).verdict is Verdict.PASS
    assert compliance(evidence(scored=0, compliant=0), law).verdict is Verdict.INCONCLUSIVE


def test_a_corrected_sequence_is_never_judged_and_promises_no_number_of_answers():
    rates = ErrorRates(flagged_of_compliant=20, compliant=2000, flagged_of_violating=560, violating=800)
    criterion = corrected_compliance(evidence(scored=9000, compliant=9000, rates=rates), law_with(corrected=True))
    assert (criterion.verdict, criterion.more, criterion.required) == (Verdict.INCONCLUSIVE, None, True)
    assert "No sequence is corrected" in criterion.why


def never_passing(law):
    return {it.where: it.numbers for it in lint(law) if it.code == "never_passes"}


def test_the_lint_knows_how_many_answers_a_sequence_asks():
    every = LAW.shadow.deliberation_every
    assert never_passing(law_with(shadow={"to_steward_after": 88 * every})) == {}
    assert never_passing(law_with(shadow={"to_steward_after": 87 * every})) == {
        "shadow.compliance.gate": {"questions": 87, "least": 88}
    }
    assert never_passing(law_with(gate="wilson", shadow={"to_steward_after": 87 * every})) == {}


def test_the_lint_names_a_corrected_sequence():
    assert list(never_passing(law_with(corrected=True))) == ["shadow.compliance.corrected"]


@given(COUNTS)
@settings(max_examples=60)
def test_never_pass_and_fail_at_once(counts):
    successes, n = counts
    assert not (
        sequence_proves(successes, n, SURE, share=SURE) and sequence_proves(n - successes, n, SURE, share=1 - SURE)
    )
