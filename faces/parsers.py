"""The door for JSON bodies: type, coding and size are judged before a byte is parsed, and chunked bodies count too.

Django reads nothing of a body that comes without Content-Length, so a chunked one would look empty; the server marks
such input as ending by itself (``wsgi.input_terminated``), and then it is read here, to one byte past the limit.
"""

import io
import re
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, UnreadablePostError
from gunicorn.http.errors import ParseException
from rest_framework.parsers import BaseParser

from faces import strict_json
from faces.problems import Problem

MAX_BODY_BYTES = 64 * 1024

_UTF_8 = re.compile(r'charset=(?:utf-8|"utf-8")', re.IGNORECASE)


class StrictJSONParser(BaseParser):
    """REST framework's face of ``strict_json``; ``faces.views.StrictAPIView`` has judged type and size before."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Any = None,  # noqa: ARG002 - DRF passes it
    ) -> Any:
        """The document in ``stream``; raises ``Malformed`` (400) or ``Problem`` (413, 415)."""
        _refuse_type(media_type or "")
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise _too_large()
        return strict_json.loads(raw)


def take_body(request: HttpRequest, *, required: bool = True) -> bytes:
    """Read the body within its limit and leave it in ``request.body``; raises ``Problem`` (415, 413, 400)."""
    if not required and request.META.get("CONTENT_LENGTH") in {None, "", "0"} and not _is_chunked(request):
        return b""
    _refuse_type(request.META.get("CONTENT_TYPE", ""))
    if "HTTP_CONTENT_ENCODING" in request.META:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Content-Encoding is not accepted.")
    raw = _received(request)
    if not raw:
        raise Problem(HTTPStatus.BAD_REQUEST, "empty_body")
    request._body = raw  # noqa: SLF001 - where Django keeps what it has read
    request._stream = io.BytesIO(raw)  # noqa: SLF001
    request.META["CONTENT_LENGTH"] = str(len(raw))
    return raw


def _refuse_type(content_type: str) -> None:
    """Only ``application/json`` passes, with no parameter but ``charset=utf-8``."""
    kind, *parameters = [part.strip() for part in content_type.split(";")]
    given = [parameter for parameter in parameters if parameter]
    if kind.lower() == StrictJSONParser.media_type and len(given) <= 1 and all(map(_UTF_8.fullmatch, given)):
        return
    raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")


def _received(request: HttpRequest) -> bytes:
    announced = request.META.get("CONTENT_LENGTH") or ""
    if announced.isascii() and announced.isdigit():
        # Compared by length first: a header of thousands of digits is no number to be computed.
        if len(announced.lstrip("0")) > len(str(MAX_BODY_BYTES)) or int(announced) > MAX_BODY_BYTES:
            raise _too_large()
        return _whole(request, int(announced))
    if _is_chunked(request):
        return _chunked(request.META["wsgi.input"])
    return b""


def _is_chunked(request: HttpRequest) -> bool:
    return bool(request.META.get("wsgi.input_terminated")) and "HTTP_TRANSFER_ENCODING" in request.META


def _whole(request: HttpRequest, length: int) -> bytes:
    try:
        raw = request.read(length)
    except UnreadablePostError:
        raise _incomplete() from None
    if len(raw) < length:
        raise _incomplete()
    return raw


def _chunked(source: Any) -> bytes:
    try:
        raw: bytes = source.read(MAX_BODY_BYTES + 1)
    except (OSError, ParseException):
        raise _incomplete() from None
    if len(raw) > MAX_BODY_BYTES:
        raise _too_large()
    return raw


def _too_large() -> Problem:
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")


def _incomplete() -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "incomplete_body")
