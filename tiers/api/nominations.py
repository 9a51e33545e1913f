"""``/api/companions/{id}/nominations`` and ``/invitations``: who names a companion for the next tier, and on what."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from faces.deciding import MAX_REASON
from faces.schema import Fields, Listed, optional, read, required
from faces.text import free_text
from faces.throttles import throttle
from faces.values import choice, matching
from faces.views import StrictAPIView
from ledger.canonical import rfc3339
from ledger.decisions import Refused
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent
from registry.models import Companion, Credential
from registry.queries import companion_called
from tiers.actions import nominating
from tiers.api import rising_described as described
from tiers.models import Nomination, NominationWord, Standing
from tiers.queries.nominating import nominations_of, open_nomination
from tiers.rules.nominating import KINDS, LINKED, MOST_ITEMS, MOST_TEXT, Item

SHOWN = 50
_REASON = free_text(1, MAX_REASON, lines=True)
_ITEM = Fields(
    {
        "kind": required(choice(*KINDS)),
        "text": required(free_text(1, MOST_TEXT, lines=True)),
        "link": required(matching(r"(dec|app)_[0-9a-f]{32}|INC-[0-9]{5,18}", LINKED, most=36)),
    },
    into=lambda found: Item(**found),
)
_NOMINATION = Fields({"reason": required(_REASON), "evidence": required(Listed(_ITEM, 1, MOST_ITEMS))})
_INVITATION = Fields({"reason": optional(_REASON)})


class NominationsView(StrictAPIView):
    """Everybody reads them; a steward of another organisation opens one."""

    authentication_classes = CALLERS
    throttle_classes = [throttle("read")]

    @extend_schema(**described.READ_NOMINATIONS)
    def get(self, _request: Request, name: str) -> Response:
        """Nominations with their words, newest first."""
        companion = companion_called(name)
        return Response(
            {
                "companionId": companion.ref,
                "nominations": [nomination_json(row) for row in nominations_of(companion)[:SHOWN]],
            }
        )

    @extend_schema(**described.NOMINATE)
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        """Name an active companion for the next tier, on evidence that links to what is sealed."""
        caller = caller_of(request)
        if caller is None:
            raise exceptions.NotAuthenticated
        body = read(_NOMINATION, request.data)
        standing = Standing.objects.select_related("companion__provider").get(companion=companion_called(name))
        nomination = nominating.nominate(
            standing, by=caller, at=timezone.now(), reason=body["reason"], evidence=body["evidence"]
        )
        return Response(nomination_json(nomination), status=201)


class InvitationsView(StrictAPIView):
    """A critical companion invites the one that is nominated: with its key; a chief in its place, signed in."""

    authentication_classes = CALLERS
    body_required = False

    @extend_schema(**described.INVITE)
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        """Invite the nominated companion, as a live critical companion of another provider or in place of one."""
        caller = caller_of(request)
        if caller is None:
            raise exceptions.NotAuthenticated
        body, at = read(_INVITATION, request.data or {}), timezone.now()
        nomination = open_nomination(companion_called(name))
        if nomination is None:
            raise Refused("No nomination of this companion is open.")
        reason, inviting = body["reason"] or "", _inviting(request)
        if inviting is not None:
            nominating.invite(nomination, inviting=inviting, at=at, reason=reason)
        else:
            nominating.invite_for(nomination, by=caller, at=at, reason=reason)
        return Response(nomination_json(nomination), status=201)


def nomination_json(nomination: Nomination) -> dict[str, Any]:
    """One nomination as everybody may read it: people by their part alone, companions by their id."""
    return {
        "nominationId": nomination.subject_ref,
        "companionId": nomination.companion.ref,
        "tier": nomination.tier,
        "state": str(nomination.state),
        "openedAt": rfc3339(nomination.opened_at),
        "lapsesAt": rfc3339(nomination.lapses_at),
        "closedAt": rfc3339(nomination.closed_at) if nomination.closed_at else None,
        "evidence": nomination.evidence,
        "words": [_word(word) for word in nomination.words.all()],
        "lawDigest": nomination.law.digest,
    }


def _word(word: NominationWord) -> dict[str, Any]:
    return {
        "word": str(word.kind),
        "by": word.by_ref if word.by_kind == "companion" else "a steward",
        "inPlaceOfCritical": word.in_place_of_critical,
        "givenAt": rfc3339(word.given_at),
        "decision": word.sealed_as.public_id,
    }


def _inviting(request: Request) -> Companion | None:
    """The companion whose key speaks here, if it is a companion's."""
    return request.auth.companion if isinstance(request.auth, Credential) else None
