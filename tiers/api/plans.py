"""``/api/companions/{id}/improvement-plan``: what a provider means to do better after a fall (spec section 10.4)."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from faces.described import IDEMPOTENCY_KEY, TIME, an_object, problems, text
from faces.schema import Fields, read, required
from faces.text import free_text
from faces.views import StrictAPIView
from registry.authentication import CALLERS, caller_of
from registry.idempotent import idempotent
from registry.queries import companion_called
from tiers.actions.monitoring import give_plan
from tiers.api.shown import time
from tiers.models import Standing

MOST_PLAN = 20_000
_SHAPE = Fields({"plan": required(free_text(1, MOST_PLAN, lines=True))})
_BODY = an_object({"plan": text(minLength=1, maxLength=MOST_PLAN)}, needed=("plan",), more=False)
_WATCH = an_object({"companionId": text("NAME_001"), "monitoredUntil": TIME, "planGivenAt": TIME})


class PlanView(StrictAPIView):
    """The provider's plan, by a key of the companion or as its organisation."""

    authentication_classes = CALLERS

    @extend_schema(
        operation_id="give_improvement_plan",
        tags=["Companions"],
        request={"application/json": _BODY},
        parameters=[IDEMPOTENCY_KEY],
        responses={
            200: OpenApiResponse(_WATCH, description="Kept, for as long as the closer watch runs"),
            **problems(400, 401, 403, 404, 409, 413, 415, 422, 429),
        },
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        """Hand in a plan of improvement while the companion is watched more closely; a new one replaces the last."""
        caller = caller_of(request)
        if caller is None:
            raise exceptions.NotAuthenticated
        plan = read(_SHAPE, request.data)["plan"]
        standing = Standing.objects.select_related("companion__provider").get(companion=companion_called(name))
        kept = give_plan(standing, plan, by=caller, at=timezone.now())
        told = {"monitoredUntil": time(kept.until), "planGivenAt": time(kept.plan_given_at)}
        return Response({"companionId": standing.companion.ref, **told})
