"""``Idempotency-Key`` for every POST of the API (security rule A7): one decorator, whatever the room."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.idempotency import Answer, once

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
View = Callable[..., Response]


def idempotent(view: View) -> View:
    """Decorate a view's ``post``: with a key, the same request gets the same answer, and its effect happens once.

    The answer's data must be plain JSON; an exception leaves the key unused. Without the header nothing changes.
    """

    @wraps(view)
    def answered(self: APIView, request: Request, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(self, request, **kwargs)

        def handle() -> Answer:
            response = view(self, request, **kwargs)
            return response.status_code, {"data": response.data, "headers": dict(response.items())}

        scope = _scope(self, request, kwargs)
        # A view that reads no body does the same whatever body came.
        body = request._request.body if getattr(self, "reads_body", True) else b""  # noqa: SLF001  DRF's own way
        (status, kept), replayed = once(key=key, scope=scope, body=body, at=timezone.now(), handle=handle)
        response = Response(kept["data"], status=status, headers=kept["headers"])
        if replayed:
            response[REPLAYED] = "true"
        return response

    return answered


def _scope(view: APIView, request: Request, kwargs: dict[str, Any]) -> str:
    """The route and the caller; both addresses of a view are one route, and an anonymous caller has only the key."""
    caller = request.headers.get("Authorization") or getattr(request.user, "pk", "") or ""
    told = f"{sorted(kwargs.items())}\n{caller}"
    return f"{type(view).__module__}.{type(view).__name__}:{hashlib.sha256(told.encode()).hexdigest()}"
