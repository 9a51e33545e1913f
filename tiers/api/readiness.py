"""``/api/companions/{id}/readiness``: what the way out of shadow mode or the next tier asks, and by when."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tiers.api import standing_described as described
from tiers.api.reading import Reading, standing_called
from tiers.api.shown import criterion_json, time
from tiers.models import Assessment, Standing
from tiers.models.standing import PROBED, State
from tiers.queries import latest_assessment
from tiers.queries.rising import Readiness, readiness_to_rise
from tiers.rules.forecast import Forecast
from tiers.rules.verdicts import Verdict


class ReadinessView(Reading):
    @extend_schema(**described.READINESS)
    def get(self, _request: Request, name: str) -> Response:
        """Every criterion of the next step: verdict, value, n, interval, how many more, and by when at this rate."""
        standing, at = standing_called(name), timezone.now()
        latest = latest_assessment(standing.companion)
        # Nobody who is barred or gone is on the way to anything; what was measured last is still shown.
        way = readiness_to_rise(standing, at) if standing.state in PROBED else Readiness(None)
        return Response({**_asked(standing, latest, way), **_next(standing, way)})


def _asked(standing: Standing, latest: Assessment | None, way: Readiness) -> dict[str, Any]:
    """The criteria: of a rise as they stand now, of the exit as the last assessment judged them."""
    rises = standing.state == State.ACTIVE and way.tier is not None
    kept = [it.as_json() for it in way.criteria] if rises else (latest.criteria if latest else [])
    told = {it.name: forecast for it, forecast in way.lines}
    criteria = [{**criterion_json(it), **_forecast(it, told.get(it["name"]))} for it in kept]
    missing = [it["name"] for it in criteria if it["required"] and it["verdict"] != Verdict.PASS]
    return {
        "companionId": standing.companion.ref,
        "state": standing.state,
        "ready": bool(criteria) and not missing,
        "missing": missing,
        "criteria": criteria,
        "askedBeforeShadow": list(standing.companion.asked_before_shadow),
        "computedAt": time(latest.computed_at) if latest else None,
    }


def _forecast(criterion: dict[str, Any], told: Forecast | None) -> dict[str, Any]:
    """By when an open criterion could pass; one that passes, or decides nothing, is told of no time."""
    if told is None or criterion["verdict"] in {Verdict.PASS, Verdict.TRACKED}:
        return {"reachableAt": None, "byWhen": ""}
    return {"reachableAt": time(told.at), "byWhen": told.words}


def _next(standing: Standing, way: Readiness) -> dict[str, Any]:
    step = None if way.tier is None else "rise" if standing.state == State.ACTIVE else "exit"
    return {
        "step": step,
        "tierAsked": way.tier,
        "reviewDueAt": time(way.review_due_at),
        "reachableAt": time(way.reachable_at),
    }
