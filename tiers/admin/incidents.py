"""An incident on the desk: what happened, the answers it rests on with their words marked, and the steward's word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from charter.admin.answers import marked, scores_of
from faces.figures.amounts import exact_utc, in_words
from faces.figures.answer import MarkedAnswer
from registry.admin.desk import Decides, DeskAdmin
from registry.admin.strips import strip_of
from shadow.models import Answer, Sample
from shadow.prompts import UnknownPrompt, by_id
from tiers.actions import incidents
from tiers.actions.ladder import case_of
from tiers.models import Incident
from tiers.models.incident import State
from tiers.models.standing import State as Standing
from tiers.rules import ladder

ANSWERS_SHOWN = 20


@dataclass(frozen=True)
class JoinedAnswer:
    """One answer that the incident rests on."""

    slot_at: datetime
    prompt_id: str
    answer: MarkedAnswer


def what_confirming_does(incident: Incident) -> list[str]:
    law = incident.law.law
    said = [f"It is an offence of {incident.companion.ref}, and counts for {in_words(law.offences.counted_for)}."]
    if incident.companion.standing.state == Standing.SHADOW:
        said.append("Its clean days in shadow mode begin anew.")
    said.append(what_it_brings(incident))
    within = in_words(law.appeals.submitted_within)
    return [*said, f"The provider is told your reason, and may appeal for {within}.", "The decision is sealed."]


def what_it_brings(incident: Incident) -> str:
    """The rung of the ladder that this offence would stand on, in a sentence."""
    standing, law, at = incident.companion.standing, incident.law.law, timezone.now()
    found = ladder.imposed(case_of(incident, standing), law, at=at)
    if found is None:
        return "It brings no penalty in the state that its companion is in."
    place = f"It is the offence no. {found.rung.nth} of those that count"
    if found.rung.kind == ladder.WARNING:
        return f"{place}: a warning, and a review before anything rises."
    if found.rung.span is not None:
        return f"{place}: a suspension of {in_words(found.rung.span)}, at once."
    return f"{place}: a steward then chooses between a fall of one tier and removal."


def what_clearing_does(incident: Incident) -> list[str]:
    return [
        f"It was no offence: nothing counts against {incident.companion.ref}, and nothing of it waits any more.",
        "The provider is told your reason; the decision is sealed.",
    ]


@admin.register(Incident)
class IncidentAdmin(DeskAdmin):
    """Incidents, the newest first."""

    page_template = "admin/tiers/incident.html"
    list_display = ("public_id", "companion", "state", "severity", "kind", "rule", "opened_at", "last_seen_at")
    list_filter = ("state", "severity", "kind")
    list_select_related = ("companion",)
    search_fields = ("companion__ref", "rule")
    search_help_text = "Companion or rule"
    actions = (
        Decides(
            incidents.confirm, "Confirm the offence", moves=["confirm"], grave=True, consequences=what_confirming_does
        ),
        Decides(incidents.clear, "Clear it", moves=["clear"], primary=True, consequences=what_clearing_does),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incident]:
        return super().get_queryset(request).select_related("law", "companion__provider", "companion__standing")

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("What happened", obj.summary),
            ("Companion", obj.companion.ref),
            ("Kind", obj.kind.replace("_", " ")),
            ("Severity", obj.severity),
            ("Rule", obj.rule or "none"),
            ("Clause", obj.clause or "none"),
            ("Opened", exact_utc(obj.opened_at)),
            ("Seen last", exact_utc(obj.last_seen_at)),
        ]

    def page(self, request: HttpRequest, obj: Incident) -> dict[str, Any]:
        found = super().page(request, obj)
        may_read = request.user.has_perm("shadow.read_answers")
        way = (State.OPEN.value, State.CONFIRMED.value) if obj.state in {"open", "confirmed"} else _way(obj)
        return {
            **found,
            "strip": strip_of(
                f"The way of {obj}", way=way, state=obj.state, told=found["told"], at=timezone.now(),
                endings=("cleared", "voided"), tones={"confirmed": "fail", "cleared": "pass"},
            ),
            "facts": self.decide_facts(obj),
            "answers": joined_answers(obj, with_texts=may_read),
            "joined": obj.answers.count(),
            "may_read": may_read,
            "companion_url": reverse("admin:tiers_standing_change", args=[obj.companion.standing.pk]),
        }  # fmt: skip


def joined_answers(incident: Incident, *, with_texts: bool) -> list[JoinedAnswer]:
    """The answers of an incident, the latest first; texts only for who may read them, and while they are kept."""
    rows = list(incident.answers.order_by("-slot_at")[:ANSWERS_SHOWN])
    ids = [row.sample_id for row in rows]
    scores = scores_of(ids)
    prompts = dict(Sample.objects.filter(pk__in=ids).values_list("pk", "prompt_id"))
    texts = dict(Answer.objects.filter(pk__in=ids).values_list("pk", "text")) if with_texts else {}
    return [
        JoinedAnswer(
            row.slot_at,
            prompts.get(row.sample_id, ""),
            marked(
                scores.get(row.sample_id),
                text=texts.get(row.sample_id),
                prompt=_prompt(prompts.get(row.sample_id, "")),
            ),
        )
        for row in rows
    ]


def _way(incident: Incident) -> tuple[str, ...]:
    before = (State.OPEN.value, State.CONFIRMED.value) if incident.confirmed_at else (State.OPEN.value,)
    return (*before, str(incident.state))


def _prompt(prompt_id: str) -> str:
    try:
        return by_id(prompt_id).text
    except UnknownPrompt:
        return ""
