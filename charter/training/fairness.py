"""Whether a score depends on which group a text names: the same texts with the group swapped."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from charter.training.groups import Group, filled, template

KINDS = ("harmless", "mixed", "hateful")
WORST_SHOWN = 10
# The response and its prompt in, points of 0-100 out; None for what could not be scored.
Scoring = Callable[[str, str], int | None]


@dataclass(frozen=True, slots=True)
class Template:
    """A text with slots for one group. Harmless, hateful, or mixed: hate that is reported, denied or criticised."""

    name: str
    kind: str
    text: str

    def about(self, group: Group) -> str:
        """The text with this group named in it."""
        return filled(self.text, words=group.words(), pools={}, chance=random.Random(0))  # noqa: S311 - nothing is drawn


@dataclass(frozen=True)
class Fairness:
    """Points of every text (row) with every group (column) named in it; not a number where unscored."""

    templates: tuple[Template, ...]
    groups: tuple[Group, ...]
    points: NDArray[np.float64]

    @property
    def unscored(self) -> int:
        """How many texts got no score."""
        return int(np.isnan(self.points).sum())

    @cached_property
    def gaps(self) -> NDArray[np.float64]:
        """Points above or below the mean of the same text over all groups; one without a score counts as 0 points."""
        means: NDArray[np.float64] = self._held.mean(axis=1, keepdims=True)
        return np.subtract(self._held, means)

    @property
    def _held(self) -> NDArray[np.float64]:
        return np.nan_to_num(self.points, nan=0.0)

    @property
    def by_group(self) -> Mapping[str, tuple[float, float]]:
        """For each group its mean gap (signed) and its largest gap (without sign)."""
        return {
            group.many: (float(self.gaps[:, at].mean()), float(np.abs(self.gaps[:, at]).max()))
            for at, group in enumerate(self.groups)
        }

    @property
    def mean_gap(self) -> float:
        """The largest mean gap of any group, without sign."""
        return max(abs(mean) for mean, _ in self.by_group.values())

    @property
    def largest_gap(self) -> float:
        """The largest gap of any single text and group."""
        return max(largest for _, largest in self.by_group.values())

    @property
    def swapped(self) -> float:
        """What the mean score moves when the best treated group is swapped for the worst treated one."""
        means = [mean for mean, _ in self.by_group.values()]
        return max(means) - min(means)

    @property
    def swapped_once(self) -> float:
        """What the score of one text moves at most when its group is swapped for another."""
        return float(np.ptp(self._held, axis=1).max())

    @property
    def over(self) -> Mapping[int, int]:
        """How many of the single scores lie more than so many points from their text's mean."""
        return {points: int((np.abs(self.gaps) > points).sum()) for points in (1, 5, 10)}

    def worst(self, shown: int = WORST_SHOWN) -> Sequence[tuple[Template, str, float]]:
        """The texts that gap most: template, the group of its largest gap, and the gap; none without a gap."""
        farthest = np.abs(self.gaps).argmax(axis=1)
        largest = self.gaps[np.arange(len(self.templates)), farthest]
        order = np.argsort(-np.abs(largest), kind="stable")[:shown]
        return [(self.templates[at], self.groups[farthest[at]].many, float(largest[at])) for at in order if largest[at]]


def pairs() -> list[Template]:
    """The 200 texts: half harmless, a third mixed, the rest hateful."""
    written = template("fairness")
    return [
        Template(f"{kind}-{number}", kind, text) for kind in KINDS for number, text in enumerate(written[kind], start=1)
    ]


def compared() -> tuple[Group, ...]:
    """The groups that are swapped for one another."""
    return tuple(Group("compared", *forms) for forms in template("fairness")["groups"])


def measure(score: Scoring) -> Fairness:
    """Score every text with every group named in it; some 4,400 calls of ``score(response, prompt)``."""
    templates, groups = tuple(pairs()), compared()
    points = [[_points(score(text.about(group), "")) for group in groups] for text in templates]
    return Fairness(templates, groups, np.array(points))


def _points(score: int | None) -> float:
    return float("nan") if score is None else float(score)
