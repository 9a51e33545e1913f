"""Problems over HTTP (RFC 9457): one shape for everything that goes wrong, whoever notices it.

``{type, title, status, code, detail, field, errors: [{pointer, code, detail}]}``; ``type`` is a path of this server,
``/problems/<code>``. Nothing of a request is repeated but names of fields. Rooms raise ``Problem`` in their faces;
exceptions of the rooms themselves are made known by ``register_problem`` where the whole is composed, for this ground
imports no room.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from faces.problems.codes import CODES
from faces.schema import Fault

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """What is told to a client: an HTTP status, a code of ``codes.CODES``, a sentence, and the faults in the body."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status = int(status)
        self.code = code
        self.detail = detail or (CODES[code].remedy if code in CODES else "")
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        return CODES[self.code].title if self.code in CODES else HTTPStatus(self.status).phrase

    @property
    def reasons(self) -> list[str]:
        """The sentences to show to a person."""
        return [fault.detail for fault in self.errors] or [self.detail]

    def body(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": f"/problems/{self.code}" if self.code in CODES else "about:blank",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "field": _field(self.errors),
            "errors": [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in self.errors],
        }


def _field(errors: tuple[Fault, ...]) -> str | None:
    """The first field at fault, by its path with dots, for forms that show one message at a time."""
    pointer = next((fault.pointer for fault in errors if fault.pointer), "")
    return ".".join(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]) or None


def invalid(errors: Iterable[Fault], *, status: int = HTTPStatus.BAD_REQUEST) -> Problem:
    """A problem of several faults; it takes their code where they share one."""
    faults = tuple(errors)
    codes = {fault.code for fault in faults}
    code = codes.pop() if len(codes) == 1 else "invalid_body"
    detail = faults[0].detail if len(faults) == 1 else f"{len(faults)} things are wrong; each is named under errors."
    return Problem(status, code, detail, errors=faults)


def refused(reasons: Iterable[str], *, code: str = "refused") -> Problem:
    """409: the rules do not allow it now, for these reasons."""
    sentences = [str(reason) for reason in reasons]
    return Problem(
        HTTPStatus.CONFLICT, code, " ".join(sentences), errors=[Fault("", code, sentence) for sentence in sentences]
    )


def respond(problem: Problem) -> HttpResponse:
    """The problem document as a response."""
    content = json.dumps(problem.body(), ensure_ascii=True)
    response = HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    return response


_REGISTERED: dict[type[Exception], Callable[[Any], Problem]] = {}


def register_problem(exception: type[Exception], to_problem: Callable[[Any], Problem]) -> None:
    """Say how an exception, and its subclasses, reads over HTTP; a later word for the same class replaces it."""
    _REGISTERED[exception] = to_problem


def registered() -> tuple[type[Exception], ...]:
    """Every exception that a face may show; for use in ``except``."""
    return (Problem, *_REGISTERED)


def as_problem(error: Exception) -> Problem | None:
    """How ``error`` reads over HTTP, by the nearest class that was made known; None for a bug of ours."""
    if isinstance(error, Problem):
        return error
    for kind in type(error).__mro__:
        if kind in _REGISTERED:
            return _REGISTERED[kind](error)
    return None
