"""Pages that end in a secret shown once: a form with a reason, and then the secret, which nothing stores in clear."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from faces.admin import ReadOnlyAdmin
from faces.deciding import ReasonForm
from faces.problems import Problem, as_problem, registered
from registry.authentication import actor_of_request


@dataclass(frozen=True)
class Once:
    """An act that brings forth a secret; ``act(obj, by=, given=)`` answers the row, the secret's name, the secret."""

    label: str
    form: type[ReasonForm]
    act: Callable[..., tuple[Any, str, str]]
    allowed: Callable[[HttpRequest, Any], bool]


def once_view(model_admin: ReadOnlyAdmin, once: Once) -> Callable[..., HttpResponse]:
    """The view of one such act, behind the same guard as every decision."""

    def view(request: HttpRequest, object_id: Any = None) -> HttpResponse:
        obj = None if object_id is None else model_admin.get_object(request, str(object_id))
        if object_id is not None and obj is None:
            raise Http404
        if not once.allowed(request, obj):
            raise PermissionDenied
        if request.method != "POST":
            return _form(model_admin, request, obj, once, once.form(initial={"version": 0}))
        form = once.form(request.POST)
        if not form.is_valid():
            return _form(model_admin, request, obj, once, form, status=HTTPStatus.BAD_REQUEST)
        try:
            made, name, secret = once.act(obj, by=actor_of_request(request), given=form.cleaned_data)
        except registered() as error:
            return _form(model_admin, request, obj, once, form, problem=as_problem(error))
        return _shown(model_admin, request, made, once, name=name, secret=secret)

    guard = getattr(settings, "KAIZEN_DECISION_GUARD", None)
    return never_cache(import_string(guard)(view) if guard else view)


def _form(
    model_admin: ReadOnlyAdmin,
    request: HttpRequest,
    obj: Any,
    once: Once,
    form: ReasonForm,
    *,
    problem: Problem | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    words = inspect.getdoc(once.act) or ""
    context = {
        **_frame(model_admin, request, once, obj),
        "facts": model_admin.decide_facts(obj) if obj is not None else [],
        "consequences": [words],
        "label": once.label,
        "form": form,
        "problem": problem,
    }
    return TemplateResponse(request, "admin/decide.html", context, status=problem.status if problem else status)


def _shown(
    model_admin: ReadOnlyAdmin, request: HttpRequest, obj: Any, once: Once, *, name: str, secret: str
) -> HttpResponse:
    context = {**_frame(model_admin, request, once, obj), "secret_name": name, "secret": secret}
    response = TemplateResponse(request, "admin/shown_once.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _frame(model_admin: ReadOnlyAdmin, request: HttpRequest, once: Once, obj: Any) -> dict[str, Any]:
    opts = model_admin.opts
    route = f"admin:{opts.app_label}_{opts.model_name}"
    return {
        **model_admin.admin_site.each_context(request),
        "title": once.label if obj is None else f"{once.label}: {obj}",
        "opts": opts,
        "original": obj,
        "row_url": reverse(f"{route}_changelist") if obj is None else reverse(f"{route}_change", args=[obj.pk]),
    }
