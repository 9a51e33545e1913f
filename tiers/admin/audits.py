"""An audit on the desk: the same report as everyone reads, what differs in words, and the steward's answer."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from faces.figures.amounts import exact_utc
from registry.admin.desk import Decides, DeskAdmin
from registry.admin.strips import strip_of
from tiers.actions import auditing
from tiers.models import Audit
from tiers.models.audit import State
from tiers.pages.audits import report_of


def what_answering_does(audit: Audit) -> list[str]:
    return [
        f"{audit.public_id} leaves the queue.",
        "The decisions that differ stay as they are: what needs it is put right by decisions of its own; name them.",
        "Your answer is sealed, and shown on the audit's public page.",
    ]


@admin.register(Audit)
class AuditAdmin(DeskAdmin):
    """Audits of ourselves, the newest first."""

    page_template = "admin/tiers/audit.html"
    list_display = ("public_id", "state", "until_at", "replayed", "same", "differing", "began_at", "ended_at")
    list_filter = ("state",)
    actions = (
        Decides(
            auditing.answer,
            "Answer for the differences",
            moves=["answer"],
            primary=True,
            consequences=what_answering_does,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audit]:
        return super().get_queryset(request).select_related("law")

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("Audit", obj.public_id),
            ("Reaches from", exact_utc(obj.since_at)),
            ("To", exact_utc(obj.until_at)),
            ("Decisions in that time", obj.decisions),
            ("Derived again", obj.replayed),
            ("Same", obj.same),
            ("Words of people", obj.words_of_people),
            ("Without a basis", obj.without_basis),
            ("Differ", obj.differing),
        ]

    def page(self, request: HttpRequest, obj: Audit) -> dict[str, Any]:
        found, report = super().page(request, obj), report_of(obj)
        ended = [State.DIFFERS.value, State.ANSWERED.value] if obj.differing else [State.CLEAN.value]
        return {
            **found,
            **report,
            "title": obj.public_id,
            "strip": strip_of(
                f"The way of {obj}",
                way=(State.RUNNING.value, *ended),
                state=obj.state,
                told=found["told"],
                at=timezone.now(),
                endings=() if obj.ended_at else (State.DIFFERS.value,),
                tones={"clean": "pass", "differs": "fail"},
            ),
            "facts": self.decide_facts(obj),
            "rows": [
                (row, reverse("admin:ledger_decision_change", args=[row.decision_id])) for row in report["differing"]
            ],
        }
