"""DRF's authentication by a key of ours: ``Authorization: Bearer kz_live_…``."""

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from ledger.actors import Actor
from registry import keys
from registry.actions import note_use
from registry.models import Credential, Person
from registry.queries import credential_of


class KeyAuthentication(BaseAuthentication):
    """Sets ``request.auth`` to the Credential, ``request.user`` to its Actor. Onboarding tokens are not its matter."""

    def authenticate(self, request: Request) -> tuple[Actor, Credential] | None:
        key = bearer(request)
        if key is None or not key.startswith(keys.KEY_PREFIX):
            return None
        credential = credential_of(key, at=timezone.now())
        if credential is None:
            raise AuthenticationFailed("This key is unknown, expired or revoked.")
        note_use(credential, at=timezone.now())
        return actor_of(credential), credential

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  DRF's signature
        return "Bearer"


def bearer(request: Request) -> str | None:
    """The bearer token of the request, if it has one that is ASCII."""
    words = get_authorization_header(request).split()
    if len(words) != 2 or words[0].lower() != b"bearer":  # noqa: PLR2004  scheme and token
        return None
    try:
        return words[1].decode("ascii")
    except UnicodeDecodeError:
        raise AuthenticationFailed("A bearer token is ASCII.") from None


CALLERS: list[type[BaseAuthentication]] = [KeyAuthentication, SessionAuthentication]


def caller_of(request: Request) -> Actor | None:
    """The signed-in caller, by key or by session; None for anybody else."""
    user = request.user
    if isinstance(user, Person):
        return Actor.person(user)
    return user if isinstance(user, Actor) else None


def actor_of_request(request: HttpRequest) -> Actor:
    """Who acts in a page of ours: the signed-in person."""
    return Actor.person(request.user)


def actor_of(credential: Credential) -> Actor:
    """Who acts with this key: the companion's provider, or the person."""
    if credential.companion is not None:
        return Actor.provider(credential.companion.provider.slug)
    return Actor.person(credential.person)
