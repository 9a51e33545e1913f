"""What a client sees where no view of ours answered: problem+json for machines, a page for people; never a trace."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from faces.problems.codes import CODES
from faces.problems.document import MEDIA_TYPE, Problem, as_problem, respond

MACHINE_PATHS = ("/api/", "/access/", "/v1/")
_PLAIN_500 = (
    "<!doctype html><html lang=en><title>Error</title><p>Something broke on our side. Please try again.</p></html>"
)

logger = logging.getLogger(__name__)


def wants_json(request: HttpRequest) -> bool:
    """Whether the client is a machine: by the path, or because it prefers JSON to HTML."""
    if f"{request.path}/".startswith(MACHINE_PATHS):
        return True
    return request.get_preferred_type(["text/html", "application/json", MEDIA_TYPE]) in {"application/json", MEDIA_TYPE}


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a request that Django itself found suspicious or malformed."""
    return _answer(request, Problem(HTTPStatus.BAD_REQUEST, "bad_request"))


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer a person who may not."""
    return _answer(request, Problem(HTTPStatus.FORBIDDEN, "forbidden"))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Answer an address where nothing is."""
    return _answer(request, Problem(HTTPStatus.NOT_FOUND, "not_found"))


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer a bug of ours; the page is drawn without context processors, which may be what broke."""
    problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error")
    if wants_json(request):
        return respond(problem)
    try:
        page: str = render_to_string("errors/500.html", {"problem": problem})
    except Exception:
        logger.exception("The page for errors could not be drawn")
        page = _PLAIN_500
    return HttpResponse(page, status=problem.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer a form whose origin could not be trusted (the setting CSRF_FAILURE_VIEW)."""
    return _answer(request, Problem(HTTPStatus.FORBIDDEN, "csrf_failed"))


class ProblemMiddleware:
    """Answers the known exceptions of plain views, a locked database or a refusal by rule, as the API answers them.

    Bugs go their usual way, to ``handler500``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = as_problem(error)
        return None if problem is None else _answer(request, problem)


def problem_types(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """List every published code, or explain the one that a problem's ``type`` names."""
    if code is not None and code not in CODES:
        raise Http404
    shown = CODES if code is None else {code: CODES[code]}
    return render(request, "problems/types.html", {"codes": sorted(shown.items()), "one": code})


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    if wants_json(request):
        return respond(problem)
    own = ["errors/csrf.html"] if problem.code == "csrf_failed" else []
    templates = [*own, f"errors/{problem.status}.html", "errors/problem.html"]
    wait = problem.headers.get("Retry-After")
    context = {"problem": problem, "retry_after": int(wait) if wait else None}
    response = render(request, templates, context, status=problem.status)
    for name, value in problem.headers.items():
        response[name] = value
    return response
