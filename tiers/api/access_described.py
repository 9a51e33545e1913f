"""How asking for access stands in the API's description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from faces.described import TIME, a_list, an_object, example, or_null, problems, text
from tiers.api.access_shown import DENY, EXECUTE_ALL, MOST_EVALUATIONS, PERMIT
from tiers.rules.access import Reason

_ANY = {"type": "object", "description": "Passes unread"}
_SUBJECT = an_object({"type": text(enum=["companion"]), "id": text("NAME_001, UUID, or a name that one bears")})
_ACTION = an_object({"name": text("An operation of the law, such as finance.propose")})
_PARTS = {"subject": _SUBJECT, "action": _ACTION, "resource": _ANY, "context": _ANY}
_WORDS = an_object({"en": text()})
_ANSWER = an_object(
    {
        "decision": {"type": "boolean"},
        "context": an_object(
            {
                "reason": text(enum=[reason.value for reason in Reason]),
                "reason_admin": _WORDS,
                "reason_user": _WORDS,
                "obligations": a_list(text("human_cosign, advanced_approvals:2, second_approver")),
                "companion": or_null(text("NAME_001")),
                "tier": or_null(text()),
                "state": or_null(text()),
                "frozen": or_null({"type": "boolean"}),
                "operation_tier": or_null(text("The tier from which on the operation is open")),
                "law": an_object({"version": text(), "digest": text("SHA-256")}),
                "evaluated_at": TIME,
            }
        ),
    }
)
_REQUEST_ID = OpenApiParameter(
    "X-Request-ID",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 255 printable ASCII characters; comes back with the answer.",
)
_SEMANTIC = text(f"{EXECUTE_ALL} unless another is asked for", enum=[EXECUTE_ALL, DENY, PERMIT])
_ASKED = {
    "subject": {"type": "companion", "id": "YOURMODEL_001"},
    "action": {"name": "finance.propose"},
    "resource": {"type": "budget", "id": "2027-q1"},
}
_BATCH = {
    "subject": {"type": "companion", "id": "YOURMODEL_001"},
    "evaluations": [{"action": {"name": "research.analyse"}}, {"action": {"name": "ledger.write"}}],
    "options": {"evaluations_semantic": DENY},
}


def _asks(operation: str, body: dict[str, Any], answer: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return {
        "operation_id": operation,
        "tags": ["Access"],
        "auth": [{"bearer": []}],
        "parameters": [_REQUEST_ID],
        "request": {"application/json": body},
        "responses": {
            200: OpenApiResponse(answer, description="An answer, also where it is no"),
            **problems(400, 401, 403, 413, 415, 429, 503),
        },
        "examples": [example("What a gateway asks", given)],
    }


EVALUATION = _asks("evaluate_access", an_object(_PARTS, needed=("subject", "action")), _ANSWER, _ASKED)
EVALUATIONS = _asks(
    "evaluate_accesses",
    an_object(
        {
            **_PARTS,
            "evaluations": a_list(an_object(_PARTS, needed=("action",)), maxItems=MOST_EVALUATIONS),
            "options": an_object({"evaluations_semantic": _SEMANTIC}),
        },
        needed=("evaluations",),
    ),
    an_object({"evaluations": a_list(_ANSWER)}),
    _BATCH,
)
