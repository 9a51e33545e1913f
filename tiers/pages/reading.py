"""What the pages read: rows of the register, and the course of GI of many companions at once."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from registry.models import Companion
from tiers.models import Assessment, Standing

Point = tuple[datetime, "object"]


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


def counts_by(field: str) -> dict[str, int]:
    """How many companions stand in each ``state`` or ``tier``."""
    rows = Standing.objects.values(field).annotate(n=Count("id")).order_by(field)
    return {row[field]: row["n"] for row in rows}


def providers() -> list[str]:
    """Slugs of the providers that have companions."""
    slugs = Companion.objects.order_by("provider__slug").values_list("provider__slug", flat=True)
    return list(slugs.distinct())
