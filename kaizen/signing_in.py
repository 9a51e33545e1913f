"""Who may sign in, and what staff must have before they see anything (rule S1)."""

from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse


class ClosedAccounts(DefaultAccountAdapter):
    """Accounts are made for people by a chief; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        return False


class StaffGate:
    """In production, staff without a second factor are sent to add one before any staff page opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._must_add_factor(request):
            return redirect(reverse("mfa_index"))
        return self.get_response(request)

    def _must_add_factor(self, request: HttpRequest) -> bool:
        return (
            not settings.IN_DEVELOPMENT
            and request.path.startswith("/admin/")
            and request.user.is_authenticated
            and request.user.is_staff
            and not is_mfa_enabled(request.user)
        )
