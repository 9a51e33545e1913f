"""Optimistic locking over HTTP (RFC 9110 §8.8.3, §13.1.1; RFC 6585 §3): a change names the version it was read at."""

from http import HTTPStatus
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.request import Request

from faces.problems import Problem

_IF_MATCH = "If-Match"

Response = TypeVar("Response", bound=HttpResponseBase)


def strong_etag(version: int) -> str:
    """The strong entity tag of a row at ``version``."""
    return f'"v{version}"'


def tagged(response: Response, version: int) -> Response:
    """The response with the ETag of the row that it shows."""
    response["ETag"] = strong_etag(version)
    return response


def require_match(request: Request | HttpRequest, version: int) -> int:
    """The version, if the request's ``If-Match`` names it; raises ``Problem`` 428 without the header, 412 if stale.

    Compared strongly: a weak tag matches nothing. ``*`` matches whatever is there.
    """
    header = request.headers.get(_IF_MATCH)
    if header is None:
        raise Problem(HTTPStatus.PRECONDITION_REQUIRED, "precondition_required")
    named = parse_etags(header)
    if "*" not in named and strong_etag(version) not in named:
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "precondition_failed", headers={"ETag": strong_etag(version)})
    return version
