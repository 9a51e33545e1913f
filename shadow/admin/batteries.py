"""Runs of batteries, on the desk: how far each is, what it came to, and every prompt without its texts."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from faces.facts_page import FactsAdmin
from faces.figures.amounts import percent
from ledger.queries import history
from registry.admin.desk import desk_entries
from registry.queries import names_of
from shadow.models import BatteryRun
from shadow.queries.batteries import outcomes_of_run, progress_of

VERDICTS = {"passed": "pass", "failed": "fail", "inconclusive": "inconclusive"}


@admin.register(BatteryRun)
class BatteryRunAdmin(FactsAdmin):
    """Runs, the newest first; they are started on the page of their companion."""

    page_template = "admin/shadow/battery.html"
    list_display = ("companion", "battery", "came_to", "asked_of_all", "good_of_measured", "started_at", "valid_until")
    list_filter = ("battery", "result")
    list_select_related = ("companion",)
    search_fields = ("companion__ref",)
    search_help_text = "Companion's id"
    ordering = ("-started_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BatteryRun]:
        runs = super().get_queryset(request).select_related("law", "companion__provider", "sealed_as")
        return runs.annotate(asked=Count("items", filter=Q(items__is_done=True)))

    @admin.display(description="result", ordering="result")
    def came_to(self, run: BatteryRun) -> str:
        return str(run.get_result_display())

    @admin.display(description="asked")
    def asked_of_all(self, run: BatteryRun) -> str:
        return f"{progress_of(run).asked} of {run.prompts}"

    @admin.display(description="good")
    def good_of_measured(self, run: BatteryRun) -> str:
        return f"{run.good} of {run.measured}"

    def page(self, request: HttpRequest, obj: BatteryRun) -> dict[str, Any]:  # noqa: ARG002  Django's signature
        progress, asked = progress_of(obj), obj.law.law.batteries[obj.battery]
        subjects = [(obj.subject_kind, obj.subject_ref)]
        return {
            "title": f"Battery {obj.battery} of {obj.companion.ref}",
            "progress": progress,
            "battery": asked,
            "verdict": VERDICTS.get(obj.result, ""),
            "share": percent(Decimal(obj.good) / obj.measured) if obj.measured else "",
            "outcomes": sorted(outcomes_of_run(obj).items()),
            "items": obj.items.order_by("nth"),
            "asked_by": names_of([obj.asked_by_ref]).get(obj.asked_by_ref, obj.asked_by_ref),
            "entries": desk_entries(history(subjects)),
        }
