"""A companion's clauses as small pictures side by side, all on one scale."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from charter.law import Law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from faces.figures.gi import Spark, SparkPoint
from tiers.models import Standing
from tiers.queries.clauses import clause_picture

SCALE = (Decimal(0), Decimal(100))


@dataclass(frozen=True)
class ClauseFigure:
    """One clause: its mean of 0-100 over the window, its course, and how well the scorer's word on it is proven."""

    title: str
    weight: Decimal
    mean: Decimal | None
    spark: Spark
    grade: str = ""


@dataclass(frozen=True)
class ClauseFigures:
    """All clauses in the law's order; ``overall`` is their mean by the law's weights, over ``n`` scored answers."""

    n: int
    overall: Decimal | None
    since: datetime
    figures: tuple[ClauseFigure, ...]


def picture(standing: Standing, law: Law, *, at: datetime, in_force: Law | None = None) -> ClauseFigures:
    """What the page draws of a companion's clauses in the law's window, by the scorer of the law ``in_force``."""
    found = clause_picture(standing, law=law, at=at, scorer=scorer_of(in_force or law_at(at)))
    figures = tuple(
        ClauseFigure(
            title=clause.title,
            weight=clause.weight,
            mean=found.means[name],
            spark=Spark(
                f"{clause.title}, mean of 0 to 100",
                tuple(SparkPoint(point.at, point.means[name]) for point in found.points),
                scale=SCALE,
            ),
            grade=found.grades.get(name, ""),
        )
        for name, clause in law.clauses.items()
    )
    return ClauseFigures(found.n, found.overall, found.since, figures)
