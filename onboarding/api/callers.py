"""Who calls: the holder of an onboarding token, of a companion's key, or a signed-in person."""

from datetime import datetime

from django.http import Http404
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from ledger.actors import Actor, its_provider
from onboarding.models import Application
from onboarding.queries import BadToken, application_by_token, application_called
from registry import keys
from registry.authentication import KeyAuthentication, bearer
from registry.models import Person

CALLERS: list[type[BaseAuthentication]] = [KeyAuthentication, SessionAuthentication]
NO_SUCH_TOKEN = "This onboarding token is unknown, spent or over."  # noqa: S105  a sentence


def caller_of(request: Request) -> Actor | None:
    """The signed-in caller, by key or by session; None for anybody else."""
    user = request.user
    if isinstance(user, Person):
        return Actor.person(user)
    return user if isinstance(user, Actor) else None


def token_of(request: Request) -> str | None:
    """The onboarding token of the request, if it bears one."""
    token = bearer(request)
    return token if token and token.startswith(keys.TOKEN_PREFIX) else None


def own_application(request: Request, public_id: str, *, at: datetime) -> tuple[Application, Actor]:
    """The application, if it is the caller's, and who the caller is.

    401 for nobody, 404 for an application that is another's: whether it exists is not told.
    """
    if (token := token_of(request)) is not None:
        application = opened_by(token, at=at)
        if application.public_id != public_id:
            raise Http404
        return application, Actor.provider(application.provider.slug)
    caller = caller_of(request)
    if caller is None:
        raise exceptions.NotAuthenticated
    try:
        application = application_called(public_id)
    except Application.DoesNotExist:
        raise Http404 from None
    if not its_provider(application, caller):
        raise Http404
    return application, caller


def opened_by(token: str | None, *, at: datetime, to_mount: bool = False) -> Application:
    """The application that the onboarding token opens; 401 without one that is good."""
    if token is None:
        raise exceptions.NotAuthenticated
    try:
        return application_by_token(token, at=at, to_mount=to_mount)
    except BadToken:
        raise exceptions.AuthenticationFailed(NO_SUCH_TOKEN) from None
