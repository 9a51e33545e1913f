"""``/api/companions/{id}/standing``: where it stands and what is under way with it, now or at a past time."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from charter.law import Law
from charter.queries import law_at
from faces.problems import Problem
from tiers.api import standing_described as described
from tiers.api.reading import Reading, standing_called, time_asked
from tiers.api.shown import number, time
from tiers.api.standing_shown import decline_json, monitoring_json, nomination_json, penalty_json
from tiers.models import Standing
from tiers.models.standing import Precaution, State
from tiers.queries import standing_at
from tiers.queries.beside import Beside, beside
from tiers.queries.standing import StandingAt
from tiers.queries.story import counts_now, is_over, state_now


class StandingView(Reading):
    @extend_schema(**described.STANDING)
    def get(self, request: Request, name: str) -> Response:
        """State and tier now, or at any past time, with what runs beside them and the decisions that made them so."""
        now, asked = timezone.now(), time_asked(request, "at")
        at = asked or now
        standing = standing_called(name)
        found = standing_at(standing.companion, at)
        if found is None:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", f"{standing.companion.ref} was not here yet at that time.")
        present = asked is None or asked >= now
        law = law_at(at)
        ran = beside(standing.companion, law=law, at=at)
        return Response({**_told(standing, found, at, present=present), **_beside(ran, law, at)})


def _told(standing: Standing, found: StandingAt, at: datetime, *, present: bool) -> dict[str, Any]:
    """State, tier and precaution; what no decision names by itself is told of the present alone."""
    over = is_over(standing, at) and found.state == State.SUSPENDED
    state = state_now(standing, at).value if over else found.state
    return {
        "companionId": standing.companion.ref,
        "at": time(at),
        "state": state,
        "tier": found.tier or None,
        "frozen": found.precaution == Precaution.FROZEN,
        "since": time(standing.suspended_until if over else standing.state_since) if present else None,
        "tierSince": time(standing.tier_since) if present else None,
        "voteWeight": _weight(standing, at) if present else None,
        "suspendedUntil": time(standing.suspended_until) if present and state == State.SUSPENDED else None,
        "decisions": list(found.decisions),
    }


def _weight(standing: Standing, at: datetime) -> float | None:
    """What its vote weighs while it counts; 0 while it does not."""
    return number(standing.vote_weight) if counts_now(standing, at) else 0.0


def _beside(found: Beside, law: Law, at: datetime) -> dict[str, Any]:
    named = found.nomination
    return {
        "declines": [decline_json(row, at) for row in found.declines],
        "penalties": [penalty_json(row, law) for row in found.penalties],
        "monitoring": monitoring_json(found.monitoring, at) if found.monitoring else None,
        "nomination": nomination_json(named, endorsements=found.endorsements) if named else None,
        "endorsements": found.endorsements,
        "lawDigest": law.digest,
    }
