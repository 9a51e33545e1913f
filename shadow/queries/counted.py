"""How many answers were scored, and complied, since a time that may lie months back: by days, and hours at the ends."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from shadow import rules
from shadow.queries.statements import marks, moment, read

AT_ONCE = 500
DAY = timedelta(days=1)
_COUNTS = "scored, compliant, unscored"


@dataclass(frozen=True)
class ScoreCounts:
    """Answers that have a score, those of them that comply, and those that could not be scored."""

    scored: int = 0
    compliant: int = 0
    unscored: int = 0


def score_counts(since: Mapping[uuid.UUID, datetime], *, until: datetime, scorer: str) -> dict[uuid.UUID, ScoreCounts]:
    """Counts over the buckets that begin from each companion's time on and before ``until``, by ``scorer`` (digest).

    Every companion asked for is there. One query for each ``AT_ONCE``, which reads a row for each day.
    """
    found = dict.fromkeys(since, ScoreCounts())
    remaining = iter(since.items())
    while chunk := list(islice(remaining, AT_ONCE)):
        for companion, scored, compliant, unscored in _read(chunk, until, scorer):
            found[companion] = ScoreCounts(int(scored), int(compliant), int(unscored))
    return found


def _read(chunk: list[tuple[uuid.UUID, datetime]], until: datetime, scorer: str) -> Iterator[tuple[Any, ...]]:
    rows = [(companion, *_cut(begin, until)) for companion, begin in chunk]
    last_day, name, end = moment(rules.floor(until, DAY)), scorer, moment(until)
    statement = (
        f"WITH asked (companion, begins, head, first_day, tail) AS (VALUES {marks(rows)}) "  # noqa: S608
        "SELECT companion_id, SUM(scored), SUM(compliant), SUM(unscored) FROM ("
        f"SELECT companion_id, {_COUNTS} FROM asked CROSS JOIN shadow_score_day "
        "WHERE companion_id = companion AND scorer = %s AND day >= first_day AND day < %s UNION ALL "
        f"SELECT companion_id, {_COUNTS} FROM asked CROSS JOIN shadow_score_bucket "
        "WHERE companion_id = companion AND scorer = %s AND bucket_at >= begins AND bucket_at < head UNION ALL "
        f"SELECT companion_id, {_COUNTS} FROM asked CROSS JOIN shadow_score_bucket "
        "WHERE companion_id = companion AND scorer = %s AND bucket_at >= tail AND bucket_at < %s"
        ") AS counted GROUP BY companion_id"
    )
    return read(statement, [*(moment(it) for row in rows for it in row), name, last_day, name, name, end])


def _cut(begin: datetime, until: datetime) -> tuple[datetime, datetime, datetime, datetime]:
    """(begin, end of the hours before the first whole day, that day, beginning of the hours after the last one)."""
    first, last = rules.ceiling(begin, DAY), rules.floor(until, DAY)
    if first > last:
        return begin, until, first, until
    return begin, first, first, last
