"""Who may sign in, and what staff must have before they see anything (rule S1)."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathFillImage

from faces.throttles import client_address

# How often a session that is used is written again: its idle time is known to the minute.
WRITTEN_EVERY_SECONDS = 60
_USED_AT = "kaizen_used_at"
STAFF_PATHS = ("/admin/", "/desk/")
_ADD_ONE = "Add a second factor: an authenticator app or a passkey. In production no staff page opens without one."


class ClosedAccounts(DefaultAccountAdapter):
    """Accounts are made for people by a chief; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to their queue, a person of an organisation to its companions, anybody else to the first page."""
        person = request.user
        if person.is_staff:
            return str(settings.LOGIN_REDIRECT_URL)
        slug = getattr(person, "organisation_slug", None)
        return f"/companions?provider={slug}" if slug else "/"

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that attempts are counted by: from our own proxies, never from a header of the client's (A9)."""
        return client_address(request)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on as allauth does; staff without a second factor are reminded of it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.is_staff and not is_mfa_enabled(user):
            messages.warning(request, _ADD_ONE)
        return response


class StaffGate:
    """Keeps a session alive while it is used; in production, sends staff without a second factor to add one.

    A session ends when it was idle for ``SESSION_COOKIE_AGE``. It is written at most once a minute.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _keep_alive(request)
        if self._must_add_factor(request):
            return redirect(reverse("mfa_index"))
        return self.get_response(request)

    def _must_add_factor(self, request: HttpRequest) -> bool:
        return (
            not settings.IN_DEVELOPMENT
            and request.path.startswith(STAFF_PATHS)
            and request.user.is_authenticated
            and request.user.is_staff
            and not is_mfa_enabled(request.user)
        )


def _keep_alive(request: HttpRequest) -> None:
    """Note the use of a session that somebody has; a visitor without a cookie costs no query and gets no session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.session.keys():
        return
    now = int(time.time())
    if now - int(request.session.get(_USED_AT, 0)) >= WRITTEN_EVERY_SECONDS:
        request.session[_USED_AT] = now


@never_cache
@require_safe
@login_required
@reauthentication_required
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The QR picture of the authenticator being added in this session; the policy forbids ``data:`` pictures."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    # Drawn on white, so that it can be scanned from a dark page too.
    drawn = qrcode.make(get_adapter().build_totp_url(request.user, secret), image_factory=SvgPathFillImage)
    picture = BytesIO()
    drawn.save(picture)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
