"""Amendments on the desk: what each changes, in words, whom it would have touched, and the second person's word."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from charter.amending import actions
from charter.amending.constitution import constitutional, refusal_of
from charter.amending.drafting import as_toml
from charter.amending.queries import changes_of, objections_to, remarks_on
from charter.models import Amendment
from charter.models.amendment import State
from charter.queries import law_at, version_at
from faces.deciding import ReasonForm
from faces.figures.amounts import exact_utc, in_words
from faces.figures.records import DecideAction
from ledger.actors import STEWARD
from registry.admin.desk import Decides, DeskAdmin
from registry.admin.strips import strip_of
from registry.authentication import actor_of_request
from tiers.admin import drafting
from tiers.pages.simulated import report_shown
from tiers.queries.simulating import latest_simulation

WAY = (State.DRAFT.value, State.PROPOSED.value, State.ENACTED.value)
REFRESH_SECONDS = 5


class ApproveForm(ReasonForm):
    """The reason, and from when on it is to bind."""

    effective_from = forms.DateTimeField(
        required=False,
        label="It binds from (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Empty: as soon as the law's notice is over.",
    )
    field_order = ("effective_from", "reason")


def against(amendment: Amendment) -> list[str]:
    """What stands against proposing or approving it, as sentences."""
    now = timezone.now()
    return objections_to(amendment, law=law_at(now), at=now)


def what_proposing_does(_amendment: Amendment) -> list[str]:
    return [
        "A second steward reads it with the report, and approves or rejects it. You may take it back until then.",
        "What it changes, why, and the report are sealed with your reason.",
    ]


def what_approving_does(amendment: Amendment) -> list[str]:
    law = version_at(timezone.now())
    notice = in_words(law.law.amendments.notice)
    return [
        f"Law {amendment.document['version']} is enacted. It binds from the time that you name on.",
        f"That is {notice} from now at the earliest; until then everything is decided by the law of before.",
        "What runs by then goes on under the law that it began under: shadow mode, suspensions, declines, appeals.",
        "The report, the document and your reason are sealed with it. It cannot be undone but by another amendment.",
    ]


def what_redoing_does(_amendment: Amendment) -> list[str]:
    return ["It is a draft again, which its author may change."]


@admin.register(Amendment)
class AmendmentAdmin(DeskAdmin):
    """Amendments, the newest first."""

    page_template = "admin/charter/amendment.html"
    list_display = ("ref", "title", "state", "base", "author", "drafted_at", "effective_from")
    list_filter = ("state",)
    list_select_related = ("base", "author")
    search_fields = ("title",)
    search_help_text = "Words of the title"
    actions = (
        Decides(
            actions.propose, "Propose it", moves=["propose"], primary=True, warnings=against,
            consequences=what_proposing_does,
        ),
        Decides(
            actions.approve, "Approve it", moves=["approve"], primary=True, warnings=against, form=ApproveForm,
            consequences=what_approving_does,
        ),
        Decides(actions.reject, "Reject it", moves=["reject"]),
        Decides(actions.take_back, "Take it back", moves=["take_back"], consequences=what_redoing_does),
        Decides(actions.withdraw, "Withdraw it", moves=["withdraw"]),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Amendment]:
        return super().get_queryset(request).select_related("base", "author", "approver", "enacted")

    @admin.display(description="amendment", ordering="number")
    def ref(self, amendment: Amendment) -> str:
        return amendment.subject_ref

    def barred(self, request: HttpRequest, obj: Amendment) -> str:
        is_its_author = actor_of_request(request).ref == obj.author_ref
        if obj.state == State.PROPOSED and is_its_author:
            return "You drafted it: another steward approves or rejects it."
        return super().barred(request, obj)

    def offered(self, request: HttpRequest, obj: Amendment) -> list[DecideAction]:
        """The decisions, and beside them what is no decision: changing a draft, and trying it."""
        decisions, actor = list(super().offered(request, obj)), actor_of_request(request)
        if not actor.has_role(STEWARD) or obj.state not in {State.DRAFT, State.PROPOSED}:
            return decisions
        running = latest_simulation(obj)
        others = []
        if obj.state == State.DRAFT and actor.ref == obj.author_ref:
            others.append(DecideAction("Change it", reverse("admin:charter_amendment_edit", args=[obj.pk])))
        if running is None or running.ended_at is not None:
            others.append(DecideAction("Try it on history", reverse("admin:charter_amendment_try", args=[obj.pk])))
        else:
            others.append(DecideAction("Stop trying it", reverse("admin:charter_amendment_stop", args=[obj.pk])))
        return [*decisions, *others]

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("Amendment", f"{obj.subject_ref}: {obj.title}"),
            ("Why", obj.rationale or "not said yet"),
            ("Changes law", obj.base.version),
            ("Would be law", obj.document["version"]),
            *(
                (change.path, f"{change.was or 'nothing'} → {change.becomes or 'nothing'}")
                for change in changes_of(obj)
            ),
            ("Tried", exact_utc(obj.simulated_at) if obj.simulated_at else "not yet"),
        ]

    def page(self, request: HttpRequest, obj: Amendment) -> dict[str, Any]:
        found, now = super().page(request, obj), timezone.now()
        is_open = obj.state in {State.DRAFT, State.PROPOSED}
        way = WAY if obj.state in WAY else (*WAY[: 2 if obj.proposed_at else 1], str(obj.state))
        changes = changes_of(obj)
        return {
            **found,
            "title": f"{obj.subject_ref}: {obj.title}",
            "strip": strip_of(
                f"The way of {obj.subject_ref}", way=way, state=obj.state, told=found["told"], at=now,
                endings=("rejected", "withdrawn") if obj.state in WAY else (), tones={"enacted": "pass"},
            ),
            "changes": changes,
            "toml": as_toml(obj.document, obj.base.document),
            "constitutional": [refusal_of(it) for it in constitutional(law_at(now), changes)] if is_open else [],
            "remarks": remarks_on(obj.law),
            "objections": against(obj) if is_open else [],
            "run": latest_simulation(obj),
            "report": report_shown(obj.simulation) if obj.simulation else None,
            "binds": obj.effective_from,
        }  # fmt: skip

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **more: Any) -> HttpResponse:
        """A page that waits for a report comes again by itself."""
        response = super().change_view(request, object_id, *args, **more)
        run = getattr(response, "context_data", {}).get("run")
        if run is not None and run.ended_at is None:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = actor_of_request(request).has_role(STEWARD)
        links = [DecideAction("Draft an amendment", reverse("admin:charter_amendment_draft"))] if may else []
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    def get_urls(self) -> list[URLPattern]:
        def mine(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view(self)), name=f"charter_amendment_{name}")

        return [
            mine("draft/", drafting.draft_view, "draft"),
            mine("<uuid:pk>/edit/", drafting.edit_view, "edit"),
            mine("<uuid:pk>/try/", drafting.try_view, "try"),
            mine("<uuid:pk>/stop/", drafting.stop_view, "stop"),
            mine("<uuid:pk>/report.json", drafting.report_view, "report"),
            *super().get_urls(),
        ]
