"""Which of many tests found something: a bound on the share of false ones among those found. Pure.

Benjamini & Hochberg (Journal of the Royal Statistical Society B 57, 1995): of ``m`` tests in order of their chances,
the greatest ``k`` whose k-th is at most ``rate`` x k / m are found. The share of false ones among them is then expected
to be at most ``rate`` where tests are independent or hang together positively, as hours of one day do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tiers.rules.intervals import PRECISION


@dataclass(frozen=True)
class Discoveries:
    """How many of ``tests`` were found; a test is found whose chance is at most ``level``."""

    tests: int
    found: int
    level: Decimal


def discoveries(chances: Iterable[Decimal], *, tests: int, rate: Decimal) -> Discoveries:
    """What to take for found among ``tests``, whose chances under the null are ``chances``; those not given are 1.

    A chance that is given too large costs power and breaks nothing. Without a test, nothing is found.
    """
    found = 0
    for rank, chance in enumerate(sorted(chances), start=1):
        if chance <= level(rank, tests=tests, rate=rate):
            found = rank
    return Discoveries(tests, found, level(found, tests=tests, rate=rate))


def level(found: int, *, tests: int, rate: Decimal) -> Decimal:
    """The chance up to which a test counts as found; nothing is, where none is."""
    if not tests or not found:
        return Decimal(-1)
    with localcontext(PRECISION):
        return rate * found / tests
