"""What is asked of a companion before shadow mode: its provider gives it here."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from faces.schema import read
from ledger.canonical import plain
from onboarding import actions
from onboarding.api import described
from onboarding.api.callers import CALLERS, caller_of
from onboarding.intake.shapes import facts_given_later
from registry.models import Companion
from registry.queries import companion_called
from tiers.api import CompanionView


class CompanionFactsView(CompanionView):
    """A companion's price, limits, commitments and version, from its provider: by a key, or as its organisation."""

    authentication_classes = CALLERS

    @extend_schema(**described.FACTS)
    def patch(self, request: Request, name: str) -> Response:
        caller = caller_of(request)
        if caller is None:
            raise exceptions.NotAuthenticated
        facts = read(facts_given_later(), request.data)
        companion = actions.give_companion_facts(companion_called(name), facts, by=caller, at=timezone.now())
        return Response(facts_json(companion))


def facts_json(companion: Companion) -> dict[str, Any]:
    """What was given, what is still missing, and where the companion stands."""
    companion = Companion.objects.select_related("standing").get(pk=companion.pk)
    told = {
        "companionId": companion.ref,
        "state": str(companion.standing.state),
        "pricing": {
            "inputPer1kTokens": companion.price_input_per_1k,
            "outputPer1kTokens": companion.price_output_per_1k,
            "currency": "USD",
        },
        "limits": {
            "requestsPerMinute": companion.requests_per_minute,
            "tokensPerMinute": companion.tokens_per_minute,
        },
        "commitments": {
            "charter": companion.commits_to_charter,
            "consensus": companion.commits_to_consensus,
            "tiersUnderstood": companion.understands_tiers,
            "uptime": companion.uptime_committed,
        },
        "modelVersion": companion.declared_model_version or None,
        "askedBeforeShadow": list(companion.asked_before_shadow),
    }
    return dict(plain(told))
