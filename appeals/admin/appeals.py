"""An appeal on the desk."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from appeals import actions
from appeals.models import Appeal, State
from appeals.rules import SUSPENSION, what_is_contested
from faces.deciding import ReasonForm
from faces.figures.amounts import exact_utc
from ledger.queries import told
from registry.admin.desk import Decides, DeskAdmin, desk_entries, is_deciding_role, may_decide
from registry.admin.strips import strip_of
from registry.queries import names_of

WAY = (State.SELF_REVIEW.value, State.SENTINEL_REVIEW.value, State.STEWARD_REVIEW.value)
ENDINGS = (State.GRANTED.value, State.MODIFIED.value, State.DENIED.value)
TONES = {"granted": "pass", "denied": "fail", "denied_by_sentinel": "fail", "modified": "inconclusive"}
HOUR = 3600


def is_about_suspension(request: HttpRequest, appeal: Appeal) -> bool:
    """Only a suspension can be given another measure."""
    return may_decide(request, appeal) and what_is_contested(appeal.about_move) == SUSPENSION


def hours_form(appeal: Appeal) -> type[ReasonForm]:
    """The reason, and the lengths that the law lets a suspension have."""
    hours = [int(span.total_seconds() // HOUR) for span in appeal.law.law.offences.suspensions]
    field = forms.TypedChoiceField(
        label="It lasts",
        choices=[(each, f"{each} hours from its beginning") for each in hours],
        coerce=int,
        widget=forms.RadioSelect,
    )
    return type("HoursForm", (ReasonForm,), {"hours": field, "field_order": ("hours", "reason")})


def will_happen(move: str) -> Callable[[Appeal], list[str]]:
    def said(appeal: Appeal) -> list[str]:
        contested = what_is_contested(appeal.about_move) or "decision"
        return {
            "grant": [_inverse(contested, appeal), *_always()],
            "deny": [f"The {contested} stands. The party reads your reason, and this is final.", *_always()],
            "modify": ["The suspension lasts the time that you choose, counted from when it began.", *_always()],
        }[move]

    return said


def warnings(appeal: Appeal) -> list[str]:
    if not appeal.advice:
        return ["The sentinel gave no advice on this one."] if not appeal.against_sentinel else []
    holds = appeal.advice.get("holds")
    words = {True: "the decision holds", False: "the decision does not hold"}.get(holds, "it could not be measured")
    return [f"The sentinel's advice: {words}. {appeal.advice.get('reason', '')}".strip()]


@admin.register(Appeal)
class AppealAdmin(DeskAdmin):
    """Appeals, by their due time."""

    page_template = "admin/appeals/appeal.html"
    list_display = ("public_id", "state", "target_ref", "about_move", "party_kind", "due_at", "submitted_at")
    list_filter = ("state", "target_kind", "party_kind")
    search_fields = ("target_ref", "provider_slug")
    search_help_text = "What is contested, or the provider"
    actions = (
        Decides(
            actions.grant, "Grant the appeal", moves=["grant"], primary=True,
            consequences=will_happen("grant"), warnings=warnings,
        ),
        Decides(
            actions.modify, "Give another measure", moves=["modify"], allowed=is_about_suspension,
            form_for=hours_form, consequences=will_happen("modify"), warnings=warnings,
        ),
        Decides(actions.deny, "Deny the appeal", moves=["deny"], consequences=will_happen("deny"), warnings=warnings),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        related = ("law", "companion__provider", "companion__standing", "decision__seal")
        return super().get_queryset(request).select_related(*related)

    def barred(self, request: HttpRequest, obj: Appeal) -> str:
        if is_deciding_role(request) and f"urn:uuid:{request.user.pk}" in obj.took_part:
            return "You took part in what is contested: never the same steward twice. Another one rules."
        return super().barred(request, obj)

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("Appeal", obj.public_id),
            ("Contested", f"{what_is_contested(obj.about_move) or obj.about_move}: {obj.target_ref}"),
            ("By", f"{obj.party_kind} {obj.provider_slug}".strip()),
            ("Companion", obj.companion.ref if obj.companion else "none"),
            ("Submitted", exact_utc(obj.submitted_at)),
            ("Due", exact_utc(obj.due_at) if obj.due_at else "no deadline runs"),
            ("The party says", obj.reason),
        ]

    def page(self, request: HttpRequest, obj: Appeal) -> dict[str, Any]:
        found = super().page(request, obj)
        now, contested = timezone.now(), told([obj.decision])
        way = WAY if obj.state in WAY else (*(each for each in WAY if _was_in(found["told"], each)), obj.state)
        return {
            **found,
            "strip": strip_of(
                f"The way of {obj}", way=way, state=obj.state, told=found["told"], at=now, due_at=obj.due_at,
                endings=ENDINGS if obj.state in WAY else (), tones=TONES,
            ),
            "facts": self.decide_facts(obj)[:-1],
            "contested": desk_entries(contested, with_subject=True),
            "target_url": _target_url(obj),
            "advice": warnings(obj) if obj.advice else [],
            "advice_answers": obj.advice.get("answers", []),
            "took_part": sorted(names_of(obj.took_part).values()),
            "overdue": obj.due_at is not None and obj.due_at <= now,
        }  # fmt: skip


def _was_in(rows: Any, state: str) -> bool:
    return any(row.to_state == state for row in rows)


def _target_url(appeal: Appeal) -> str:
    if appeal.target_kind == "application":
        pk = appeal.target_ref.removeprefix("app_")
        return reverse("admin:onboarding_application_change", args=[pk])
    if appeal.companion:
        return reverse("admin:tiers_standing_change", args=[appeal.companion.standing.pk])
    return reverse("admin:ledger_decision_change", args=[appeal.decision_id])


def _inverse(contested: str, appeal: Appeal) -> str:
    return {
        "suspension": "The suspension is lifted at once: the companion is where it was before.",
        "rejection": "The application goes back to the stewards' review, to another steward.",
        "violation": "The offence is void: it never counted.",
        "demotion": "The companion rises to the tier that it had.",
    }.get(
        contested, f"The decision {appeal.about_move.replace('_', ' ')} has no inverse here: granting will be refused."
    )


def _always() -> list[str]:
    return ["The ruling is sealed, and the party is told your reason."]
