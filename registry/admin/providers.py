"""Providers as stewards see them, and which addresses of our own network the settings let pass."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.queries import law_at
from faces.deciding import AsksReason, ReasonForm
from faces.facts_page import FactsAdmin
from ledger.actors import Actor, a_steward
from ledger.queries import history
from registry.actions import MOST_EXCHANGES
from registry.actions import change_exchanges as change
from registry.admin.desk import desk_entries
from registry.authentication import actor_of_request
from registry.egress.policy import policy_in_force
from registry.models import Provider

COMPANIONS_SHOWN = 100
_ORDER = ("exchanges_at_once", "reason")


class _ChangesExchanges(AsksReason):
    def form_of(self, obj: Provider) -> type[ReasonForm]:
        field = forms.IntegerField(
            label="Exchanges at once, per origin",
            min_value=1,
            max_value=MOST_EXCHANGES,
            initial=obj.exchanges_at_once,
            help_text=f"1 to {MOST_EXCHANGES}; ask its provider first what its servers bear.",
        )
        return type("ExchangesForm", (ReasonForm,), {"exchanges_at_once": field, "field_order": _ORDER})


def may_change(request: HttpRequest, provider: Provider) -> bool:
    return a_steward(provider, actor_of_request(request))


def change_exchanges(
    provider: Provider,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    exchanges_at_once: int,
    version: int,  # noqa: ARG001
) -> Provider:
    """So many calls may run side by side at each address of this provider, from the next batch on.

    The decision is sealed with your reason.
    """
    return change(provider, exchanges_at_once, by=by, at=at, under=law_at(at), reason=reason)


@admin.register(Provider)
class ProviderAdmin(FactsAdmin):
    """An organisation that brings models: since when its slug is its own, its companions, its applications."""

    page_template = "admin/registry/provider.html"
    list_display = ("slug", "name", "established_at", "exchanges_at_once", "created_at")
    search_fields = ("slug", "name")
    search_help_text = "Slug or name"
    actions = (_ChangesExchanges(change_exchanges, "Change the exchanges at once", allowed=may_change),)

    def page(self, request: HttpRequest, obj: Provider) -> dict[str, Any]:  # noqa: ARG002  the desk's signature
        companions = list(obj.companions.order_by("ref")[:COMPANIONS_SHOWN])
        about = [("provider", obj.slug), *(("companion", companion.ref) for companion in companions)]
        told = history(about, most=50)
        return {
            "facts": [("Slug", obj.slug), ("Name", obj.name), ("Exchanges at once, per origin", obj.exchanges_at_once)],
            "companions": companions,
            "entries": desk_entries(told, with_subject=True),
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.egress))
        return [path("egress/", view, name="registry_egress"), *super().get_urls()]

    def egress(self, request: HttpRequest) -> HttpResponse:
        """What the settings let pass besides public addresses (rules E4, E12, E13), for everyone on the staff."""
        policy = policy_in_force()
        context = {
            **self.admin_site.each_context(request),
            "title": "Addresses that calls may reach",
            "opts": self.opts,
            "now": timezone.now(),
            "grants": policy.grants,
            "dev_pairs": sorted(policy.dev_pairs),
            "ports": sorted(policy.ports),
            "own_addresses": policy.own_addresses,
            "environment": settings.KAIZEN_ENV,
        }
        return TemplateResponse(request, "admin/registry/egress.html", context)
