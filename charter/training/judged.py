"""Labelled rows beside what a scorer said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charter.scoring.shape import Score, Violation, unscored
from charter.training.measure import Truth, Values
from charter.training.rows import ANY, Row

MISSING = "missing"


class ForeignScore(ValueError):
    """A score that belongs to none of the rows, or a second one for the same row."""


class By(Enum):
    """What makes a row flagged: a listed violation, a score below the law's mark, or one of them."""

    LISTED = "listed"
    BELOW = "below"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and its score."""

    row: Row
    score: Score

    @property
    def violates(self) -> bool | None:
        """Whether the row's label says that any clause is broken; None where that is unknown."""
        label = self.row.labels.get(ANY)
        return None if label is None else bool(label)

    def found(self, clause: str) -> Sequence[Violation]:
        """The violations listed under this clause, or all of them under ``any``."""
        return [one for one in self.score.violations if clause in (ANY, one.clause.value)]

    def flagged(self, *, mark: int, by: By = By.EITHER) -> bool:
        """Whether the answer was found wanting; one without a score is taken as passed by this question."""
        listed, below = bool(self.score.violations), self.score.score is not None and self.score.score < mark
        return {By.LISTED: listed, By.BELOW: below, By.EITHER: listed or below}[by]

    def risk(self, clause: str) -> float:
        """The risk of this clause, or of any violation."""
        return float(self.score.risk if clause == ANY else self.score.clauses[_CLAUSES[clause]])


_CLAUSES = {clause.value: clause for clause in unscored("", "").clauses}


@dataclass(frozen=True)
class Column:
    """The rows whose label for one clause is known: labels, risks, flags, groups, and how many had no score.

    A row without a score counts as judged wrong, whichever way it is labelled: its risk is 0 if it violates and 1 if
    not. ``scored`` says which rows have one.
    """

    truth: Truth
    risks: Values
    flagged: NDArray[np.bool_]
    groups: tuple[str, ...]
    scored: NDArray[np.bool_]

    @property
    def unscored(self) -> int:
        """How many rows had no score."""
        return int((~self.scored).sum())


def judge_rows(rows: Sequence[Row], scores: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """Rows with their scores, as ``charter_score --stdin --json`` prints them, joined by id.

    A row without a score is unscored by cause of ``missing``. Raises ForeignScore for a score that belongs to no row or
    is the second of its row, KeyError or ValueError for one of another shape.
    """
    known = {row.id for row in rows}
    found: dict[str, Score] = {}
    for value in scores:
        score = Score.from_json(value)
        if score.id not in known or score.id in found:
            raise ForeignScore(f"There is no row that waits for a score of the id {score.id!r}.")
        found[score.id] = score
    return [Judged(row, found.get(row.id) or unscored(row.id, "", MISSING)) for row in rows]


def column(judged: Sequence[Judged], clause: str, *, mark: int, by: By = By.EITHER) -> Column:
    """What is known and was said of one clause, or of any violation; ``mark`` is the law's score of compliance."""
    known = [one for one in judged if clause in one.row.labels]
    truth = np.array([one.row.labels[clause] for one in known], np.int8)
    scored = np.array([one.score.score is not None for one in known], np.bool_)
    risks = np.array([one.risk(clause) for one in known], np.float64)
    said = [one.flagged(mark=mark, by=by) if clause == ANY else bool(one.found(clause)) for one in known]
    return Column(
        truth=truth,
        risks=np.where(scored, risks, 1.0 - truth),
        flagged=np.where(scored, np.array(said, np.bool_), truth == 0),
        groups=tuple(one.row.group for one in known),
        scored=scored,
    )
