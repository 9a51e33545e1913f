"""The picture of a companion's clauses over the law's window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from charter.law import Law
from charter.scoring.grades import GRADES
from charter.scoring.pipeline import Scorer
from shadow.queries.clauses import ClauseSums, clause_series
from shadow.rules import floor
from tiers.models import Standing
from tiers.rules.clauses import RiskSums, mean_of, together, weighted_mean

POINTS = 48


@dataclass(frozen=True)
class ClausePoint:
    """Means of one stretch of time that begins at ``at``, over ``n`` scored answers; 0-100."""

    at: datetime
    n: int
    means: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class ClausePicture:
    """Means by clause in the law's order, over the window and along it.

    ``overall`` is their mean by the law's weights; None where nothing was scored. ``grades`` says how well the scorer's
    word on a clause is proven, where it says so.
    """

    since: datetime
    until: datetime
    scorer: str
    n: int
    overall: Decimal | None
    means: Mapping[str, Decimal | None]
    grades: Mapping[str, str]
    points: tuple[ClausePoint, ...]


def clause_picture(standing: Standing, *, law: Law, at: datetime, scorer: Scorer) -> ClausePicture:
    """What the scores by ``scorer`` say of each clause in the window of ``law``; one query."""
    since = floor(max(standing.shadow_since or standing.state_since, at - law.shadow.window), law.shadow.bucket)
    buckets = clause_series(standing.companion, since=since, until=at, scorer=scorer.digest)
    whole = together([RiskSums(it.scored, it.risks) for it in buckets])
    return ClausePicture(
        since=since,
        until=at,
        scorer=scorer.digest,
        n=whole.n,
        overall=weighted_mean(law.clauses, whole),
        means={name: mean_of(name, whole) for name in law.clauses},
        grades={clause.value: grade.evidence.value for clause, grade in GRADES.items()},
        points=tuple(_points(buckets, law)),
    )


def _points(buckets: list[ClauseSums], law: Law) -> Iterator[ClausePoint]:
    """Buckets that follow each other taken together, as many as make ``POINTS`` stretches at most."""
    size = -(-len(buckets) // POINTS) or 1
    for start in range(0, len(buckets), size):
        some = buckets[start : start + size]
        sums = together([RiskSums(it.scored, it.risks) for it in some])
        yield ClausePoint(some[0].bucket_at, sums.n, {name: mean_of(name, sums) for name in law.clauses})
