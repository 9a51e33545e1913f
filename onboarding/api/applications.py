"""Apply, follow the application, answer what was returned, take it back."""

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from faces.etags import require_match, tagged
from faces.schema import Fault, Invalid
from faces.throttles import throttle
from faces.views import StrictAPIView
from onboarding import actions
from onboarding.api import described
from onboarding.api.bodiless import BodilessView
from onboarding.api.callers import CALLERS, caller_of, own_application
from onboarding.api.shown import status_json, submitted_json
from onboarding.dossier import whole_document
from onboarding.intake.body import parse_application
from onboarding.intake.contents import ApplicationBody
from onboarding.models import Application
from registry.egress.policy import policy_in_force
from registry.idempotent import idempotent


class ApplyView(StrictAPIView):
    """Apply with a model: nobody needs an account, and joining is free."""

    authentication_classes = CALLERS
    throttle_classes = [throttle("apply")]

    @extend_schema(**described.APPLY)
    @idempotent
    def post(self, request: Request) -> Response:
        body = parse_application(request.data, policy=policy_in_force())
        submitted = actions.submit(body, by=caller_of(request), at=timezone.now())
        answer = submitted_json(submitted)
        headers = {"Location": answer["statusUrl"], "Cache-Control": "no-store"}
        return Response(answer, status=HTTPStatus.ACCEPTED, headers=headers)


class ApplicationView(StrictAPIView):
    """One application, for its provider: with the onboarding token, a companion's key, or as its organisation."""

    authentication_classes = CALLERS
    throttle_classes = [throttle("token")]

    @extend_schema(**described.STATUS)
    def get(self, request: Request, public_id: str) -> Response:
        application, _ = own_application(request, public_id, at=timezone.now())
        return _shown(application)

    @extend_schema(**described.RESUBMIT)
    def put(self, request: Request, public_id: str) -> Response:
        at = timezone.now()
        application, caller = own_application(request, public_id, at=at)
        version = require_match(request, application.version)
        body = parse_application(request.data, policy=policy_in_force())
        return _shown(actions.edit_and_resubmit(application, body, by=caller, at=at, version=version))

    @extend_schema(**described.MEND)
    def patch(self, request: Request, public_id: str) -> Response:
        at = timezone.now()
        application, caller = own_application(request, public_id, at=at)
        version = require_match(request, application.version)
        body = _laid_over(application, request.data)
        return _shown(actions.edit_and_resubmit(application, body, by=caller, at=at, version=version))


class WithdrawView(BodilessView):
    """Take an application back."""

    authentication_classes = CALLERS
    throttle_classes = [throttle("token")]

    @extend_schema(**described.WITHDRAW)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        at = timezone.now()
        application, caller = own_application(request, public_id, at=at)
        version = require_match(request, application.version) if "If-Match" in request.headers else None
        return _shown(actions.withdraw(application, by=caller, at=at, version=version))


def _shown(application: Application) -> Response:
    response = Response(status_json(application), headers={"Cache-Control": "no-store"})
    return tagged(response, application.version)


def _laid_over(application: Application, given: Any) -> ApplicationBody:
    """The application with the fields that ``given`` names replaced, read as a whole anew."""
    if not isinstance(given, dict):
        raise Invalid([Fault("", "wrong_type", "An object is expected.")])
    body = parse_application({**whole_document(application), **given}, policy=policy_in_force())
    if "auth" not in given and body.auth and body.auth.type != "none":
        _same_origin(application, body)
    return body


def _same_origin(application: Application, body: ApplicationBody) -> None:
    """Credentials go only where they were made for: a new origin asks for them anew (rule E9)."""
    if body.endpoint.origin != application.endpoint.origin:
        raise Invalid([Fault("/auth", "required", "The endpoint moved to another origin: give its auth anew.")])
