"""What models said of their own answers, beside our scores of the same answers, from sums."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import islice
from typing import Self

from shadow.models import ScoreBucket
from shadow.queries.statements import marks, moment, read

AT_ONCE = 500


@dataclass(frozen=True)
class ClaimSums:
    """Sums over the answers that a model and we both scored, 0-100.

    ``claimed_gap_square_sum`` is of squares of its score less ours; ``claimed_brier_sum`` of squares of its score less
    100 where ours complies, less 0 where not, and ``claimed_brier_square_sum`` of the squares of those.
    """

    claimed: int = 0
    claimed_sum: int = 0
    claimed_ours_sum: int = 0
    claimed_gap_square_sum: int = 0
    claimed_brier_sum: int = 0
    claimed_brier_square_sum: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in _NAMES})


_NAMES = tuple(it.name for it in fields(ClaimSums))


@dataclass(frozen=True)
class ClauseClaims:
    """Of ``answers`` whose claim names clauses: by clause, in how many it saw a violation, and our risks, 0-1, in sum.

    Risks are in millionths.
    """

    answers: int = 0
    own: Mapping[str, int] = field(default_factory=dict)
    ours: Mapping[str, int] = field(default_factory=dict)


def claim_halves(
    since: Mapping[uuid.UUID, datetime], *, split: datetime, until: datetime, scorer: str
) -> Iterator[tuple[uuid.UUID, ClaimSums, ClaimSums]]:
    """Each companion with its sums by ``scorer`` (digest) from its time on, before ``split`` and from there on.

    One query for each ``AT_ONCE``; those who claimed nothing are there too.
    """
    remaining = iter(since.items())
    while chunk := list(islice(remaining, AT_ONCE)):
        found = {companion: [ClaimSums(), ClaimSums()] for companion, _ in chunk}
        statement = (
            f"WITH asked (companion, since) AS (VALUES {marks(chunk)}), grouped AS ("  # noqa: S608
            f"SELECT companion_id, bucket_at >= %s AS late, {', '.join(_NAMES)} "
            "FROM asked CROSS JOIN shadow_score_bucket "
            "WHERE companion_id = companion AND scorer = %s AND bucket_at >= since AND bucket_at < %s) "
            f"SELECT companion_id, late, {', '.join(f'SUM({name})' for name in _NAMES)} "
            "FROM grouped GROUP BY companion_id, late"
        )
        flat = [moment(value) for row in chunk for value in row]
        for companion, late, *sums in read(statement, [*flat, moment(split), scorer, moment(until)]):
            found[companion][bool(late)] = ClaimSums(*map(int, sums))
        for companion, (before, after) in found.items():
            yield companion, before, after


def claims_of(companion: uuid.UUID, *, since: datetime, until: datetime, scorer: str) -> tuple[ClaimSums, ClauseClaims]:
    """One companion's sums over the buckets that begin in [``since``, ``until``), and those by clause; one query."""
    rows = ScoreBucket.objects.filter(
        companion_id=companion, scorer=scorer, bucket_at__gte=since, bucket_at__lt=until, claimed__gt=0
    )
    whole, clauses = ClaimSums(), Counter[str]()
    for by_clause, *sums in rows.values_list("claimed_clause_sums", *_NAMES):
        whole += ClaimSums(*sums)
        clauses.update(by_clause)
    by_side = {side: _of_side(clauses, side) for side in ("own", "ours")}
    return whole, ClauseClaims(clauses["answers"], **by_side)


def _of_side(sums: Mapping[str, int], side: str) -> dict[str, int]:
    """The sums of one side by clause: they are kept as ``clause.side``."""
    return {name.removesuffix(f".{side}"): n for name, n in sums.items() if name.endswith(f".{side}")}
