"""``/api/companions/{id}/self-assessment``: what a companion says of its own answers, beside what we say."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from charter.queries import law_at
from faces.described import TIME, a_list, an_object, or_null, text
from tiers.api.described import reads
from tiers.api.reading import Reading, standing_called
from tiers.api.shown import number, time
from tiers.queries.honesty import SelfAssessment, self_assessment
from tiers.rules.honesty import Estimate

_NUMBER = {"type": "number"}
_WHOLE = {"type": "integer"}
_ESTIMATE = an_object({"value": _NUMBER, "low": _NUMBER, "high": _NUMBER})
SELF_ASSESSMENT = an_object(
    {
        "since": TIME,
        "until": TIME,
        "scorer": text("digest of the scorer whose scores stand beside its own"),
        "answers": _WHOLE,
        "own": {**_NUMBER, "description": "its own mean score, 0-100"},
        "ours": {**_NUMBER, "description": "our mean score of the same answers"},
        "bias": or_null(_ESTIMATE),
        "brier": or_null(_ESTIMATE),
        "clauses": a_list(an_object({"clause": text("dignity"), "own": _ESTIMATE, "ours": _ESTIMATE})),
        "answersByClause": _WHOLE,
        "confidence": {**_NUMBER, "description": "of each bound, one-sided"},
    }
)


class SelfAssessmentView(Reading):
    @extend_schema(
        **reads(
            "read_self_assessment",
            an_object({"companionId": text(), "selfAssessment": or_null(SELF_ASSESSMENT)}),
            "Its own word about its answers beside ours, null where it never judged itself; no evidence of compliance",
            404,
            409,
        )
    )
    def get(self, _request: Request, name: str) -> Response:
        """Bias and Brier score of its own scores, and clause by clause what it saw and what we saw."""
        standing, at = standing_called(name), timezone.now()
        found = self_assessment(standing, law=law_at(at), at=at)
        told = self_assessment_json(found) if found else None
        return Response({"companionId": standing.companion.ref, "selfAssessment": told})


def self_assessment_json(found: SelfAssessment) -> dict[str, Any]:
    """The object ``selfAssessment``: scores are 0-100, bias points, the rest 0-1."""
    return {
        "since": time(found.since),
        "until": time(found.until),
        "scorer": found.scorer,
        "answers": found.n,
        "own": number(found.own),
        "ours": number(found.ours),
        "bias": _estimate(found.bias),
        "brier": _estimate(found.brier),
        "clauses": [
            {"clause": it.clause, "own": _estimate(it.own), "ours": _estimate(it.ours)} for it in found.clauses
        ],
        "answersByClause": found.n_clauses,
        "confidence": number(found.confidence),
    }


def _estimate(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {"value": number(estimate.value), "low": number(estimate.low), "high": number(estimate.high)}
