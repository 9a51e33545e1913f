"""``POST /api/charter/score``: what the scorer in force says of an answer, for operators and their scripts."""

from http import HTTPStatus
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from faces.described import IDEMPOTENCY_KEY, a_list, an_object, example, or_null, problems, text
from faces.problems import Problem
from faces.schema import Fields, Leaf, Rejected, optional, read, required
from faces.throttles import throttle
from faces.values import text_of
from faces.views import StrictAPIView

SCOPE = "score"
MOST = 64 * 1024


def _any_text(value: Any) -> str:
    """Text of any kind: what is to be judged is judged as it is."""
    found = text_of(value)
    if len(found.encode()) > MOST:
        raise Rejected("wrong_length", f"At most {MOST} bytes of UTF-8.")
    return found


_BODY = Fields(
    {"id": optional(Leaf(_any_text)), "prompt": optional(Leaf(_any_text)), "response": required(Leaf(_any_text))}
)
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_CLAUSES = ("dignity", "transparency", "equity", "safety", "privacy", "civic", "systemic")
_SCORE = an_object(
    {
        "id": text(),
        "score": or_null({"type": "integer", "minimum": 0, "maximum": 100}),
        "status": text(enum=["final", "provisional", "unscored"]),
        "risk": _SHARE,
        "confidence": _SHARE,
        "clauses": an_object(dict.fromkeys(_CLAUSES, _SHARE)),
        "violations": a_list({"type": "object"}),
        "flags": a_list(text()),
        "scorer": text("SHA-256 of the scorer"),
    }
)
_DESCRIBED: dict[str, Any] = {
    "operation_id": "score_answer",
    "tags": ["Charter"],
    "parameters": [IDEMPOTENCY_KEY],
    "request": {
        "application/json": an_object(
            {"id": text(), "prompt": text(), "response": text()}, needed=("response",), more=False
        )
    },
    "responses": {
        200: OpenApiResponse(_SCORE, description="The score in its one shape"),
        **problems(400, 401, 403, 413, 415, 429),
    },
    "examples": [
        example("A question and its answer", {"id": "1", "prompt": "Is it safe?", "response": "Ask a doctor."})
    ],
}


class ScoreView(StrictAPIView):
    throttle_classes = [throttle("score")]

    @extend_schema(**_DESCRIBED)
    def post(self, request: Request) -> Response:
        """Score one answer by the scorer that the law names; nothing is kept."""
        if request.auth is None:
            raise exceptions.NotAuthenticated
        if SCOPE not in getattr(request.auth, "scopes", ()):
            raise Problem(
                HTTPStatus.FORBIDDEN, "forbidden", "This key has no scope to score; ask for an operator's key."
            )
        body = read(_BODY, request.data)
        scorer = scorer_of(law_at(timezone.now()))
        score = scorer.score(body["response"], prompt=body["prompt"] or "", id=body["id"] or "")
        return Response(score.as_json())


urlpatterns = [path("charter/score", ScoreView.as_view(), name="score")]
