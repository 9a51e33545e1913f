"""``/api/companions/{id}/endorsements``: who stands up for a companion; people give and take back their own."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from civic.actions import MOST_REASON
from civic.models import Endorsement
from civic.queries import endorsements_of
from faces.schema import Fields, optional, read
from faces.text import free_text
from faces.throttles import throttle
from faces.views import StrictAPIView
from ledger.actors import Actor
from ledger.canonical import rfc3339
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent
from registry.queries import companion_called
from tiers.actions import endorsing
from tiers.api import rising_described as described
from tiers.models import Standing

SHOWN = 100
_GIVEN = Fields({"reason": optional(free_text(1, MOST_REASON, lines=True))})


class EndorsementsView(StrictAPIView):
    """Everybody reads; a signed-in steward or citizen gives one of their own, and takes it back."""

    authentication_classes = CALLERS
    throttle_classes = [throttle("read")]
    body_required = False

    @extend_schema(**described.READ_ENDORSEMENTS)
    def get(self, _request: Request, name: str) -> Response:
        """The endorsements that stand, newest first; nobody's name is told."""
        companion = companion_called(name)
        rows = endorsements_of(companion)
        given = [{"givenAt": rfc3339(row.given_at), "reason": row.reason or None} for row in rows[:SHOWN]]
        return Response({"companionId": companion.ref, "count": rows.count(), "endorsements": given})

    @extend_schema(**described.ENDORSE)
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        """Stand up for a companion of another organisation, in your own name."""
        by, reason = _caller(request), read(_GIVEN, request.data or {})["reason"]
        row = endorsing.endorse(_standing(name), by=by, at=timezone.now(), reason=reason or "")
        return Response(_own(row), status=201)

    @extend_schema(**described.WITHDRAW_ENDORSEMENT)
    def delete(self, request: Request, name: str) -> Response:
        """Take your endorsement back."""
        row = endorsing.withdraw_endorsement(_standing(name), by=_caller(request), at=timezone.now())
        return Response(_own(row))


def _caller(request: Request) -> Actor:
    caller = caller_of(request)
    if caller is None:
        raise exceptions.NotAuthenticated
    return caller


def _standing(name: str) -> Standing:
    return Standing.objects.select_related("companion__provider").get(companion=companion_called(name))


def _own(row: Endorsement) -> dict[str, Any]:
    return {
        "companionId": row.companion.ref,
        "givenAt": rfc3339(row.given_at),
        "withdrawnAt": rfc3339(row.withdrawn_at) if row.withdrawn_at else None,
        "reason": row.reason or None,
    }
