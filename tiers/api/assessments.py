"""``/api/companions/{id}/assessments``: its GI and the five parts at every time it was computed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from faces.cursors import KeysetPagination
from registry.queries import companion_called
from tiers.api import standing_described as described
from tiers.api.reading import Reading, time_asked
from tiers.api.shown import PARTS, number, time
from tiers.models import Assessment


class AssessmentsView(Reading):
    # No two of one companion are of one time, and the list is of one companion.
    ordering = ("-computed_at",)

    @extend_schema(**described.ASSESSMENTS)
    def get(self, request: Request, name: str) -> Response:
        """Its assessments, newest first; ``since`` and ``until`` narrow them to a time."""
        rows = Assessment.objects.filter(companion=companion_called(name)).defer("criteria")
        if (since := time_asked(request, "since")) is not None:
            rows = rows.filter(computed_at__gte=since)
        if (until := time_asked(request, "until")) is not None:
            rows = rows.filter(computed_at__lt=until)
        pages = KeysetPagination()
        found = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response([assessment_json(row) for row in found])


def assessment_json(row: Assessment) -> dict[str, Any]:
    """GI with its parts and interval, null where there was no evidence; and what it was computed from, by digest."""
    return {
        "computedAt": time(row.computed_at),
        "score": number(row.gi),
        "breakdown": {name: number(getattr(row, part)) for name, part in PARTS.items()},
        "interval": {"low": number(row.gi_low), "high": number(row.gi_high)},
        "coverage": number(row.coverage),
        "trend": row.trend or "stable",
        "lawDigest": row.law_digest,
        "evidenceDigest": row.evidence_sha256,
    }
