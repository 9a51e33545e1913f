"""Which applications the reader may open: by an onboarding token shown in this session, or as their organisation.

The session holds the token's id, never the token; once it is spent it opens nothing any more.
"""

from datetime import datetime

from django.http import Http404, HttpRequest

from ledger.actors import Actor, its_provider
from onboarding.models import Application, OnboardingToken
from onboarding.queries import BadToken, application_by_token, application_called
from onboarding.queries.applications import is_spent
from registry.pages.asking import person_asking, provider_of_companion

_HELD = "kaizen_applications"


def show_token(request: HttpRequest, clear: str, *, at: datetime) -> Application | None:
    """Open the application whose onboarding token this is; None for any other text."""
    try:
        application = application_by_token(clear, at=at)
    except BadToken:
        return None
    hold(request, application)
    return application


def hold(request: HttpRequest, application: Application) -> None:
    """Remember in this session that the application's token was shown, under a new name of the session."""
    request.session.cycle_key()
    token = OnboardingToken.objects.get(application=application)
    held = dict(request.session.get(_HELD, {}))
    held[application.public_id] = str(token.pk)
    request.session[_HELD] = held


def own_application(request: HttpRequest, public_id: str, *, at: datetime) -> tuple[Application, Actor]:
    """The application, if it is the reader's, and as whom they act; 404 for another's, whether it exists or not."""
    try:
        application = application_called(public_id)
    except Application.DoesNotExist:
        raise Http404 from None
    by = _by_token(request, application) or _by_person(request, application)
    if by is None and application.companion is not None:
        by = provider_of_companion(request, application.companion, at=at)
    if by is None:
        raise Http404
    return application, by


def held_applications(request: HttpRequest) -> list[str]:
    """Ids of the applications that were opened in this session."""
    return sorted(request.session.get(_HELD, {}))


def _by_token(request: HttpRequest, application: Application) -> Actor | None:
    held = request.session.get(_HELD, {}).get(application.public_id)
    token = OnboardingToken.objects.filter(pk=held, application=application).first() if held else None
    return Actor.provider(application.provider.slug) if token is not None and not is_spent(token) else None


def _by_person(request: HttpRequest, application: Application) -> Actor | None:
    person = person_asking(request)
    actor = Actor.person(person) if person else None
    return actor if actor and its_provider(application, actor) else None
