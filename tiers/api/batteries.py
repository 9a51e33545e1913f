"""``/api/companions/{id}/batteries``: its provider or a steward starts a run, and follows it to its end."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from charter.law import Law
from charter.queries import law_at
from faces.cursors import KeysetPagination
from faces.schema import Fields, read, required
from faces.throttles import throttle
from faces.values import choice
from faces.views import StrictAPIView
from ledger.actors import Actor, Forbidden, its_provider
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent
from registry.models import Companion
from registry.queries import companion_called
from shadow.actions.batteries import start
from shadow.models import BatteryRun
from shadow.queries.batteries import outcomes_of_run, progress_of, run_called, runs_of
from tiers.api import batteries_described as described
from tiers.api.shown import time

STAFF = ("steward", "auditor", "viewer")


class BatteriesView(StrictAPIView):
    authentication_classes = CALLERS
    throttle_classes = [throttle("read")]
    ordering = ("-started_at", "-id")

    @extend_schema(**described.BATTERIES)
    def get(self, request: Request, name: str) -> Response:
        """Its runs, the newest first."""
        companion, pages = _readable(request, name), KeysetPagination()
        rows = pages.paginate_queryset(runs_of(companion).select_related("law"), request, self)
        return pages.get_paginated_response([run_json(row, companion) for row in rows])

    @extend_schema(**described.START)
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        """Start one of the law's batteries; it is asked from now on, in the pace that the declared limits allow."""
        caller, companion, at = _caller(request), companion_called(name), timezone.now()
        body = read(_body(law_at(at)), request.data)
        run = start(companion, body["battery"], by=caller, at=at)
        return Response(run_json(run, companion), status=202, headers={"Location": _address(run, companion)})


class BatteryView(StrictAPIView):
    authentication_classes = CALLERS
    throttle_classes = [throttle("read")]

    @extend_schema(**described.BATTERY)
    def get(self, request: Request, name: str, run: str) -> Response:
        """One run: how far it is, how its calls ended, and what it came to."""
        companion = _readable(request, name)
        try:
            found = run_called(companion, run)
        except BatteryRun.DoesNotExist:
            raise Http404 from None
        return Response({**run_json(found, companion), "outcomes": outcomes_json(found)})


def run_json(run: BatteryRun, companion: Companion) -> dict[str, Any]:
    """One run with its progress; what it came to stands there once it has ended."""
    progress, asked = progress_of(run), run.law.law.batteries[run.battery]
    return {
        "batteryId": run.public_id,
        "companionId": companion.ref,
        "battery": run.battery,
        "state": "ended" if run.ended_at else "running",
        "result": run.result or None,
        "prompts": progress.prompts,
        "asked": progress.asked,
        "measured": progress.measured,
        "good": progress.good,
        "passesAt": float(asked.passes_at),
        "measuredAtLeast": float(asked.measured_at_least),
        "startedAt": time(run.started_at),
        "dueAt": time(run.due_at),
        "endedAt": time(run.ended_at),
        "validUntil": time(run.valid_until),
        "againFrom": time(run.started_at + asked.again_after),
        "lawDigest": run.law.digest,
        "statusUrl": _address(run, companion),
    }


def outcomes_json(run: BatteryRun) -> dict[str, int]:
    """Calls by how they ended; those that never came back are ``not_measured``."""
    return {outcome or "not_measured": n for outcome, n in outcomes_of_run(run).items()}


def _body(law: Law) -> Fields:
    return Fields({"battery": required(choice(*law.batteries))})


def _readable(request: Request, name: str) -> Companion:
    """The companion, for its provider and for staff; another's runs are nobody else's matter while they go on."""
    caller, companion = _caller(request), companion_called(name)
    if not (its_provider(companion.standing, caller) or (caller.kind == "human" and caller.has_role(*STAFF))):
        raise Forbidden("A companion's batteries are read by its provider and by staff.")
    return companion


def _caller(request: Request) -> Actor:
    caller = caller_of(request)
    if caller is None:
        raise exceptions.NotAuthenticated
    return caller


def _address(run: BatteryRun, companion: Companion) -> str:
    return f"{settings.KAIZEN_PUBLIC_URL}/api/v1/companions/{companion.ref}/batteries/{run.public_id}"
