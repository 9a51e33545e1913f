"""A companion that measures too little: its clocks, what was measured, and until when it has to recover."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from faces.figures.amounts import exact_utc
from registry.admin.desk import DeskAdmin
from tiers.models import Decline
from tiers.pages.declines import number, shown
from tiers.queries.clocks import fall_due_at, review_due_at


@admin.register(Decline)
class DeclineAdmin(DeskAdmin):
    """Declines, the newest first. Nothing is decided here: a steward acts on the companion's own page."""

    page_template = "admin/tiers/decline.html"
    list_display = ("companion", "measure", "tier", "state", "began_at", "with_steward_at", "ended_at")
    list_filter = ("state", "measure", "tier")
    list_select_related = ("companion",)
    search_fields = ("companion__ref",)
    search_help_text = "Companion"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decline]:
        return super().get_queryset(request).select_related("law", "companion__provider", "companion__standing")

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("Companion", obj.companion.ref),
            ("Measure", obj.get_measure_display()),
            ("Tier", obj.tier),
            ("Asked at least", number(obj, obj.asked)),
            ("When it began", number(obj, obj.value)),
            ("Lowest since", number(obj, obj.lowest)),
            ("Began", exact_utc(obj.began_at)),
            ("Review", exact_utc(obj.reviewed_at or review_due_at(obj))),
            ("Falls, unless it recovers", exact_utc(fall_due_at(obj))),
        ]

    def page(self, request: HttpRequest, obj: Decline) -> dict[str, Any]:
        found, drawn = super().page(request, obj), shown(obj, timezone.now())
        return {
            **found,
            "strip": drawn.strip,
            "says": drawn.says,
            "facts": self.decide_facts(obj),
            "companion_url": reverse("admin:tiers_standing_change", args=[obj.companion.standing.pk]),
        }
