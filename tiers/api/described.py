"""How these addresses stand in the API's description: shapes, examples, errors."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from faces.described import IDEMPOTENCY_KEY, TIME, a_list, an_object, example, or_null, problems, text

_TAGS = ["Companions"]
_NUMBER = {"type": "number"}
_WHOLE = {"type": "integer"}
_YES = {"type": "boolean"}
_COMPANION = an_object(
    {
        "companionId": text("NAME_001"),
        "modelName": text(),
        "provider": text(),
        "state": text(enum=["mounted", "shadow", "active", "suspended", "removed", "retired"]),
        "tier": or_null(text(enum=["research", "standard", "high", "critical"])),
        "frozen": _YES,
        "advanced": _YES,
        "reference": _YES,
        "voteWeight": or_null(_NUMBER),
        "chambers": a_list(text()),
        "gi": or_null(_NUMBER),
        "trend": or_null(text(enum=["improving", "stable", "declining"])),
        "capabilities": a_list(text()),
        "pricing": or_null({"type": "object"}),
        "since": TIME,
    }
)
_GI = an_object(
    {
        "score": or_null(_NUMBER),
        "tier": or_null(text()),
        "breakdown": an_object(
            {
                name: or_null(_NUMBER)
                for name in ("constitutional", "consensus", "reliability", "efficiency", "community")
            }
        ),
        "trend": text(enum=["improving", "stable", "declining"]),
        "nextReview": text(format="date"),
        "interval": or_null(an_object({"low": or_null(_NUMBER), "high": or_null(_NUMBER)})),
        "coverage": or_null(_NUMBER),
        "lawDigest": text("SHA-256 of the law that it was computed under"),
        "computedAt": or_null(TIME),
    }
)
_CLAUSES = an_object(
    {
        "companionId": text(),
        "since": TIME,
        "until": TIME,
        "scorer": text("digest of the scorer"),
        "scored": _WHOLE,
        "overall": or_null(_NUMBER),
        "clauses": a_list(
            an_object(
                {
                    "clause": text("dignity"),
                    "title": text(),
                    "weight": _NUMBER,
                    "mean": or_null(_NUMBER),
                    "evidence": or_null(text("how well the scorer's word on this clause is proven")),
                    "series": a_list(an_object({"at": TIME, "scored": _WHOLE, "mean": or_null(_NUMBER)})),
                }
            )
        ),
        "lawDigest": text("SHA-256 of the law whose weights and window these are"),
    }
)
_GI_EXAMPLE = {
    "score": 0.9035,
    "tier": "standard",
    "breakdown": {
        "constitutional": 0.88,
        "consensus": 0.92,
        "reliability": 0.995,
        "efficiency": 0.85,
        "community": 0.75,
    },
    "trend": "improving",
    "nextReview": "2026-11-27",
    "interval": {"low": 0.8812, "high": 0.9203},
    "coverage": 0.9981,
    "lawDigest": "f2b015a015a4603851258ce91b681e8943b7063004eabeffb1c5f97ce388eb9d",
    "computedAt": "2026-11-20T09:00:00Z",
}


def reads(operation: str, shape: dict[str, Any], about: str, *refusals: int, **more: Any) -> dict[str, Any]:
    answers: dict[Any, Any] = {200: OpenApiResponse(shape, description=about), **problems(*refusals, 429)}
    return {"operation_id": operation, "tags": _TAGS, "responses": answers, **more}


def query(name: str, about: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.QUERY, description=about, **more)


COMPANIONS = reads(
    "list_companions",
    an_object({"results": a_list(_COMPANION), "lawDigest": text()}),
    "The register",
    400,
    parameters=[
        query("may", "Only those that may ask for this operation now, such as research.analyse"),
        query("order", "Best first", enum=["name", "cost", "latency", "gi"]),
    ],
)
COMPANION = reads("read_companion", _COMPANION, "One companion", 404, 409)
GI_SCORE = reads(
    "read_gi_score",
    _GI,
    "Governance Integrity; null without evidence",
    404,
    409,
    examples=[example("A companion with evidence", _GI_EXAMPLE, status=200)],
)
CLAUSES = reads(
    "read_clauses", _CLAUSES, "Means of 0-100 by clause; null where nothing is scored in the window yet", 404, 409
)
RETIRE = reads(
    "retire_companion", _COMPANION, "Retired", 401, 403, 404, 409, parameters=[IDEMPOTENCY_KEY], request=None
)
