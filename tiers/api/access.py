"""``/access/v1``: may this companion do this now, in the shape of OpenID's Authorization API 1.0 (AuthZEN)."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from faces.problems import Problem
from faces.schema import Invalid
from faces.strict_json import Malformed
from faces.throttles import WindowThrottle
from faces.views import StrictAPIView
from registry.authentication import KeyAuthentication, bearer
from tiers.actions.access import Counted
from tiers.api import access_described as described
from tiers.api.access_shown import DENY, PERMIT, Asked, Batch, answer_json, one_of, several_of
from tiers.api.access_tally import TALLY
from tiers.queries.access import Ground, KeyRefused, ScopeMissing, ground
from tiers.rules.access import COMPANION, Access, decide_access

SCOPE = "access"
EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
METADATA_SECONDS = 3600
_END = {DENY: False, PERMIT: True}
_REQUEST_ID = re.compile(r"[\x20-\x7e]{1,255}")
_Body = TypeVar("_Body", Asked, Batch)


class GatewayKey(KeyAuthentication):
    """Takes the bearer's key into ``request.auth`` as it stands: one query reads it together with the answer."""

    def authenticate(self, request: Request) -> Any:
        key = bearer(request)
        return None if key is None else (None, key)


class AccessThrottle(WindowThrottle):
    scope = "access"


class _Asking(StrictAPIView):
    """A question and its answer. Nothing is written here, and a kept answer would be worth nothing a moment later."""

    authentication_classes = [GatewayKey]
    throttle_classes = [AccessThrottle]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        asked = request.headers.get("X-Request-ID")
        if asked is not None and not _REQUEST_ID.fullmatch(asked):
            raise Problem(HTTPStatus.BAD_REQUEST, "bad_request", "X-Request-ID is 1 to 255 printable ASCII characters.")
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        asked = request.headers.get("X-Request-ID", "")
        if _REQUEST_ID.fullmatch(asked):
            answer["X-Request-ID"] = asked
        return answer


class EvaluationView(_Asking):
    @extend_schema(**described.EVALUATION)
    def post(self, request: Request) -> Response:
        """Whether one companion may do one operation now, why, and what that obliges to."""
        at = timezone.now()
        asked = _read(request, one_of, at)
        known = _ground(request, [asked], at)
        return Response(_answers([asked], known, at)[0])


class EvaluationsView(_Asking):
    @extend_schema(**described.EVALUATIONS)
    def post(self, request: Request) -> Response:
        """The same for up to 100 questions at once, in their order."""
        at = timezone.now()
        batch = _read(request, several_of, at)
        known = _ground(request, batch.asked, at)
        answers = _answers(batch.asked, known, at, ends_at=_END.get(batch.semantic))
        return Response(answers[0] if batch.is_single else {"evaluations": answers})


@require_safe
def metadata(_request: HttpRequest) -> HttpResponse:
    """``/.well-known/authzen-configuration``: where this decision point answers."""
    base = settings.KAIZEN_PUBLIC_URL
    answer = JsonResponse(
        {
            "policy_decision_point": base,
            "access_evaluation_endpoint": base + EVALUATION,
            "access_evaluations_endpoint": base + EVALUATIONS,
        }
    )
    answer["Cache-Control"] = f"public, max-age={METADATA_SECONDS}"
    return answer


def _read(request: Request, of: Callable[[Any], _Body], at: datetime) -> _Body:
    """The body's questions; what is wrong with them is told only to who may ask at all."""
    try:
        return of(request.data)
    except (Invalid, Malformed):
        _ground(request, (), at)
        raise


def _ground(request: Request, asked: Iterable[Asked], at: datetime) -> Ground:
    if request.auth is None:
        raise exceptions.NotAuthenticated
    names = {one.name for one in asked if one.kind == COMPANION}
    try:
        return ground(str(request.auth), names, scope=SCOPE, at=at)
    except KeyRefused:
        raise exceptions.AuthenticationFailed("This key is unknown, expired or revoked.") from None
    except ScopeMissing:
        raise Problem(
            HTTPStatus.FORBIDDEN, "forbidden", "This key has no scope to ask for access; ask for an operator's key."
        ) from None


def _answers(
    questions: Iterable[Asked], known: Ground, at: datetime, *, ends_at: bool | None = None
) -> list[dict[str, Any]]:
    """The answers in order, up to the first that is ``ends_at``; each of them counted."""
    given: list[Access] = []
    counted: list[Counted] = []
    for asked in questions:
        subject = known.subjects.get(asked.name) if asked.kind == COMPANION else None
        access = decide_access(subject, asked.operation, law=known.law, at=at, kind=asked.kind)
        given.append(access)
        counted.append(_counted(access, asked, known, at))
        if access.is_allowed is ends_at:
            break
    TALLY.add(counted)
    return [answer_json(access, law=known.law, at=at) for access in given]


def _counted(access: Access, asked: Asked, known: Ground, at: datetime) -> Counted:
    return Counted(
        hour=at.replace(minute=0, second=0, microsecond=0),
        credential=known.credential,
        companion_ref=access.subject.ref if access.subject else "",
        operation=asked.operation if access.operation_tier else "",
        reason=access.reason.value,
        law_digest=known.law.digest,
    )


urlpatterns = [
    path("evaluation", EvaluationView.as_view(), name="access-evaluation"),
    path("evaluations", EvaluationsView.as_view(), name="access-evaluations"),
]
