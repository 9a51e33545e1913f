"""Pages beside the decisions about an amendment: writing it, trying it, its report as a file."""

import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from charter.amending import actions
from charter.amending.comparing import changes_between
from charter.amending.constitution import constitutional, refusal_of
from charter.amending.drafting import as_toml
from charter.amending.queries import remarks_on
from charter.law import parse
from charter.models import Amendment
from charter.pages.words import lines_of
from charter.queries import latest_version, law_at
from charter.typed import LawMalformed
from faces.admin import ReadOnlyAdmin
from faces.problems import Problem, as_problem, registered
from ledger.actors import STEWARD
from registry.authentication import actor_of_request
from tiers.actions.simulating import start_simulation, stop_simulation
from tiers.admin.draft_forms import EXAMPLE, DraftForm, TryForm
from tiers.queries.simulating import latest_simulation

View = Callable[..., HttpResponse]


def draft_view(model_admin: ReadOnlyAdmin) -> View:
    """Writing a new one."""

    def view(request: HttpRequest) -> HttpResponse:
        actor, base = _steward(request), latest_version()
        if request.method != "POST":
            return _written(model_admin, request, DraftForm(initial={"version": 0, "changes": EXAMPLE}, base=base))
        form = DraftForm(request.POST, base=base)
        if not form.is_valid() or "check" in request.POST:
            return _written(model_admin, request, form)
        given = {name: form.cleaned_data[name] for name in ("title", "rationale")}
        try:
            amendment = actions.draft(form.cleaned_data["changes"], by=actor, at=timezone.now(), **given)
        except _shown() as error:
            return _written(model_admin, request, form, problem=_problem(error))
        messages.success(request, f"{amendment.subject_ref} is drafted. Try it on history next.")
        return redirect(_address(amendment))

    return _guarded(view)


def edit_view(model_admin: ReadOnlyAdmin) -> View:
    """Changing a draft, over the law that was enacted last."""

    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        actor, amendment, base = _steward(request), _found(pk), latest_version()
        if request.method != "POST":
            initial = {
                "title": amendment.title,
                "rationale": amendment.rationale,
                "changes": as_toml(amendment.document, amendment.base.document),
                "version": amendment.version,
            }
            return _written(model_admin, request, DraftForm(initial=initial, base=base), amendment)
        form = DraftForm(request.POST, base=base)
        if not form.is_valid() or "check" in request.POST:
            return _written(model_admin, request, form, amendment)
        try:
            actions.redraft(amendment, by=actor, at=timezone.now(), **form.cleaned_data)
        except _shown() as error:
            return _written(model_admin, request, form, amendment, problem=_problem(error))
        messages.success(request, f"{amendment.subject_ref} is changed. It is to be tried as it is now.")
        return redirect(_address(amendment))

    return _guarded(view)


def try_view(model_admin: ReadOnlyAdmin) -> View:
    """Trying it on history: what that needs to know, and the start."""

    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        actor, amendment = _steward(request), _found(pk)
        asked = law_at(timezone.now()).amendments.simulated_since
        form = TryForm(
            request.POST if request.method == "POST" else None, initial={"days": -(-asked // timedelta(days=1))}
        )
        problem = None
        if request.method == "POST" and form.is_valid():
            over, every = timedelta(days=form.cleaned_data["days"]), timedelta(hours=form.cleaned_data["every"])
            try:
                start_simulation(amendment, by=actor, at=timezone.now(), over=over, every=every)
            except registered() as error:
                problem = _problem(error)
            else:
                messages.success(request, "It is being tried. Its report will stand here.")
                return redirect(_address(amendment))
        consequences = [
            "Two runs go over the sums of that time: one by the law that it changes, one by the draft.",
            "What differs is listed on its page with each criterion as both answer it. Nobody is touched by it.",
            "It is done in the background, between answers that wait for their scores; the page shows how far it came.",
        ]
        return _asked(model_admin, request, amendment, form, "Try it on history", consequences, problem=problem)

    return _guarded(view)


def stop_view(model_admin: ReadOnlyAdmin) -> View:
    """Stopping a trial that runs."""

    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        actor, amendment = _steward(request), _found(pk)
        if request.method != "POST":
            consequences = ["What was found so far is let go. It may be tried again at any time."]
            return _asked(model_admin, request, amendment, forms.Form(), "Stop trying it", consequences)
        run = latest_simulation(amendment)
        if run is not None and stop_simulation(run, by=actor, at=timezone.now()):
            messages.success(request, "It is tried no further.")
        else:
            messages.info(request, "It had ended by itself.")
        return redirect(_address(amendment))

    return _guarded(view)


def report_view(model_admin: ReadOnlyAdmin) -> View:
    """The whole report as JSON with sorted keys, the same for the same history."""

    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        amendment = _found(pk)
        if request.method not in {"GET", "HEAD"} or not model_admin.has_view_permission(request, amendment):
            raise PermissionDenied
        if not amendment.simulation:
            raise Http404
        body = json.dumps(amendment.simulation, sort_keys=True, indent=2, ensure_ascii=True)
        response = HttpResponse(body, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{amendment.subject_ref}-simulation.json"'
        return response

    return view


def _written(
    model_admin: ReadOnlyAdmin,
    request: HttpRequest,
    form: DraftForm,
    amendment: Amendment | None = None,
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    label = "Draft an amendment" if amendment is None else f"Change {amendment.subject_ref}"
    bad = form.is_bound and not form.is_valid()
    status = problem.status if problem else HTTPStatus.BAD_REQUEST if bad else HTTPStatus.OK
    context = {
        **model_admin.admin_site.each_context(request),
        "title": label,
        "opts": model_admin.opts,
        "original": amendment,
        "label": label,
        "form": form,
        "problem": problem,
        "base": form.base,
        "subjects": lines_of(form.base.document),
        "checked": _checked(form) if form.document else None,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/charter/amendment_form.html", context, status=status)


def _checked(form: DraftForm) -> dict[str, Any]:
    """What the form's lines would change, and what stands against them by themselves."""
    changes = changes_between(form.base.document, form.document)
    law = law_at(timezone.now())
    return {
        "version": form.document["version"],
        "changes": changes,
        "constitutional": [refusal_of(change) for change in constitutional(law, changes)],
        "remarks": remarks_on(parse(form.document)),
    }


def _asked(  # noqa: PLR0917  what a decide page is made of
    model_admin: ReadOnlyAdmin,
    request: HttpRequest,
    amendment: Amendment,
    form: forms.Form,
    label: str,
    consequences: list[str],
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    bad = form.is_bound and not form.is_valid()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{label}: {amendment}",
        "opts": model_admin.opts,
        "original": amendment,
        "row_url": _address(amendment),
        "facts": [("Amendment", str(amendment)), ("Changes law", amendment.base.version)],
        "consequences": consequences,
        "label": label,
        "form": form,
        "problem": problem,
    }
    status = problem.status if problem else HTTPStatus.BAD_REQUEST if bad else HTTPStatus.OK
    return TemplateResponse(request, "admin/decide.html", context, status=status)


def _found(pk: UUID) -> Amendment:
    found = Amendment.objects.select_related("base", "author").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _steward(request: HttpRequest) -> Any:
    actor = actor_of_request(request)
    if not actor.has_role(STEWARD):
        raise PermissionDenied
    return actor


def _address(amendment: Amendment) -> str:
    return reverse("admin:charter_amendment_change", args=[amendment.pk])


def _shown() -> tuple[type[Exception], ...]:
    """Every exception that these pages tell their reader."""
    return (LawMalformed, *registered())


def _problem(error: Exception) -> Problem:
    """A refusal as the page shows it; a law that cannot be read is told like a wrong field."""
    return as_problem(error) or Problem(HTTPStatus.BAD_REQUEST, "invalid", str(error))


def _guarded(view: View) -> View:
    """Behind the same guard as every decision."""
    guard = getattr(settings, "KAIZEN_DECISION_GUARD", None)
    guarded: View = import_string(guard)(view) if guard else view
    return guarded
