"""A decide page: the facts, what will happen, the reason, the button; refusals are shown where they were met.

The view opens no transaction: the action opens its own, seals and commits. The row's version travels through the form,
so that whoever decides on an old page is told who was faster.
"""

import inspect
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from faces.problems import Problem, as_problem, registered
from faces.schema import Rejected
from faces.text import LINES, plain

if TYPE_CHECKING:
    from faces.admin import ReadOnlyAdmin

MAX_REASON = 5000


class ReasonForm(forms.Form):
    """The reason, and the version of the row that was read; a room adds fields, which the action gets by name."""

    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Read by the party, and by whoever reviews the decision.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        # Browsers send CR LF for every line break of a text area; that is form encoding, not the person's text.
        reason = str(self.cleaned_data["reason"]).replace("\r\n", "\n")
        try:
            return plain(reason, allowed=LINES)
        except Rejected as refusal:
            raise ValidationError(refusal.detail) from None


class AsksReason:
    """One decision that a person takes on one row, with a reason; callable as an action of Django's list."""

    def __init__(
        self,
        action: Callable[..., Any],
        label: str,
        *,
        allowed: Callable[[HttpRequest, Any], bool] | None = None,
        actor_of: Callable[[HttpRequest], Any] | None = None,
        consequences: Callable[[Any], Sequence[str]] | None = None,
        form: type[ReasonForm] = ReasonForm,
    ) -> None:
        self.action = action
        self.label = label
        self.slug = slugify(action.__name__.replace("_", "-"))
        self.form = form
        self.__name__ = f"decide_{action.__name__}"
        self.short_description = label
        self._allowed = allowed
        self._actor_of = actor_of
        self._consequences = consequences

    def __call__(self, model_admin: "ReadOnlyAdmin", request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return model_admin.to_decide_page(request, queryset, self.slug)

    def may(self, request: HttpRequest, obj: Any) -> bool:
        """Whether to offer the page to this person; the action itself judges again."""
        return self._allowed is None or self._allowed(request, obj)

    def will_happen(self, obj: Any) -> list[str]:
        """What the decision brings about: told by the room, or by the first paragraph of the action's docstring."""
        if self._consequences is not None:
            return list(self._consequences(obj))
        words = inspect.getdoc(self.action) or ""
        return [" ".join(words.split("\n\n")[0].split())] if words else []

    def take(self, request: HttpRequest, obj: Any, given: dict[str, Any]) -> None:
        """Call the action as the person who asks, now; its exceptions pass through."""
        self.action(obj, by=self.actor(request), at=timezone.now(), **given)

    def actor(self, request: HttpRequest) -> Any:
        """Who decides in this request."""
        actor_of = self._actor_of or import_string(getattr(settings, "KAIZEN_ACTOR_OF", ""))
        return actor_of(request)

    def form_of(self, obj: Any) -> type[ReasonForm]:  # noqa: ARG002  a room's form may depend on the row
        """The form for this row."""
        return self.form

    def context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:  # noqa: ARG002  for rooms that show more
        """What a decide page shows besides: ``warnings``, ``criteria``, ``closed`` (why nothing can be decided)."""
        return {}

    def problem_of(self, error: Exception) -> Problem | None:
        """How a refusal is told on the page."""
        return as_problem(error)


def asks_reason(action: Callable[..., Any], label: str, **more: Any) -> AsksReason:
    """An entry for ``ReadOnlyAdmin.actions``: ``action(obj, *, by, reason, at, version, …)`` behind a decide page.

    ``allowed(request, obj)`` says whom to offer it; ``actor_of(request)`` makes the actor, by default the function that
    the setting ``KAIZEN_ACTOR_OF`` names; ``consequences(obj)`` lists what will happen; ``form`` is a subclass of
    ``ReasonForm`` whose further fields reach the action as keyword arguments.
    """
    return AsksReason(action, label, **more)


def decide_view(model_admin: "ReadOnlyAdmin") -> Callable[..., HttpResponse]:
    """The view of all decide pages of one model, for ``admin_site.admin_view``."""

    def view(request: HttpRequest, object_id: str, slug: str) -> HttpResponse:
        act = model_admin.decisions.get(slug)
        obj = model_admin.get_object(request, object_id)
        if act is None or obj is None:
            raise Http404
        if not (model_admin.has_view_permission(request, obj) and act.may(request, obj)):
            raise PermissionDenied
        if request.method != "POST":
            form = act.form_of(obj)(initial={"version": getattr(obj, "version", 0)})
            return _page(model_admin, request, obj, act, form)
        form = act.form_of(obj)(request.POST)
        if not form.is_valid():
            return _page(model_admin, request, obj, act, form, status=HTTPStatus.BAD_REQUEST)
        return _decided(model_admin, request, obj, act, form)

    return view


def _decided(
    model_admin: "ReadOnlyAdmin", request: HttpRequest, obj: Model, act: AsksReason, form: ReasonForm
) -> HttpResponse:
    try:
        act.take(request, obj, form.cleaned_data)
    except registered() as error:
        present = model_admin.get_object(request, str(obj.pk)) or obj
        return _page(model_admin, request, present, act, form, problem=act.problem_of(error))
    messages.success(request, f"{act.label}: decided and sealed.")
    return redirect(_row_url(model_admin, obj))


def _page(
    model_admin: "ReadOnlyAdmin",
    request: HttpRequest,
    obj: Model,
    act: AsksReason,
    form: ReasonForm,
    *,
    problem: Problem | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{act.label}: {obj}",
        "opts": model_admin.opts,
        "original": obj,
        "row_url": _row_url(model_admin, obj),
        "facts": model_admin.decide_facts(obj),
        "consequences": act.will_happen(obj),
        "label": act.label,
        "form": form,
        "problem": problem,
        **act.context(request, obj),
    }
    return TemplateResponse(request, "admin/decide.html", context, status=problem.status if problem else status)


def _row_url(model_admin: "ReadOnlyAdmin", obj: Model) -> str:
    opts = model_admin.opts
    return reverse(f"{model_admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change", args=[obj.pk])
