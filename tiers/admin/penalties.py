"""What an offence brought, and the choice that a third one leaves to a steward."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from charter.queries import law_at
from faces.deciding import ReasonForm
from faces.figures.amounts import exact_utc, in_words
from registry.admin.desk import Decides, DeskAdmin
from registry.admin.strips import strip_of
from tiers.actions import ladder
from tiers.models import Penalty
from tiers.models.penalty import Kind, State
from tiers.rules.ladder import counts_until

CHOICES = (
    (Kind.DEMOTION.value, "A fall of one tier (from the lowest a suspension)"),
    (Kind.REMOVAL.value, "Permanent removal"),
)


class ChoiceForm(ReasonForm):
    """What a third offence brings; a fall unless a steward says otherwise."""

    kind = forms.ChoiceField(label="It brings", choices=CHOICES, initial=Kind.DEMOTION.value, widget=forms.RadioSelect)
    field_order = ("kind", "reason")


def what_choosing_does(penalty: Penalty) -> list[str]:
    law, ref = law_at(timezone.now()), penalty.companion.ref
    below = law.tier_below(penalty.companion.standing.tier or "research")
    falls = f"falls to the tier {below}" if below else f"is suspended for {in_words(law.falling.from_lowest)}"
    return [
        f"A fall: {ref} {falls} and is watched more closely for {in_words(law.falling.monitoring)}.",
        f"Removal: {ref} is removed for good, and its keys fail from the next request on. It has no inverse act here.",
        f"The provider is told your reason, and may appeal for {in_words(law.appeals.submitted_within)}.",
    ]


@admin.register(Penalty)
class PenaltyAdmin(DeskAdmin):
    """Penalties, the newest first; those that wait for a choice stand in the queue."""

    page_template = "admin/tiers/penalty.html"
    list_display = ("incident", "companion", "nth", "kind_shown", "state", "imposed_at", "until")
    list_filter = ("state", "kind")
    list_select_related = ("incident", "companion")
    search_fields = ("companion__ref",)
    search_help_text = "Companion"
    actions = (
        Decides(
            ladder.choose, "Choose what it brings", moves=["choose"], grave=True, form=ChoiceForm,
            consequences=what_choosing_does,
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Penalty]:
        related = ("incident", "law", "companion__provider", "companion__standing")
        return super().get_queryset(request).select_related(*related)

    @admin.display(description="what", ordering="kind")
    def kind_shown(self, penalty: Penalty) -> str:
        return str(penalty.get_kind_display())

    def subjects(self, obj: Penalty) -> list[tuple[str, str]]:
        return [(obj.subject_kind, obj.subject_ref), ("incident", obj.incident.public_id)]

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        confirmed_at = obj.incident.confirmed_at
        return [
            ("Offence", f"{obj.incident.public_id}: {obj.incident.summary}"),
            ("Companion", obj.companion.ref),
            ("Severity", obj.incident.severity),
            ("Its place among those that counted", obj.nth),
            ("What it brings", obj.get_kind_display()),
            ("Imposed" if obj.state != State.CHOOSING else "Waits since", exact_utc(obj.imposed_at)),
            ("Until", exact_utc(obj.until) if obj.until else "no end of its own"),
            ("Counts until", exact_utc(counts_until(confirmed_at, obj.law.law)) if confirmed_at else "not counted"),
        ]

    def page(self, request: HttpRequest, obj: Penalty) -> dict[str, Any]:
        found = super().page(request, obj)
        way = (State.CHOOSING.value, State.IMPOSED.value) if self._was_chosen(obj, found) else (State.IMPOSED.value,)
        return {
            **found,
            "strip": strip_of(
                f"The way of {obj}", way=way, state=obj.state, told=found["told"], at=timezone.now(),
                endings=(State.VOIDED.value,), tones={"imposed": "fail", "voided": "pass"},
            ),
            "facts": self.decide_facts(obj),
            "incident_url": reverse("admin:tiers_incident_change", args=[obj.incident_id]),
            "companion_url": reverse("admin:tiers_standing_change", args=[obj.companion.standing.pk]),
        }  # fmt: skip

    def _was_chosen(self, obj: Penalty, found: dict[str, Any]) -> bool:
        """Whether it waits for a steward's choice, or waited for it."""
        return obj.state == State.CHOOSING or any(row.move == "choose" for row in found["told"])
