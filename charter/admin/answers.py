"""A stored score as a page shows it: the words that lost points, the rules beside them, the risk by clause."""

import uuid
from collections.abc import Iterable
from decimal import Decimal

from charter.models import Score
from charter.scoring.shape import CLAUSES
from charter.scoring.shape import Score as Shape
from faces.figures.answer import AnswerMark, ClauseBar, MarkedAnswer

UNSCORED = "unscored"
FULL = 100


def scores_of(answers: Iterable[uuid.UUID]) -> dict[uuid.UUID, Score]:
    """The first score of each answer: what was decided rested on it, whoever read the answer again; one query."""
    rows = Score.objects.filter(answer_id__in=list(answers)).order_by("-scored_at", "-id")
    return {row.answer_id: row for row in rows}


def marked(score: Score | None, *, text: str | None, prompt: str = "") -> MarkedAnswer:
    """An answer with its marks; ``text`` None where it is gone, or where the reader may not read it."""
    if score is None:
        return MarkedAnswer(text, status=UNSCORED, prompt=prompt)
    shape = Shape.from_json(score.shape)
    marks = tuple(
        AnswerMark(one.start, one.end, one.rule, one.clause.value, one.severity.value) for one in shape.violations
    )
    clauses = tuple(ClauseBar(clause.value, Decimal(shape.clauses[clause])) for clause in CLAUSES)
    return MarkedAnswer(
        text, marks, score.score, score.status, f"scorer {score.scorer[:12]}", clauses if marks else (), prompt
    )


def lost_points(score: Score | None) -> bool:
    """Whether an answer is worth a steward's look: below 100, or not scored at all."""
    return score is None or score.score is None or score.score < FULL
