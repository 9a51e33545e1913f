"""How the exceptions of the libraries and of this ground read over HTTP, and REST framework's handler for them."""

import logging
import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django_fsm import ConcurrentTransition, TransitionNotAllowed
from rest_framework import exceptions

from faces.problems.document import Problem, as_problem, invalid, refused, register_problem, respond
from faces.schema import Fault, Invalid
from faces.strict_json import Malformed

BUSY_RETRY_SECONDS = 5

logger = logging.getLogger(__name__)

_CODES_BY_STATUS = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "unauthenticated",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.TOO_MANY_REQUESTS: "throttled",
}


def exception_handler(error: Exception, _context: dict[str, Any]) -> HttpResponse | None:
    """Answer a known exception as problem+json; a bug is Django's to log, and is answered 500 without a trace."""
    problem = as_problem(error)
    return None if problem is None else respond(problem)


def _of_rest_framework(error: exceptions.APIException) -> Problem:
    status = HTTPStatus(error.status_code)
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(BUSY_RETRY_SECONDS)
    return Problem(status, _CODES_BY_STATUS.get(status, "bad_request"), _own_words(error), headers=headers)


def _own_words(error: exceptions.APIException) -> str:
    """A sentence of ours on who may; other details of the framework repeat parts of the request."""
    if not isinstance(error, exceptions.AuthenticationFailed | exceptions.PermissionDenied):
        return ""
    return "" if error.detail == error.default_detail else str(error.detail)


def _of_serializer(error: exceptions.ValidationError) -> Problem:
    return invalid(_faults(error.detail, ""))


def _faults(detail: Any, pointer: str) -> Iterator[Fault]:
    """Serializers nest errors like the body that they read; ``non_field_errors`` stands for the object itself."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _faults(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list):
        nested = any(isinstance(one, dict | list) for one in detail)
        for index, inner in enumerate(detail):
            yield from _faults(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        code = getattr(detail, "code", "invalid")
        yield Fault(pointer, code if code == "required" else "invalid", str(detail))


def _of_model_validation(error: ValidationError) -> Problem:
    if hasattr(error, "error_dict"):
        named = error.message_dict.items()
        return invalid([Fault(f"/{name}", "invalid", text) for name, texts in named for text in texts])
    return invalid([Fault("", "invalid", text) for text in error.messages])


def _busy(error: OperationalError) -> Problem:
    logger.warning("The database did not answer in time (%s)", type(error).__name__)
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", headers={"Retry-After": str(BUSY_RETRY_SECONDS)})


register_problem(exceptions.APIException, _of_rest_framework)
register_problem(exceptions.ValidationError, _of_serializer)
register_problem(Malformed, lambda error: Problem(HTTPStatus.BAD_REQUEST, error.code, error.detail))
register_problem(Invalid, lambda error: invalid(error.faults))
register_problem(Http404, lambda _: Problem(HTTPStatus.NOT_FOUND, "not_found"))
register_problem(PermissionDenied, lambda _: Problem(HTTPStatus.FORBIDDEN, "forbidden"))
register_problem(ValidationError, _of_model_validation)
register_problem(TransitionNotAllowed, lambda _: refused(["The present state does not allow this move."]))
register_problem(ConcurrentTransition, lambda _: refused(["Somebody else has changed this since."], code="conflict"))
register_problem(OperationalError, _busy)
