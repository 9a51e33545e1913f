"""The mount: the seed's GET, and the documented POST, which does the same."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from faces.throttles import throttle
from ledger.actors import Actor
from onboarding import actions
from onboarding.api import described
from onboarding.api.bodiless import BodilessView
from onboarding.api.callers import NO_SUCH_TOKEN, opened_by, token_of
from onboarding.queries import BadToken
from registry.authentication import KeyAuthentication
from registry.idempotent import idempotent


class MountView(BodilessView):
    """Mount the approved model with its onboarding token. There is no HEAD: it would mint a key that nobody reads."""

    authentication_classes = [KeyAuthentication]
    http_method_names = ["get", "post"]
    throttle_classes = [throttle("mount")]

    @extend_schema(**described.MOUNT_BY_GET)
    def get(self, request: Request) -> Response:
        return _mounted(request)

    @extend_schema(**described.MOUNT)
    @idempotent
    def post(self, request: Request) -> Response:
        return _mounted(request)


def _mounted(request: Request) -> Response:
    at = timezone.now()
    application = opened_by(token_of(request), at=at, to_mount=True)
    try:
        mounted = actions.mount(application, by=Actor.provider(application.provider.slug), at=at)
    except BadToken:
        raise exceptions.AuthenticationFailed(NO_SUCH_TOKEN) from None
    return Response(mounted.answer, headers={"Cache-Control": "no-store"})
