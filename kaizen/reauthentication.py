"""A decision asks for a fresh sign-in: ten minutes old at most, be it the login or a re-authentication (rule S1)."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kaizen.settings.security import REAUTHENTICATION_SECONDS


def fresh_sign_in_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send whoever signed in longer ago to re-authenticate; what they posted is kept and taken up afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        if not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **more)

    return guarded


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session's latest sign-in or re-authentication is at most ten minutes old."""
    if not request.user.is_authenticated:
        return False
    newest = max((record["at"] for record in get_authentication_records(request, request.user)), default=0)
    return time.time() - newest < REAUTHENTICATION_SECONDS
