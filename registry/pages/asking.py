"""Who asks: a signed-in person, or a provider that showed a companion's key in this session.

The session holds ids of credentials, never a key; a key that was revoked since opens nothing any more.
"""

import math
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest
from rest_framework.request import Request

from faces.problems import Problem
from faces.throttles import throttle
from ledger.actors import Actor
from registry.actions import note_use
from registry.models import Companion, Credential, Person
from registry.queries import credential_of

_HELD = "kaizen_keys"


def show_key(request: HttpRequest, key: str, *, at: datetime) -> Companion | None:
    """Open the provider's pages of the companion whose live key this is; None for any other text."""
    credential = credential_of(key, at=at)
    if credential is None or credential.companion is None:
        return None
    note_use(credential, at=at)
    hold(request, credential)
    return credential.companion


def hold(request: HttpRequest, credential: Credential) -> None:
    """Remember in this session that a live key was shown; the session gets a new name, so that none can be planted."""
    request.session.cycle_key()
    held = dict(request.session.get(_HELD, {}))
    if credential.companion is not None:
        held[credential.companion.ref] = str(credential.pk)
    request.session[_HELD] = held


def provider_of_companion(request: HttpRequest, companion: Companion, *, at: datetime) -> Actor | None:
    """As whom the reader may act for the companion's provider; None for everybody else.

    By a key of this companion shown in the session, or as a signed-in person of its provider's organisation.
    """
    held = request.session.get(_HELD, {}).get(companion.ref)
    credential = Credential.objects.filter(pk=held, companion=companion).first() if held else None
    if credential is not None and credential.is_live(at):
        return Actor.provider(companion.provider.slug)
    person = person_asking(request)
    if person is not None and person.organisation_slug == companion.provider.slug:
        return Actor.person(person)
    return None


def held_companions(request: HttpRequest) -> list[str]:
    """Ids of the companions whose key was shown in this session, live or not."""
    return sorted(request.session.get(_HELD, {}))


def person_asking(request: HttpRequest) -> Person | None:
    """The signed-in person, if there is one."""
    user = request.user
    return user if isinstance(user, Person) and user.is_authenticated else None


def is_staff(request: HttpRequest) -> bool:
    """Whether the reader may see the names of those who decided."""
    person = person_asking(request)
    return person is not None and person.is_staff


def throttled(request: HttpRequest, scope: str) -> None:
    """Raise Problem 429 when this client asked too often for ``scope``, as the API counts it."""
    counter = throttle(scope)()
    if not counter.allow_request(Request(request), None):
        wait = max(1, math.ceil(counter.wait() or 1))
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "throttled", headers={"Retry-After": str(wait)})
