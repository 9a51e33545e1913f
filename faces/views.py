"""The view that every address of the API is built on; apart from its parser, which REST framework loads first."""

from typing import Any

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from faces.parsers import StrictJSONParser, take_body

METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
# OPTIONS is not among them: REST framework would answer it with a description that nobody asked us for (rule A1).
METHODS = ["get", "head", "post", "put", "patch", "delete"]


class StrictAPIView(APIView):
    """A view whose bodies are strict JSON: 405, then 415, 413 and 400, before anybody is asked who they are.

    ``request.body`` of the underlying request is the body as received, whatever its framing. Where ``body_required`` is
    false a request may come without one, and its ``data`` is then empty.
    """

    body_required = True

    http_method_names = METHODS
    parser_classes = [StrictJSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = str(request.method)
        if method.lower() not in self.http_method_names or not hasattr(self, method.lower()):
            raise exceptions.MethodNotAllowed(method)
        if method in METHODS_WITH_BODY:
            take_body(request._request, required=self.body_required)  # noqa: SLF001 - DRF's own way to the request below
        super().initial(request, *args, **kwargs)
