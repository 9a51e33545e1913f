"""How the addresses of nominations, invitations and endorsements stand in the API's description."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from civic.actions import MOST_REASON
from faces.deciding import MAX_REASON
from faces.described import IDEMPOTENCY_KEY, TIME, a_list, an_object, example, or_null, problems, text
from tiers.rules.nominating import KINDS, MOST_ITEMS, MOST_TEXT

_TAGS = ["Companions"]
_EVIDENCE = an_object(
    {
        "kind": text(enum=list(KINDS)),
        "text": text(minLength=1, maxLength=MOST_TEXT),
        "link": text(
            "What it links to: a sealed decision, an application or an incident",
            pattern="^((dec|app)_[0-9a-f]{32}|INC-[0-9]{5,18})$",
        ),
    },
    more=False,
)
_WORD = an_object(
    {
        "word": text(enum=["nomination", "second", "invitation"]),
        "by": text("a companion's id, or the part of the person who gave it"),
        "inPlaceOfCritical": {"type": "boolean", "description": "a chief's, while there was no critical companion"},
        "givenAt": TIME,
        "decision": text("dec_…"),
    }
)
_NOMINATION = an_object(
    {
        "nominationId": text("nom_…"),
        "companionId": text(),
        "tier": text("the tier that it is named for"),
        "state": text(enum=["open", "promoted", "declined", "withdrawn", "lapsed"]),
        "openedAt": TIME,
        "lapsesAt": TIME,
        "closedAt": or_null(TIME),
        "evidence": a_list(_EVIDENCE),
        "words": a_list(_WORD),
        "lawDigest": text("SHA-256 of the law that it runs under"),
    }
)
_ENDORSEMENT = an_object(
    {"companionId": text(), "givenAt": TIME, "withdrawnAt": or_null(TIME), "reason": or_null(text())}
)
_NOMINATED = {
    "reason": "It has led the council's reviews for three months.",
    "evidence": [{"kind": "case_study", "text": "The flaw that it found in the plan.", "link": "INC-00042"}],
}


def _answers(
    operation: str, shape: dict[str, Any], about: str, *refusals: int, status: int = 200, **more: Any
) -> dict[str, Any]:
    answers: dict[Any, Any] = {status: OpenApiResponse(shape, description=about), **problems(*refusals, 429)}
    return {"operation_id": operation, "tags": _TAGS, "responses": answers, **more}


READ_ENDORSEMENTS = _answers(
    "list_endorsements",
    an_object(
        {
            "companionId": text(),
            "count": {"type": "integer"},
            "endorsements": a_list(an_object({"givenAt": TIME, "reason": or_null(text())})),
        }
    ),
    "Those that stand, newest first",
    *(404, 409),
)
ENDORSE = _answers(
    "endorse_companion",
    _ENDORSEMENT,
    "Given and sealed",
    *(400, 401, 403, 404, 409),
    status=201,
    parameters=[IDEMPOTENCY_KEY],
    request={
        "application/json": an_object(
            {"reason": text("shown on its page", minLength=1, maxLength=MOST_REASON)}, needed=(), more=False
        )
        | {"required": []}
    },
)
WITHDRAW_ENDORSEMENT = _answers(
    "withdraw_endorsement", _ENDORSEMENT, "Taken back and sealed", *(401, 403, 404, 409), request=None
)
READ_NOMINATIONS = _answers(
    "list_nominations",
    an_object({"companionId": text(), "nominations": a_list(_NOMINATION)}),
    "With their words, newest first",
    *(404, 409),
)
NOMINATE = _answers(
    "nominate_companion",
    _NOMINATION,
    "Opened and sealed; reviews read it from now on",
    *(400, 401, 403, 404, 409),
    status=201,
    parameters=[IDEMPOTENCY_KEY],
    request={
        "application/json": an_object(
            {
                "reason": text(minLength=1, maxLength=MAX_REASON),
                "evidence": a_list(_EVIDENCE, minItems=1, maxItems=MOST_ITEMS),
            },
            more=False,
        )
    },
    examples=[example("A case study", _NOMINATED)],
)
INVITE = _answers(
    "invite_companion",
    _NOMINATION,
    "The word is given and sealed",
    *(400, 401, 403, 404, 409),
    status=201,
    parameters=[IDEMPOTENCY_KEY],
    request={
        "application/json": an_object({"reason": text(minLength=1, maxLength=MAX_REASON)}, more=False)
        | {"required": []}
    },
)
