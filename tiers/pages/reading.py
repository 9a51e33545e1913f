"""What the pages read: rows of the register, and the course of GI of many companions at once."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate

from registry.models import Companion
from tiers.models import Assessment, Standing

# The course of a companion's page: its last assessments as they are, and one of each day before.
RECENT = 96
REACH = timedelta(days=400)


def register_rows(*, state: str = "", tier: str = "", provider: str = "", after: str = "") -> QuerySet[Standing]:
    """Standings with their companions by id; each filter that is given narrows, ``tier`` ``none`` means without one."""
    rows = Standing.objects.select_related("companion__provider").order_by("companion__ref")
    if state:
        rows = rows.filter(state=state)
    if tier:
        rows = rows.filter(tier="" if tier == "none" else tier)
    if provider:
        rows = rows.filter(companion__provider__slug=provider)
    return rows.filter(companion__ref__gt=after) if after else rows


def latest_of(companions: Iterable[uuid.UUID], *, most: int) -> dict[uuid.UUID, list[Assessment]]:
    """The last ``most`` assessments of every companion, in the order of time; one query."""
    numbered = (
        Assessment.objects.filter(companion_id__in=list(companions))
        .annotate(nth=Window(RowNumber(), partition_by=F("companion_id"), order_by=F("computed_at").desc()))
        .filter(nth__lte=most)
        .defer("criteria")
    )
    found: dict[uuid.UUID, list[Assessment]] = defaultdict(list)
    for row in numbered:
        found[row.companion_id].append(row)
    return {companion: sorted(rows, key=lambda row: row.computed_at) for companion, rows in found.items()}


def course_of(companion: Companion, *, at: datetime) -> list[Assessment]:
    """Its assessments up to ``at`` in the order of time: the last ``RECENT``, and before them the last of each day.

    One query; ``is_recent`` of a row says which of the two it is read as.
    """
    rows = Assessment.objects.filter(companion=companion, computed_at__gt=at - REACH, computed_at__lte=at)
    newest_first = F("computed_at").desc()
    numbered = rows.annotate(
        nth=Window(RowNumber(), order_by=newest_first),
        of_day=Window(RowNumber(), partition_by=TruncDate("computed_at"), order_by=newest_first),
    )
    found: list[Assessment] = list(numbered.filter(Q(nth__lte=RECENT) | Q(of_day=1)).defer("criteria"))
    for row in found:
        row.is_recent = row.nth <= RECENT  # type: ignore[attr-defined]
    return sorted(found, key=lambda row: row.computed_at)


def counts_by(field: str) -> dict[str, int]:
    """How many companions stand in each ``state`` or ``tier``."""
    rows = Standing.objects.values(field).annotate(n=Count("id")).order_by(field)
    return {row[field]: row["n"] for row in rows}


def providers() -> list[str]:
    """Slugs of the providers that have companions."""
    slugs = Companion.objects.order_by("provider__slug").values_list("provider__slug", flat=True)
    return list(slugs.distinct())
