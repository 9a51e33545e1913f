"""Rows judged by heads that were just fitted: the whole scorer in memory, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charter.heads.reader import Embeds, Reader
from charter.scoring.pipeline import Common, ErrorRates, Thresholds
from charter.scoring.registry import rule_stage
from charter.scoring.statistical import DENSE, LEXICAL, SECOND, StatisticalPipeline
from charter.training.fairness import Fairness, measure
from charter.training.goals import Measured
from charter.training.judged import Judged, judge_rows
from charter.training.measure import auroc
from charter.training.preparing import Progress
from charter.training.rows import ANY, Row
from charter.training.train import Fitted


@dataclass(frozen=True)
class FittedHeads:
    """Heads in memory, with the embedder that they were fitted with or without one."""

    fitted: Fitted
    embedder: Embeds | None

    def first(self) -> Reader:
        """The heads as they score."""
        held = self.fitted
        if held.dense is None or self.embedder is None:
            return Reader(lexical=held.lexical, dense=None, fusion=held.fusions[LEXICAL], embedder=None)
        return Reader(lexical=held.lexical, dense=held.dense, fusion=held.fusions[DENSE], embedder=self.embedder)

    def second(self) -> Reader:
        """The heads of the second configuration: words alone."""
        return Reader(lexical=self.fitted.lexical, dense=None, fusion=self.fitted.fusions[SECOND], embedder=None)

    def rates_at(self, mark: int) -> ErrorRates | None:  # noqa: ARG002
        """Nobody asks a scorer in the making."""
        return None

    def exemplars(self) -> tuple[NDArray[np.float32], list[str]]:
        """None are kept in memory."""
        return np.zeros((0, 0), np.float32), []


def scorer(heads: FittedHeads, *, veto_cap: int) -> StatisticalPipeline:
    """The whole scorer over heads in memory."""
    stage = rule_stage()
    common = Common(
        name="charter",
        version="held",
        digest="held",
        rules=stage.rules,
        reads=stage.normaliser,
        thresholds=Thresholds(veto_cap=veto_cap),
    )
    return StatisticalPipeline(common, rule_stage=stage, heads=heads)


def judged(by: StatisticalPipeline, rows: Sequence[Row], tell: Progress) -> list[Judged]:
    """Every row with its score."""
    scores = []
    for at, row in enumerate(rows):
        scores.append(by.score(row.response, prompt=row.prompt, id=row.id).as_json())
        tell(at + 1, len(rows))
    return judge_rows(rows, scores)


def fairness(by: StatisticalPipeline) -> Fairness:
    """The same texts with the group swapped."""
    return measure(lambda response, prompt: by.score(response, prompt=prompt).score)


def measured(
    by: StatisticalPipeline, rows: Sequence[Row], challenge: Sequence[Row], *, mark: int, tell: Progress
) -> Measured:
    """All that a report needs."""
    return Measured(judged(by, rows, tell), judged(by, challenge, tell), fairness(by), mark)


def parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of sources whose every row is known to comply, which are what ordinary traffic is like, and the rest."""
    others = {row.source for row in rows if row.labels.get(ANY) != 0}
    return [row for row in rows if row.source not in others], [row for row in rows if row.source in others]


def told_apart(judged: Sequence[Judged]) -> list[str]:
    """A sentence on sources that were never fitted on and stand in no table: how well each is told apart."""
    found = []
    for source in sorted({one.row.source for one in judged}):
        known = [one for one in judged if one.row.source == source and ANY in one.row.labels]
        truth = np.array([one.row.labels[ANY] for one in known])
        if 0 < truth.sum() < len(truth):
            risks = np.array([one.risk(ANY) for one in known])
            found.append(f"{source} {auroc(truth, risks):.2f} ({len(known)} rows)")
    return (
        [f"AUROC on sources that no row was fitted on and no table below holds: {', '.join(found)}."] if found else []
    )
