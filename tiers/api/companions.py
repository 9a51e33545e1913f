"""``/api/companions``: who is there, who may do what, and how each of them fares."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from faces.problems import Problem
from faces.throttles import throttle
from faces.views import StrictAPIView
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent
from registry.queries import companion_called
from tiers.actions import standing as actions
from tiers.api import described
from tiers.api.shown import clauses_json, companion_json, criterion_json, gi_json, time
from tiers.models import Standing
from tiers.queries import latest_assessment, register, standing_at
from tiers.queries.clauses import clause_picture
from tiers.queries.register import ORDERS

PAGE = 100


class _Reading(StrictAPIView):
    """Public reading: everybody may, at a decent rate."""

    throttle_classes = [throttle("read")]


class CompanionsView(_Reading):
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


class CompanionView(_Reading):
    @extend_schema(**described.COMPANION)
    def get(self, _request: Request, name: str) -> Response:
        """One companion."""
        standing, law = _standing(name), law_at(timezone.now())
        return Response(companion_json(standing, latest_assessment(standing.companion), law))


class GiScoreView(_Reading):
    @extend_schema(**described.GI_SCORE)
    def get(self, _request: Request, name: str) -> Response:
        """Its Governance Integrity, part by part; null without evidence."""
        standing, law = _standing(name), law_at(timezone.now())
        return Response(gi_json(standing, latest_assessment(standing.companion), law))


class ReadinessView(_Reading):
    @extend_schema(**described.READINESS)
    def get(self, _request: Request, name: str) -> Response:
        """Every criterion for leaving shadow mode: its verdict, value, n, interval, and how many more."""
        standing = _standing(name)
        latest = latest_assessment(standing.companion)
        criteria = [criterion_json(it) for it in latest.criteria] if latest else []
        missing = [it["name"] for it in criteria if it["required"] and it["verdict"] != "pass"]
        return Response(
            {
                "companionId": standing.companion.ref,
                "state": standing.state,
                "ready": bool(criteria) and not missing,
                "missing": missing,
                "criteria": criteria,
                "askedBeforeShadow": list(standing.companion.asked_before_shadow),
                "computedAt": time(latest.computed_at) if latest else None,
            }
        )


class ClausesView(_Reading):
    @extend_schema(**described.CLAUSES)
    def get(self, _request: Request, name: str) -> Response:
        """Its mean of each clause over the window and along it, and their mean by the law's weights."""
        standing, at = _standing(name), timezone.now()
        law = standing.law.law
        found = clause_picture(standing, law=law, at=at, scorer=scorer_of(law_at(at)))
        return Response(clauses_json(standing, found, law))


class StandingView(_Reading):
    @extend_schema(**described.STANDING)
    def get(self, request: Request, name: str) -> Response:
        """State and tier now, or at any past time, with the decisions that made them so."""
        companion, at = companion_called(name), _time(request.query_params.get("at"))
        found = standing_at(companion, at)
        if found is None:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", f"{companion.ref} was not here yet at that time.")
        return Response(
            {
                "companionId": companion.ref,
                "at": time(at),
                "state": found.state,
                "tier": found.tier or None,
                "frozen": found.precaution == "frozen",
                "decisions": list(found.decisions),
            }
        )


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
        standing = actions.retire(_standing(name), by=caller, at=timezone.now())
        return Response(companion_json(standing, latest_assessment(standing.companion), law_at(timezone.now())))


def _standing(name: str) -> Standing:
    companion = companion_called(name)
    return Standing.objects.select_related("companion__provider", "law").get(companion=companion)


def _time(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    try:
        at: Any = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Problem(
            HTTPStatus.BAD_REQUEST, "wrong_format", "at is a time with its zone, such as 2026-11-20T09:00:00Z."
        )
    return at
