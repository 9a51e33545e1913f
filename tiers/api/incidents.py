"""``/api/companions/{id}/incidents``: what opened, what it came to, what it brought and how long it counts."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from charter.law import Law
from charter.queries import law_at
from faces.cursors import KeysetPagination
from registry.queries import companion_called
from tiers.api import standing_described as described
from tiers.api.reading import Reading
from tiers.api.shown import time
from tiers.models import Incident, Penalty
from tiers.queries.clocks import counts_until


class IncidentsView(Reading):
    ordering = ("-number",)

    @extend_schema(**described.INCIDENTS)
    def get(self, request: Request, name: str) -> Response:
        """Its incidents, newest first."""
        companion, law = companion_called(name), law_at(timezone.now())
        pages = KeysetPagination()
        rows = pages.paginate_queryset(Incident.objects.filter(companion=companion), request, self)
        brought = {it.incident_id: it for it in Penalty.objects.filter(incident__in=rows)}
        return pages.get_paginated_response([incident_json(row, brought.get(row.pk), law) for row in rows])


def incident_json(row: Incident, penalty: Penalty | None, law: Law) -> dict[str, Any]:
    """One incident with its penalty; ``law`` is the one in force, by which it still counts."""
    return {
        "incidentId": row.public_id,
        "kind": row.kind,
        "severity": row.severity,
        "state": row.state,
        "rule": row.rule or None,
        "clause": row.clause or None,
        "summary": row.summary,
        "openedAt": time(row.opened_at),
        "lastSeenAt": time(row.last_seen_at),
        "confirmedAt": time(row.confirmed_at),
        "closedAt": time(row.closed_at),
        "countsUntil": time(counts_until(row, law)),
        "penalty": {
            "nth": penalty.nth,
            "kind": penalty.kind or None,
            "state": penalty.state,
            "imposedAt": time(penalty.imposed_at),
            "until": time(penalty.until),
        }
        if penalty
        else None,
    }
