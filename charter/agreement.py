"""How far two raters agree beyond chance: Cohen's kappa with its large-sample error. Pure.

Kappa: Cohen, "A coefficient of agreement for nominal scales", 1960. Its standard error where it is not zero: Fleiss,
Cohen and Everitt, "Large sample standard errors of kappa and weighted kappa", 1969, formula 13.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import NormalDist

# What is shown beside a kappa: the usual two-sided interval. No gate reads it; gates compare kappa itself.
SHOWN_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Agreement:
    """What two raters made of the same ``n`` things.

    ``raw`` is the share on which they agree, 0-1. ``kappa`` is at most 1, 0 at chance, and None where there is nothing
    to compare or where both always said the same one thing: chance alone would agree as often. ``low`` and ``high`` are
    its two-sided interval at 95 %, cut at -1 and 1, None where ``error`` is. The interval leans on n being large: below
    some 30 pairs, or with no disagreement seen, it is too narrow.
    """

    n: int
    agreed: int
    kappa: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def raw(self) -> float | None:
        return self.agreed / self.n if self.n else None


def agreement(pairs: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """The agreement of two raters from (what the one said, what the other said) of each thing."""
    cells = Counter(pairs)
    n = sum(cells.values())
    agreed = sum(count for (one, other), count in cells.items() if one == other)
    if not n:
        return Agreement(0, 0)
    first, second = _margins(cells, n)
    observed = agreed / n
    chance = sum(share * second.get(label, 0.0) for label, share in first.items())
    if math.isclose(chance, 1.0):
        return Agreement(n, agreed)
    kappa = (observed - chance) / (1 - chance)
    error = _error(cells, n, first, second, kappa=kappa, chance=chance)
    reach = NormalDist().inv_cdf((1 + SHOWN_CONFIDENCE) / 2) * error
    return Agreement(n, agreed, kappa, error, max(-1.0, kappa - reach), min(1.0, kappa + reach))


def _margins(cells: Counter[tuple[Hashable, Hashable]], n: int) -> tuple[dict[Hashable, float], dict[Hashable, float]]:
    """How often each rater said each thing, as shares."""
    first: Counter[Hashable] = Counter()
    second: Counter[Hashable] = Counter()
    for (one, other), count in cells.items():
        first[one] += count
        second[other] += count
    return {label: count / n for label, count in first.items()}, {label: count / n for label, count in second.items()}


def _error(
    cells: Counter[tuple[Hashable, Hashable]],
    n: int,
    first: dict[Hashable, float],
    second: dict[Hashable, float],
    *,
    kappa: float,
    chance: float,
) -> float:
    same = other = 0.0
    for (one, two), count in cells.items():
        share = count / n
        if one == two:
            same += share * (1 - (first[one] + second[one]) * (1 - kappa)) ** 2
        else:
            other += share * (second.get(one, 0.0) + first.get(two, 0.0)) ** 2
    spread = same + (1 - kappa) ** 2 * other - (kappa - chance * (1 - kappa)) ** 2
    return math.sqrt(max(spread, 0.0) / n) / (1 - chance)
