"""The log as stewards and auditors read it: decisions, what they rested on, where they stand; nothing changes here."""

import base64
import json
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from faces.facts_page import FactsAdmin
from ledger.deriving import replay
from ledger.models import Decision, Evidence, Salt
from ledger.replaying import Outcome

SHOWN_AT_MOST = 200_000
PERSON = "urn:uuid:"


@admin.register(Decision)
class DecisionAdmin(FactsAdmin):
    """One sealed decision: the entry's bytes, its evidence, its private fields where they are still kept."""

    page_template = "admin/ledger/decision.html"
    list_display = ("type", "subject_kind", "subject_ref", "move", "actor", "at", "law_version", "index")
    list_filter = ("actor_kind", "subject_kind")
    list_select_related = ("seal",)
    ordering = ("-seal__idx",)
    search_fields = ("subject_ref__exact", "move__exact", "type__exact", "actor_ref__exact")
    search_help_text = "A subject's whole id, a move, a type or an actor"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).select_related("seal")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Decision | None:
        return super().get_object(request, object_id.removeprefix("dec_"), from_field)

    @admin.display(description="by")
    def actor(self, decision: Decision) -> str:
        return f"{decision.actor_kind} {decision.actor_ref.removeprefix(PERSON)[:13]}"

    @admin.display(description="no.", ordering="seal__idx")
    def index(self, decision: Decision) -> int:
        return int(decision.seal.idx)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.replay_view)
        return [path("<path:object_id>/replay/", view, name="ledger_decision_replay"), *super().get_urls()]

    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The decision derived anew from its evidence: it only reads, so a link may ask for it."""
        decision = self.get_object(request, object_id)
        if decision is None:
            raise Http404
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request, decision):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Derived again: {decision.move.replace('_', ' ')}",
            "opts": self.opts,
            "original": decision,
            "found": replay(decision),
            "outcomes": Outcome,
        }
        return TemplateResponse(request, "admin/ledger/replay.html", context)

    def page(self, request: HttpRequest, obj: Decision) -> dict[str, Any]:  # noqa: ARG002  the page's signature
        entry = bytes(obj.seal.entry)
        private = Salt.objects.filter(entry_id=obj.seal_id).order_by("field").values_list("field", "value")
        return {
            "title": f"{obj.move.replace('_', ' ')}: {obj.subject_ref}",
            "replay_url": reverse("admin:ledger_decision_replay", args=[obj.pk]),
            "actor": _name_of(obj.actor_ref) or f"{obj.actor_kind} {obj.actor_ref}",
            "entry": pretty(entry),
            "private": [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in private],
            "erased": sorted(set(json.loads(entry).get("private", {})) - {name for name, _ in private}),
            "leaf_hash": bytes(obj.seal.leaf_hash).hex(),
            "evidence": [
                {**item, "url": reverse("admin:ledger_evidence_change", args=[item["sha256"]])} for item in obj.evidence
            ],
        }


@admin.register(Evidence)
class EvidenceAdmin(FactsAdmin):
    """What decisions rested on, by digest: reached from a decision, or by its whole digest."""

    page_template = "admin/ledger/evidence.html"
    list_display = ("sha256",)
    search_fields = ("sha256__startswith",)
    search_help_text = "The digest, or how it begins"
    ordering = ("sha256",)

    def page(self, request: HttpRequest, obj: Evidence) -> dict[str, Any]:  # noqa: ARG002  the page's signature
        body = obj.content
        return {"title": "Evidence", "digest": obj.sha256, "size": len(body), "body": pretty(body)}


def pretty(body: bytes) -> str:
    """Canonical bytes to read: JSON indented, anything else as base64; cut where it is longer than a page bears."""
    try:
        text = json.dumps(json.loads(body), indent=2, sort_keys=True, ensure_ascii=False)
    except ValueError:
        text = base64.b64encode(body).decode()
    return text if len(text) <= SHOWN_AT_MOST else f"{text[:SHOWN_AT_MOST]}\n… cut after {SHOWN_AT_MOST} characters"


def _name_of(ref: str) -> str:
    """The name behind a person's ref, while the account is there."""
    if not ref.startswith(PERSON):
        return ""
    person = get_user_model().objects.filter(pk=ref.removeprefix(PERSON)).first()
    return str(person) if person else ""
