"""``/api/companions``: who is there, who may do what, and how each of them fares."""

from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from faces.problems import Problem
from faces.views import StrictAPIView
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent
from tiers.actions import standing as actions
from tiers.api import described
from tiers.api.reading import Reading, standing_called
from tiers.api.shown import clauses_json, companion_json, gi_json
from tiers.queries import latest_assessment, register
from tiers.queries.clauses import clause_picture
from tiers.queries.register import ORDERS

PAGE = 100


class CompanionsView(Reading):
    @extend_schema(**described.COMPANIONS)
    def get(self, request: Request) -> Response:
        """Companions, in the order asked for; with ``may`` only those that may do the operation now."""
        at, asked = timezone.now(), request.query_params
        law = law_at(at)
        order = asked.get("order", "name")
        if order not in ORDERS:
            raise Problem(HTTPStatus.BAD_REQUEST, "unknown_value", f"order is one of {', '.join(sorted(ORDERS))}.")
        operation = asked.get("may")
        known = {act for tier in law.tiers.values() for act in tier.may}
        if operation is not None and operation not in known:
            raise Problem(
                HTTPStatus.BAD_REQUEST, "unknown_value", "may names no operation of the law; see /charter/law."
            )
        rows = register(law=law, operation=operation, order=order, most=PAGE)
        return Response(
            {"results": [companion_json(it.standing, it.assessment, law) for it in rows], "lawDigest": law.digest}
        )


class CompanionView(Reading):
    @extend_schema(**described.COMPANION)
    def get(self, _request: Request, name: str) -> Response:
        """One companion."""
        standing, law = standing_called(name), law_at(timezone.now())
        return Response(companion_json(standing, latest_assessment(standing.companion), law))


class GiScoreView(Reading):
    @extend_schema(**described.GI_SCORE)
    def get(self, _request: Request, name: str) -> Response:
        """Its Governance Integrity, part by part; null without evidence."""
        standing, law = standing_called(name), law_at(timezone.now())
        return Response(gi_json(standing, latest_assessment(standing.companion), law))


class ClausesView(Reading):
    @extend_schema(**described.CLAUSES)
    def get(self, _request: Request, name: str) -> Response:
        """Its mean of each clause over the window and along it, and their mean by the law's weights."""
        standing, at = standing_called(name), timezone.now()
        law = standing.law.law
        found = clause_picture(standing, law=law, at=at, scorer=scorer_of(law_at(at)))
        return Response(clauses_json(standing, found, law))


class RetireView(StrictAPIView):
    """The provider takes its companion back, whenever it likes."""

    authentication_classes = CALLERS
    body_required = False

    @extend_schema(**described.RETIRE)
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        caller = caller_of(request)
        if caller is None:
            raise exceptions.NotAuthenticated
        standing = actions.retire(standing_called(name), by=caller, at=timezone.now())
        return Response(companion_json(standing, latest_assessment(standing.companion), law_at(timezone.now())))
