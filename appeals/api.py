"""``/api/appeals``: contest a decision, follow the appeal, move it on."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from appeals import actions, described
from appeals.body import parse_appeal
from appeals.models import Appeal, State, is_the_party
from appeals.queries import appeal_called
from appeals.targets import NoSuchDecision
from faces.throttles import throttle
from faces.views import StrictAPIView
from ledger.actors import Actor
from ledger.canonical import rfc3339
from onboarding.api.callers import opened_by, token_of
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent

NEXT = {
    State.SELF_REVIEW: "Read the proof and the scoring; say that you have, or wait: the sentinel is next.",
    State.SENTINEL_REVIEW: "The sentinel looks at it afresh.",
    State.STEWARD_REVIEW: "A steward who took no part before rules on it.",
    State.DENIED_BY_SENTINEL: "You may ask for a steward.",
}
ENDED = "Nothing: this is final."


class SubmitView(StrictAPIView):
    """The guide's own path: ``POST /api/appeals/submit``."""

    authentication_classes = CALLERS
    throttle_classes = [throttle("appeal")]

    @extend_schema(**described.SUBMIT)
    @idempotent
    def post(self, request: Request) -> Response:
        """Contest a decision about your companion or application; a citizen, any decision that a machine took."""
        (caller, application), body = _caller(request), parse_appeal(request.data)
        if application not in {None, body.target}:
            raise NoSuchDecision
        appeal = actions.submit(body, by=caller, at=timezone.now())
        return Response(appeal_json(appeal), status=202, headers={"Location": _address(appeal)})


class AppealView(StrictAPIView):
    authentication_classes = CALLERS

    @extend_schema(**described.STATUS)
    def get(self, request: Request, public_id: str) -> Response:
        """Where an appeal of yours stands, and why."""
        return Response(appeal_json(own_appeal(public_id, request)[0]))


class SelfReviewDoneView(StrictAPIView):
    authentication_classes = CALLERS
    body_required = False

    @extend_schema(**described.FINISH)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        """Say that you have read the proof and the scoring: the sentinel need not wait for the day to pass."""
        appeal, caller = own_appeal(public_id, request)
        return Response(appeal_json(actions.finish_self_review(appeal, by=caller, at=timezone.now())))


class AskForStewardView(StrictAPIView):
    authentication_classes = CALLERS
    body_required = False

    @extend_schema(**described.ASK)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        """Ask for a person's word after the sentinel's denial."""
        appeal, caller = own_appeal(public_id, request)
        return Response(appeal_json(actions.ask_for_steward(appeal, by=caller, at=timezone.now())))


def own_appeal(public_id: str, request: Request) -> tuple[Appeal, Actor]:
    """The appeal, if it is the caller's, and who the caller is; whether another's exists is not told."""
    caller, application = _caller(request)
    try:
        appeal = appeal_called(public_id)
    except Appeal.DoesNotExist:
        raise Http404 from None
    if not is_the_party(appeal, caller) or application not in {None, appeal.target_ref}:
        raise Http404
    return appeal, caller


def appeal_json(appeal: Appeal) -> dict[str, Any]:
    return {
        "appealId": appeal.public_id,
        "status": appeal.state,
        "against": appeal.decision.public_id,
        "target": appeal.target_ref,
        "companionId": appeal.companion.ref if appeal.companion else None,
        "submittedAt": rfc3339(appeal.submitted_at),
        "dueAt": rfc3339(appeal.due_at) if appeal.due_at else None,
        "settledAt": rfc3339(appeal.settled_at) if appeal.settled_at else None,
        "advice": appeal.advice or None,
        "answer": appeal.answer or None,
        "next": NEXT.get(State(appeal.state), ENDED),
        "statusUrl": _address(appeal),
    }


def _address(appeal: Appeal) -> str:
    return f"{settings.KAIZEN_PUBLIC_URL}/api/v1/appeals/{appeal.public_id}"


def _caller(request: Request) -> tuple[Actor, str | None]:
    """Who asks; and for an onboarding token, the one application that it speaks for.

    Anybody may apply under any name, so a token stands for its own application and never for the organisation.
    """
    token = token_of(request)
    if token is not None:
        application = opened_by(token, at=timezone.now())
        return Actor.provider(application.provider.slug), application.public_id
    caller = caller_of(request)
    if caller is None:
        raise exceptions.NotAuthenticated
    return caller, None


urlpatterns = [
    path("appeals/submit", SubmitView.as_view(), name="appeal-submit"),
    path("appeals/<str:public_id>", AppealView.as_view(), name="appeal"),
    path("appeals/<str:public_id>/self-review-done", SelfReviewDoneView.as_view(), name="appeal-self-review-done"),
    path("appeals/<str:public_id>/ask-for-steward", AskForStewardView.as_view(), name="appeal-ask-for-steward"),
]
