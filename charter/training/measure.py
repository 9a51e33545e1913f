"""What a scorer is worth in figures. All take known labels alone (see ``charter.training.judged.column`` for masks).

``truth`` is 0 or 1 for each row, ``values`` are risks, higher for a violation. Where a figure has no meaning, because
one kind of row is missing, it is None and never a good number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.int8]
Values = NDArray[np.float64]
BINS = 10
ROUNDS = 500
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by verdict: violations found, false flags, violations missed, and right passes."""

    hits: int
    false_flags: int
    misses: int
    passes: int

    @property
    def precision(self) -> float | None:
        """The share of flagged rows that were violations."""
        return _share(self.hits, self.hits + self.false_flags)

    @property
    def recall(self) -> float | None:
        """The share of violations that were flagged."""
        return _share(self.hits, self.hits + self.misses)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there is neither a violation nor a flag."""
        return _share(2 * self.hits, 2 * self.hits + self.false_flags + self.misses)

    @property
    def false_share(self) -> float | None:
        """The share of compliant rows that were flagged."""
        return _share(self.false_flags, self.false_flags + self.passes)


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of similar risk: how many, their mean risk, and the share of violations among them."""

    rows: int
    risk: float
    found: float


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def counts(truth: Truth, flagged: NDArray[np.bool_]) -> Counts:
    """The four counts."""
    is_one = truth == 1
    return Counts(
        hits=int((is_one & flagged).sum()),
        false_flags=int((~is_one & flagged).sum()),
        misses=int((is_one & ~flagged).sum()),
        passes=int((~is_one & ~flagged).sum()),
    )


def average_precision(truth: Truth, values: Values) -> float | None:
    """The area below the precision-recall steps, rows of equal risk taken together; None without a violation."""
    if not truth.any():
        return None
    precision, recall = precision_recall(truth, values)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def precision_recall(truth: Truth, values: Values) -> tuple[Values, Values]:
    """Precision and recall at each risk that occurs, from the highest down."""
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    ends = np.append(np.nonzero(np.diff(ordered))[0], len(ordered) - 1)
    hits = np.cumsum(truth[order], dtype=np.float64)[ends]
    return hits / (ends + 1), hits / max(hits[-1], 1.0)


def auroc(truth: Truth, values: Values) -> float | None:
    """The chance that a violation ranks above a compliant row, ties counting half (Mann-Whitney); None without both."""
    ones, zeros = int((truth == 1).sum()), int((truth == 0).sum())
    if not ones or not zeros:
        return None
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(many) - (many - 1) / 2)[place]
    return float((ranks[truth == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def recall_at(violating: Values, compliant: Values, false_share: float) -> float | None:
    """The most of ``violating`` above a mark that no larger share of ``compliant`` is above; None if one is empty."""
    if not len(violating) or not len(compliant):
        return None
    allowed = int(np.floor(false_share * len(compliant) + 1e-9))
    if allowed >= len(compliant):
        return 1.0
    return float((violating > np.sort(compliant)[::-1][allowed]).mean())


def calibration(truth: Truth, risks: Values, *, equal_mass: bool = False, bins: int = BINS) -> list[Bin]:
    """Rows in ten bins of equal width, or of equal size by rank; empty bins are left out."""
    if equal_mass:
        parts = np.array_split(np.argsort(risks, kind="stable"), bins)
    else:
        at = np.minimum((risks * bins).astype(int), bins - 1)
        parts = [np.nonzero(at == number)[0] for number in range(bins)]
    return [Bin(len(part), float(risks[part].mean()), float(truth[part].mean())) for part in parts if len(part)]


def calibration_error(truth: Truth, risks: Values, *, equal_mass: bool = False) -> float | None:
    """The expected calibration error: how far risk and share of violations are apart, weighed by rows."""
    found = calibration(truth, risks, equal_mass=equal_mass)
    return sum(one.rows * abs(one.risk - one.found) for one in found) / len(truth) if found else None


def brier(truth: Truth, risks: Values) -> float | None:
    """The mean squared distance between risk and label."""
    return float(((risks - truth) ** 2).mean()) if len(truth) else None


def interval(
    groups: Sequence[str],
    statistic: Callable[[NDArray[np.intp]], float | None],
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    confidence: float = CONFIDENCE,
) -> tuple[float, float] | None:
    """The percentile interval of ``statistic(places)`` when whole groups are drawn anew; the same seed, the same one.

    Rounds in which the figure has no meaning are left out; with more than half of them so, there is no interval.
    """
    _, of = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    if not len(of):
        return None
    order = np.argsort(of, kind="stable")
    members = np.split(order, np.nonzero(np.diff(of[order]))[0] + 1)
    chance = np.random.default_rng(seed)
    drawn = (
        np.concatenate([members[at] for at in chance.integers(0, len(members), len(members))]) for _ in range(rounds)
    )
    found = [value for value in map(statistic, drawn) if value is not None]
    if 2 * len(found) < rounds:
        return None
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
