"""Addresses for the tests of the ground."""

from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import override_settings
from django.urls import path
from django_fsm import ConcurrentTransition, TransitionNotAllowed
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.response import Response

from faces.admin import ReadOnlyAdmin, asks_reason
from faces.etags import require_match, tagged
from faces.problems import Problem, csrf_failure, problem_types, refused
from faces.schema import Fault, Fields, optional, read
from faces.values import boolean
from faces.views import StrictAPIView


class Late(Exception):
    """A refusal of a room that was made known."""


class Bearer(BaseAuthentication):
    def authenticate(self, request):
        return None

    def authenticate_header(self, request):
        return "Bearer"


FAILURES = {
    "problem": lambda: Problem(409, "refused", "Too late.", errors=[Fault("", "refused", "Too late.")]),
    "late": lambda: Late("by a day"),
    "missing": Http404,
    "denied": PermissionDenied,
    "drf-own": lambda: exceptions.AuthenticationFailed("The key has expired."),
    "drf-404": exceptions.NotFound,
    "drf-401": exceptions.NotAuthenticated,
    "drf-403": exceptions.PermissionDenied,
    "drf-429": lambda: exceptions.Throttled(wait=1.2),
    "drf-400": lambda: exceptions.ValidationError({"contact": {"email": ["Wrong."]}, "tags": [{}, {"x": ["No."]}]}),
    "model": lambda: ValidationError({"name": ["Bad."]}),
    "moved": TransitionNotAllowed,
    "raced": ConcurrentTransition,
    "locked": lambda: OperationalError("database is locked"),
    "bug": lambda: ZeroDivisionError("hunter2"),
}


class Failing(StrictAPIView):
    authentication_classes = [Bearer]

    def get(self, request, how):
        failure = FAILURES[how]
        raise failure()


class Echo(StrictAPIView):
    authentication_classes = []
    permission_classes = []

    def post(self, request):
        return Response({"read": repr(request.data), "bytes": len(request._request.body)})


class Bare(StrictAPIView):
    authentication_classes = []
    body_required = False

    def post(self, request):
        return Response({"read": request.data})


class Shaped(StrictAPIView):
    authentication_classes = []

    def post(self, request):
        return Response(read(Fields({"ok": optional(boolean)}), request.data))


class Versioned(StrictAPIView):
    authentication_classes = []

    def get(self, request):
        return tagged(Response({}), 7)

    def patch(self, request):
        return tagged(Response({}), require_match(request, 7) + 1)


def rename(group, *, by, reason, at, version):
    """Rename the group after its reason.

    More for the reader of code.
    """
    if reason == "late":
        raise Late("by a day")
    if reason == "bug":
        raise ZeroDivisionError
    group.name = f"{reason}, by {by}, {version}"
    group.save()


def dissolve(group, *, by, reason, at, version):
    group.delete()


class GroupAdmin(ReadOnlyAdmin):
    list_display = ("name",)
    actions = (
        asks_reason(rename, "Rename", actor_of=lambda request: request.user.name),
        asks_reason(
            dissolve,
            "Dissolve",
            allowed=lambda request, group: False,
            actor_of=str,
            consequences=lambda group: ["It is gone."],
        ),
    )


site = AdminSite(name="admin")
site.register(Group, GroupAdmin)
# The product's guard asks how somebody signed in; the people of these tests never did.
with override_settings(KAIZEN_DECISION_GUARD=None):
    admin_urls = site.urls


def page(request, how):
    known = {"denied": PermissionDenied, "odd": SuspiciousOperation, "locked": OperationalError}
    if how == "refused":
        raise refused(["First.", "Second."])
    raise known.get(how, ZeroDivisionError)("hunter2")


urlpatterns = [
    path("api/fail/<how>", Failing.as_view()),
    path("api/echo", Echo.as_view()),
    path("api/bare", Bare.as_view()),
    path("api/shaped", Shaped.as_view()),
    path("api/versioned", Versioned.as_view()),
    path("api/page/<how>", page),
    path("page/<how>", page),
    path("csrf", csrf_failure),
    path("problems/", problem_types),
    path("problems/<code>", problem_types),
    path("admin/", admin_urls),
    path("ok", lambda request: HttpResponse("ok")),
]
handler400 = "faces.problems.handler400"
handler403 = "faces.problems.handler403"
handler404 = "faces.problems.handler404"
handler500 = "faces.problems.handler500"
