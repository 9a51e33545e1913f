"""A companion on the desk: how it stands, what is measured, what happened, and what a steward may decide."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from registry.admin.desk import Decides, DeskAdmin
from tiers.actions import rising
from tiers.actions import standing as acts
from tiers.actions.reviews import review_in_person
from tiers.admin.batteries import battery_form, may_start, start_battery, starting_does
from tiers.admin.deciding import (
    IncidentForm,
    ReviewForm,
    may_report,
    report_incident,
    reviewing_does,
    rise_criteria,
    rise_warnings,
    suspension_form,
    will_happen,
)
from tiers.admin.nominating import NominationForm, may_nominate, nominate
from tiers.models import Standing
from tiers.pages.views import page_of

RISES = ("rise_to_standard", "rise_to_high", "rise_to_critical")
FALLS = ("fall_to_high", "fall_to_standard", "fall_to_research")
INCIDENTS_IN_HISTORY = 50


class _Opens(Decides):
    """A nomination moves nothing of the standing: who may open one is asked before it is offered."""

    def is_open(self, _actor: Any, obj: Any) -> bool:
        return obj.state == "active"


class _Reports(Decides):
    """Opening an incident or starting a battery moves nothing of the standing: it may be done while it lives."""

    def is_open(self, _actor: Any, obj: Any) -> bool:
        return obj.state not in {"removed", "retired"}


class _Reviews(_Reports):
    """Whom the sentinel cannot review, for it came with the register and made no application."""

    def is_open(self, actor: Any, obj: Any) -> bool:
        return super().is_open(actor, obj) and obj.companion.is_reference


@admin.register(Standing)
class StandingAdmin(DeskAdmin):
    """Companions by their id."""

    page_template = "admin/tiers/standing.html"
    list_display = ("ref", "provider", "state", "tier_held", "precaution", "state_since", "suspended_until")
    list_filter = ("state", "tier", "precaution")
    list_select_related = ("companion__provider",)
    search_fields = ("companion__ref", "companion__provider__slug", "companion__model_name")
    search_help_text = "Companion's id, provider or model"
    ordering = ("companion__ref",)
    actions: tuple[Decides, ...] = (
        Decides(
            rising.promote, "Promote", moves=RISES, primary=True, criteria=rise_criteria,
            warnings=rise_warnings, consequences=will_happen("promote"),
        ),
        _Opens(
            nominate, "Nominate", moves=(), form=NominationForm, allowed=may_nominate, criteria=rise_criteria,
            consequences=will_happen("nominate"),
        ),
        Decides(acts.demote, "Demote", moves=FALLS, consequences=will_happen("demote")),
        Decides(
            acts.suspend, "Suspend", moves=["suspend"], form_for=suspension_form, consequences=will_happen("suspend")
        ),
        Decides(
            acts.end_suspension, "End the suspension", moves=["end_suspension"], primary=True,
            consequences=will_happen("end_suspension"),
        ),
        Decides(acts.freeze, "Freeze", moves=["freeze"], consequences=will_happen("freeze")),
        Decides(
            acts.unfreeze, "Lift the freeze", moves=["unfreeze"], primary=True, consequences=will_happen("unfreeze")
        ),
        _Reviews(
            review_in_person, "Review it in person", moves=(), form=ReviewForm, allowed=may_report,
            consequences=reviewing_does,
        ),
        _Reports(
            start_battery, "Start a battery", moves=(), form_for=battery_form, allowed=may_start,
            consequences=starting_does,
        ),
        _Reports(report_incident, "Open an incident", moves=(), form=IncidentForm, allowed=may_report),
        Decides(acts.remove, "Remove for good", moves=["remove"], grave=True, consequences=will_happen("remove")),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standing]:
        return super().get_queryset(request).select_related("law", "companion__provider")

    @admin.display(description="companion", ordering="companion__ref")
    def ref(self, standing: Standing) -> str:
        return str(standing.companion.ref)

    @admin.display(description="provider", ordering="companion__provider__slug")
    def provider(self, standing: Standing) -> str:
        return str(standing.companion.provider.slug)

    @admin.display(description="tier", ordering="tier")
    def tier_held(self, standing: Standing) -> str:
        return standing.tier or "none yet"

    def subjects(self, obj: Standing) -> list[tuple[str, str]]:
        about = obj.companion.incidents.order_by("-number")[:INCIDENTS_IN_HISTORY]
        return [("companion", obj.companion.ref), *(("incident", incident.public_id) for incident in about)]

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("Companion", obj.companion.ref),
            ("Provider", obj.companion.provider.slug),
            ("State", obj.state),
            ("Tier", obj.tier or "none yet"),
            ("Precaution", obj.precaution),
            ("Vote weight", obj.vote_weight),
            ("Law of its window", obj.law.version),
        ]

    def page(self, request: HttpRequest, obj: Standing) -> dict[str, Any]:
        companion, now = obj.companion, timezone.now()
        return {
            **page_of(companion, at=now, names_shown=True),
            **super().page(request, obj),
            "title": companion.ref,
            "facts": self.decide_facts(obj),
            "keys": list(companion.credentials.order_by("-created_at")),
            "endpoints": list(companion.endpoints.order_by("-version")),
            "reviews": list(companion.reviews.order_by("-given_at")[:20]),
        }
