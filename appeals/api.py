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
        appeal = actions.submit(parse_appeal(request.data), by=_caller(request), at=timezone.now())
        return Response(appeal_json(appeal), status=202, headers={"Location": _address(appeal)})


class AppealView(StrictAPIView):
    authentication_classes = CALLERS

    @extend_schema(**described.STATUS)
    def get(self, request: Request, public_id: str) -> Response:
        """Where an appeal of yours stands, and why."""
        return Response(appeal_json(own_appeal(public_id, _caller(request))))


class SelfReviewDoneView(StrictAPIView):
    authentication_classes = CALLERS
    body_required = False

    @extend_schema(**described.FINISH)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        """Say that you have read the proof and the scoring: the sentinel need not wait for the day to pass."""
        caller = _caller(request)
        appeal = actions.finish_self_review(own_appeal(public_id, caller), by=caller, at=timezone.now())
        return Response(appeal_json(appeal))


class AskForStewardView(StrictAPIView):
    authentication_classes = CALLERS
    body_required = False

    @extend_schema(**described.ASK)
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        """Ask for a person's word after the sentinel's denial."""
        caller = _caller(request)
        return Response(
            appeal_json(actions.ask_for_steward(own_appeal(public_id, caller), by=caller, at=timezone.now()))
        )


def own_appeal(public_id: str, by: Actor) -> Appeal:
    """The appeal, if it is the caller's; whether another's exists is not told."""
    try:
        appeal = appeal_called(public_id)
    except Appeal.DoesNotExist:
        raise Http404 from None
    if not is_the_party(appeal, by):
        raise Http404
    return appeal


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


def _caller(request: Request) -> Actor:
    """A key's or a session's holder, or whoever holds the onboarding token of a rejected application."""
    token = token_of(request)
    if token is not None:
        application = opened_by(token, at=timezone.now())
        return Actor.provider(application.provider.slug)
    caller = caller_of(request)
    if caller is None:
        raise exceptions.NotAuthenticated
    return caller


urlpatterns = [
    path("appeals/submit", SubmitView.as_view(), name="appeal-submit"),
    path("appeals/<str:public_id>", AppealView.as_view(), name="appeal"),
    path("appeals/<str:public_id>/self-review-done", SelfReviewDoneView.as_view(), name="appeal-self-review-done"),
    path("appeals/<str:public_id>/ask-for-steward", AskForStewardView.as_view(), name="appeal-ask-for-steward"),
]
