"""How a companion's answers stood to each clause over time, from sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.models import Companion
from shadow.models import ScoreBucket

MOST_BUCKETS = 2000


@dataclass(frozen=True)
class ClauseSums:
    """Scored answers of one bucket and, by clause, the sum of their risks in millionths."""

    bucket_at: datetime
    scored: int
    risks: Mapping[str, int]


def clause_series(companion: Companion, *, since: datetime, until: datetime, scorer: str) -> list[ClauseSums]:
    """Buckets that begin in [``since``, ``until``) and hold scores by ``scorer`` (digest), in the order of time.

    One query; of more than ``MOST_BUCKETS``, the latest.
    """
    rows = ScoreBucket.objects.filter(
        companion=companion, scorer=scorer, bucket_at__gte=since, bucket_at__lt=until, scored__gt=0
    ).order_by("-bucket_at")
    found = rows.values_list("bucket_at", "scored", "clause_risk_sums")[:MOST_BUCKETS]
    return [ClauseSums(*row) for row in reversed(found)]
