"""The steward's face: pages that only show, and decisions that ask for a reason.

    @admin.register(Application)
    class ApplicationAdmin(ReadOnlyAdmin):
        list_display = ("model_name", "state", "due_at")
        actions = (asks_reason(actions.approve, "Approve"), asks_reason(actions.reject, "Reject"))

Django's change and delete views run inside a transaction of Django's, in which nothing can be sealed; so these stay
shut, and each decision has a page of its own beside them. In the list, an action takes one chosen row to that page.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.module_loading import import_string

from faces.deciding import AsksReason, asks_reason, decide_view

__all__ = ["AsksReason", "ReadOnlyAdmin", "ReadOnlyInline", "asks_reason"]


class _ReadOnly:
    """Nobody adds, changes or deletes here, whatever permissions an account holds."""

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        return False


class ReadOnlyInline(_ReadOnly, admin.TabularInline):
    """Rows of another table, shown and no more."""

    extra = 0
    can_delete = False
    show_change_link = True


class ReadOnlyAdmin(_ReadOnly, admin.ModelAdmin):
    """Pages of facts; the only acts are the decide pages of the ``asks_reason`` entries in ``actions``."""

    list_editable: ClassVar[tuple[str, ...]] = ()
    change_form_template = "admin/read_only_change_form.html"

    @property
    def decisions(self) -> dict[str, AsksReason]:
        """The decide pages by their slug."""
        return {act.slug: act for act in self.actions or () if isinstance(act, AsksReason)}

    def decide_facts(self, obj: Model) -> list[tuple[str, Any]]:
        """What a decide page shows of the row: the columns of the list, unless a room knows better."""
        names = [name for name in self.list_display if name not in {"__str__", "action_checkbox"}]
        return [(str(label_for_field(name, self.model, self)), lookup_field(name, obj, self)[2]) for name in names]

    def decide_url(self, obj: Model, slug: str) -> str:
        """The address of the page where ``slug`` is decided for this row."""
        return reverse(f"{self.admin_site.name}:{self._route('decide')}", args=[obj.pk, slug])

    def get_urls(self) -> list[URLPattern]:
        view = decide_view(self)
        if guard := getattr(settings, "KAIZEN_DECISION_GUARD", None):
            view = import_string(guard)(view)
        route = "<path:object_id>/decide/<slug:slug>/"
        return [path(route, self.admin_site.admin_view(view), name=self._route("decide")), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Only decisions; Django's bulk deletion and site-wide actions have no place here."""
        if not self.has_view_permission(request):
            return {}
        return {act.__name__: (act, act.__name__, act.label) for act in self.decisions.values()}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        offered = [] if obj is None else [act for act in self.decisions.values() if act.may(request, obj)]
        links = [{"label": act.label, "url": self.decide_url(obj, act.slug)} for act in offered if obj is not None]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "decisions": links})

    def to_decide_page(self, request: HttpRequest, chosen: QuerySet[Any], slug: str) -> HttpResponse | None:
        """From the list to the decide page of the one row chosen; decisions are taken one by one."""
        rows = list(chosen[:2])
        if len(rows) != 1:
            self.message_user(request, "Choose one row: each decision has a reason of its own.", messages.WARNING)
            return None
        return redirect(self.decide_url(rows[0], slug))

    def _route(self, what: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{what}"
