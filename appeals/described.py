"""How these addresses stand in the API's description: shapes, examples, errors."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from faces.described import IDEMPOTENCY_KEY, TIME, an_object, example, or_null, problems, text

_TAGS = ["Appeals"]
_BODY = an_object(
    {
        "companionId": text("The companion it is about; left out for a rejected application"),
        "incidentId": text("An incident INC-…; exactly one of incidentId and decisionId", pattern="^INC-[0-9]{5,18}$"),
        "decisionId": text("A decision dec_…, or a rejected application app_…", pattern="^(dec|app)_[0-9a-f]{32}$"),
        "reason": text(minLength=1, maxLength=5000),
        "evidence": text(minLength=1, maxLength=20000),
    },
    needed=("reason", "evidence"),
    more=False,
)
_APPEAL = an_object(
    {
        "appealId": text("apl_…"),
        "status": text(),
        "against": text("the contested decision, dec_…"),
        "target": text(),
        "companionId": or_null(text()),
        "submittedAt": TIME,
        "dueAt": or_null(TIME),
        "settledAt": or_null(TIME),
        "advice": or_null({"type": "object"}),
        "answer": or_null(text("the reasons of the ruling")),
        "next": text("who acts next, and how"),
        "statusUrl": text(format="uri"),
    }
)
_EXAMPLE = {
    "companionId": "YOURMODEL_001",
    "incidentId": "INC-12345",
    "reason": "Constitutional scorer incorrectly flagged response",
    "evidence": "The answer quotes the message that it warns against.",
}


def _acts(operation: str, about: str, *refusals: int, status: int = 200, **more: Any) -> dict[str, Any]:
    answers: dict[Any, Any] = {status: OpenApiResponse(_APPEAL, description=about), **problems(*refusals)}
    return {"operation_id": operation, "tags": _TAGS, "responses": answers, **more}


SUBMIT = _acts(
    "submit_appeal",
    "Taken in; the self-review begins",
    *(400, 401, 404, 409, 413, 415, 422, 429),
    status=202,
    parameters=[IDEMPOTENCY_KEY],
    request={"application/json": _BODY},
    examples=[example("The guide's own", _EXAMPLE)],
)
STATUS = _acts("read_appeal", "The whole picture", 401, 404)
FINISH = _acts(
    "finish_self_review", "The sentinel's time begins", 401, 404, 409, parameters=[IDEMPOTENCY_KEY], request=None
)
ASK = _acts("ask_for_steward", "A steward's time begins", 401, 404, 409, parameters=[IDEMPOTENCY_KEY], request=None)
