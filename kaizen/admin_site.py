"""The stewards' admin: Django's own, signed in by allauth, its index the queue."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from faces.admin import ReadOnlyAdmin
from kaizen.finding import address_of
from kaizen.queue import gather


class KaizenAdminSite(AdminSite):
    """Only pages that cannot edit are taken in: accounts and groups change by our decisions or not at all."""

    site_header = "Kaizen"
    site_title = "Kaizen"
    index_title = "What waits for a steward"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any) -> None:
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:  # type: ignore[override]
        return secure_admin_login(super().login)(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        now = timezone.now()
        queue = gather(at=now, first=_whole_number(request.GET.get("from", "")))
        context = {"queue": queue, "now": now, "counts": _counted(queue.counts, queue.overdue)}
        return super().index(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        find = self.admin_view(require_safe(self.find))
        return [path("find/", find, name="find"), *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        """From any id to its page; back to the queue with a word where nothing is called so."""
        asked = request.GET.get("q", "")
        if address := address_of(asked):
            return redirect(address)
        messages.warning(
            request,
            f"Nothing here is called {asked[:80]!r}. Give a whole id: app_…, INC-00001, dec_…, apl_…, NAME_001, "
            "a provider's slug or a digest.",
        )
        return redirect("admin:index")


def _counted(counts: dict[str, int], overdue: int) -> dict[str, int]:
    return {**counts, "overdue": overdue} if any(counts.values()) else {}


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004  a page's place
