"""Kappa against published and hand-worked tables, and its error against drawing anew."""

import math
import random

import pytest

from charter.agreement import agreement


def table(yes_yes, yes_no, no_yes, no_no):
    """Pairs of two raters who say yes or no."""
    return [("y", "y")] * yes_yes + [("y", "n")] * yes_no + [("n", "y")] * no_yes + [("n", "n")] * no_no


def test_kappa_is_the_agreement_beyond_chance():
    found = agreement(table(20, 5, 10, 15))
    assert (found.n, found.agreed, found.raw) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_three_categories_give_the_textbooks_kappa_and_error():
    """Fleiss, Statistical Methods for Rates and Proportions, two raters of 100 patients: kappa .68, its error .087."""
    cells = {"pp": 75, "pn": 1, "po": 4, "np": 5, "nn": 4, "no": 1, "oo": 10}
    found = agreement([(pair[0], pair[1]) for pair, count in cells.items() for _ in range(count)])
    assert found.kappa == pytest.approx(0.676, abs=0.001)
    assert found.error == pytest.approx(0.088, abs=0.001)
    assert (found.low, found.high) == pytest.approx((0.504, 0.848), abs=0.002)


def test_the_order_of_the_raters_changes_nothing():
    one = agreement(table(20, 5, 10, 15))
    other = agreement([(b, a) for a, b in table(20, 5, 10, 15)])
    assert (one.kappa, one.error) == pytest.approx((other.kappa, other.error))


def kappa_of(cells):
    observed = cells["yy"] + cells["nn"]
    first, second = cells["yy"] + cells["yn"], cells["yy"] + cells["ny"]
    chance = first * second + (1 - first) * (1 - second)
    return (observed - chance) / (1 - chance)


@pytest.mark.parametrize("counts", [(60, 60, 5, 75), (3, 40, 2, 55), (90, 1, 20, 9)])
def test_the_error_is_that_of_the_delta_method(counts):
    """The variance of kappa's gradient over the four shares, the gradient taken by small steps."""
    n, step = sum(counts), 1e-6
    shares = dict(zip(("yy", "yn", "ny", "nn"), (count / n for count in counts), strict=True))
    slopes = {
        cell: (kappa_of(shares | {cell: share + step}) - kappa_of(shares)) / step for cell, share in shares.items()
    }
    mean = sum(shares[cell] * slopes[cell] for cell in shares)
    variance = sum(shares[cell] * slopes[cell] ** 2 for cell in shares) - mean**2
    assert agreement(table(*counts)).error == pytest.approx(math.sqrt(variance / n), rel=0.001)


def test_the_error_is_the_spread_of_kappa_when_the_same_is_drawn_anew():
    pairs, draw = table(60, 20, 30, 90), random.Random(4)
    kappas = [agreement(draw.choices(pairs, k=len(pairs))).kappa for _ in range(1500)]
    mean = sum(kappas) / len(kappas)
    spread = math.sqrt(sum((it - mean) ** 2 for it in kappas) / len(kappas))
    assert agreement(pairs).error == pytest.approx(spread, rel=0.1)


@pytest.mark.parametrize(("pairs", "n"), [([], 0), (table(7, 0, 0, 0), 7)])
def test_kappa_is_undefined_without_anything_that_chance_could_miss(pairs, n):
    found = agreement(pairs)
    assert (found.n, found.agreed) == (n, n)
    assert found.kappa is found.error is found.low is found.high is None


def test_perfect_agreement_and_perfect_disagreement_are_the_ends():
    assert agreement(table(5, 0, 0, 5)).kappa == pytest.approx(1)
    assert agreement(table(0, 5, 5, 0)).kappa == pytest.approx(-1)
    assert agreement(table(0, 5, 5, 0)).low == -1


def test_the_share_alike_of_nothing_is_unknown():
    assert agreement([]).raw is None
