"""Addresses whose requests say all by method, path and token: a body, if one comes, is not read."""

from typing import Any

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from faces.views import METHODS


class BodilessView(APIView):
    """A view that answers 405 before anybody is asked who they are, and reads no body."""

    reads_body = False
    http_method_names = METHODS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise exceptions.MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
