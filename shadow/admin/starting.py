"""The page on which a steward lets a scorer read the latest answers again."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from charter.queries import law_at
from faces.admin import ReadOnlyAdmin
from faces.deciding import ReasonForm
from faces.problems import Problem, as_problem, registered
from ledger.actors import STEWARD
from registry.authentication import actor_of_request
from shadow.actions.rescoring import scorers_here, start_trial

LABEL = "Try a scorer"


def start_form() -> type[ReasonForm]:
    """The scorers that this host keeps, the one in force left out, and how many answers to read."""
    law = law_at(timezone.now())
    in_force = f"{law.scoring.scorer} {law.scoring.scorer_version}"
    choices = [(named, named) for named in scorers_here() if named != in_force]
    scorer = forms.ChoiceField(choices=choices, label="Scorer", help_text="" if choices else "No other is kept here.")
    last = forms.IntegerField(
        label="The latest answers to read",
        min_value=law.scoring.rescored,
        max_value=100 * law.scoring.rescored,
        initial=law.scoring.rescored,
        help_text=f"The law asks for {law.scoring.rescored} before a scorer may be promoted.",
    )
    return type("StartForm", (ReasonForm,), {"scorer": scorer, "last": last, "field_order": ("scorer", "last")})


def start_view(model_admin: ReadOnlyAdmin) -> Callable[..., HttpResponse]:
    """The view, behind the same guard as every decision."""

    def view(request: HttpRequest) -> HttpResponse:
        actor = actor_of_request(request)
        if not actor.has_role(STEWARD):
            raise PermissionDenied
        if request.method != "POST":
            return _page(model_admin, request, start_form()(initial={"version": 0}))
        form = start_form()(request.POST)
        if not form.is_valid():
            return _page(model_admin, request, form, status=HTTPStatus.BAD_REQUEST)
        name, version = form.cleaned_data["scorer"].rsplit(" ", 1)
        given = {key: form.cleaned_data[key] for key in ("last", "reason")}
        try:
            trial = start_trial(name, version, by=actor, at=timezone.now(), **given)
        except registered() as error:
            return _page(model_admin, request, form, problem=as_problem(error))
        return redirect(reverse("admin:shadow_scorertrial_change", args=[trial.pk]))

    guard = getattr(settings, "KAIZEN_DECISION_GUARD", None)
    return import_string(guard)(view) if guard else view


def _page(
    model_admin: ReadOnlyAdmin,
    request: HttpRequest,
    form: Any,
    *,
    problem: Problem | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": LABEL,
        "opts": model_admin.opts,
        "original": None,
        "row_url": reverse("admin:shadow_scorertrial_changelist"),
        "facts": [],
        "consequences": [
            "It reads the latest answers that the scorer in force has read, when the scoring processes have time.",
            "Nothing is judged by it: its scores stand beside the others, and its page shows what would change.",
            "Another person than you promotes it, or it is dropped. The start is sealed with your reason.",
        ],
        "label": LABEL,
        "form": form,
        "problem": problem,
    }
    return TemplateResponse(request, "admin/decide.html", context, status=problem.status if problem else status)
