"""How batteries stand in the API's description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from faces.cursors import KeysetPagination
from faces.described import IDEMPOTENCY_KEY, TIME, a_list, an_object, example, or_null, problems, text

_TAGS = ["Companions"]
_WHOLE = {"type": "integer"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_MEMBERS = {
    "batteryId": text("bat_ and 32 hexadecimal digits"),
    "companionId": text("NAME_001"),
    "battery": text("its name in the law, such as reasoning or edge_cases"),
    "state": text(enum=["running", "ended"]),
    "result": or_null(text(enum=["passed", "failed", "inconclusive"])),
    "prompts": _WHOLE,
    "asked": {"type": "integer", "description": "Prompts that are done with, measured or not"},
    "measured": _WHOLE,
    "good": _WHOLE,
    "passesAt": _SHARE,
    "measuredAtLeast": _SHARE,
    "startedAt": TIME,
    "dueAt": TIME,
    "endedAt": or_null(TIME),
    "validUntil": or_null(TIME),
    "againFrom": TIME,
    "lawDigest": text("SHA-256 of the law that it began under"),
    "statusUrl": text(format="uri"),
}
_RUN = an_object(_MEMBERS)
_COUNTS = {"type": "object", "additionalProperties": _WHOLE, "description": "Calls by how they ended"}
_RUNNING = {
    "batteryId": "bat_0193a1f6b5c47d2e8f3a4b5c6d7e8f90",
    "companionId": "YOURMODEL_001",
    "battery": "reasoning",
    "state": "running",
    "result": None,
    "prompts": 40,
    "asked": 0,
    "measured": 0,
    "good": 0,
    "passesAt": 0.8,
    "measuredAtLeast": 0.95,
    "startedAt": "2026-11-20T09:00:00Z",
    "dueAt": "2026-11-21T09:00:00Z",
    "endedAt": None,
    "validUntil": None,
    "againFrom": "2026-11-21T09:00:00Z",
    "lawDigest": "f2b015a015a4603851258ce91b681e8943b7063004eabeffb1c5f97ce388eb9d",
    "statusUrl": "https://kaizen.example.org/api/v1/companions/YOURMODEL_001/batteries/"
    "bat_0193a1f6b5c47d2e8f3a4b5c6d7e8f90",
}


def _answers(operation: str, status: int, shape: dict[str, Any], about: str, *refusals: int) -> dict[str, Any]:
    return {
        "operation_id": operation,
        "tags": _TAGS,
        "auth": [{"bearer": []}],
        "responses": {
            status: OpenApiResponse(shape, description=about),
            **problems(*sorted({401, 403, 404, 409, 429, *refusals})),
        },
    }


_LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": KeysetPagination.most, "default": KeysetPagination.page_size},
    OpenApiParameter.QUERY,
)
_CURSOR = OpenApiParameter(
    "cursor", OpenApiTypes.STR, OpenApiParameter.QUERY, description="The cursor of `next`; it is good for this list."
)
_PAGE = an_object({"results": a_list(_RUN), "next": or_null(text("relative address of the next page"))})
BATTERIES = {
    **_answers("list_batteries", 200, _PAGE, "Runs of the law's batteries, newest first", 400),
    "parameters": [_CURSOR, _LIMIT],
}
BATTERY = _answers("read_battery", 200, an_object({**_MEMBERS, "outcomes": _COUNTS}), "One run and how its calls ended")
START = {
    **_answers("start_battery", 202, _RUN, "Laid out; its prompts come in the declared pace", 400, 413, 415, 422),
    "parameters": [IDEMPOTENCY_KEY],
    "request": {"application/json": an_object({"battery": _MEMBERS["battery"]}, needed=("battery",), more=False)},
    "examples": [example("A reasoning battery", {"battery": "reasoning"}), example("It runs", _RUNNING, status=202)],
}
