"""A page of facts in the admin, made of our parts instead of Django's form: nothing on it can be edited or deleted."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from faces.admin import ReadOnlyAdmin
from faces.figures.records import DecideAction


class FactsAdmin(ReadOnlyAdmin):
    """A table whose rows are pages of facts; ``page_template`` draws what ``page`` gathers.

    The list offers no actions at all: a decision begins on the page of its row, with the facts in view.
    """

    page_template = "admin/facts_page.html"
    list_per_page = 50
    show_full_result_count = False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002  Django's signature
        return {}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:  # noqa: ARG002  for rooms to fill
        """What the page of ``obj`` shows; ``facts`` are (name, value) pairs, ``rail`` the ones that decide."""
        return {"facts": self.decide_facts(obj)}

    def offered(self, request: HttpRequest, obj: Any) -> Sequence[DecideAction]:
        """Links to the decisions that this person may take on this row now."""
        acts = [act for act in self.decisions.values() if act.may(request, obj)]
        return [DecideAction(act.label, self.decide_url(obj, act.slug)) for act in acts]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page; the decisions have pages of their own, so that nothing is ever posted here."""
        obj: Model | None = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "opts": self.opts,
            "original": obj,
            "form_url": form_url,
            "now": timezone.now(),
            "decide_actions": self.offered(request, obj),
            **self.page(request, obj),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.page_template, context)
