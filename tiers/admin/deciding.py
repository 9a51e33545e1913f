"""What a steward chooses and reads before moving a companion's standing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from charter.queries import law_at
from faces.deciding import ReasonForm
from faces.figures.amounts import in_words
from faces.figures.criterion import CriterionLine
from ledger.actors import Actor
from registry.admin.desk import may_decide
from tiers.actions.incidents import open_incident
from tiers.models import Incident, Standing
from tiers.models.incident import Severity
from tiers.models.standing import LIVING
from tiers.pages import criteria
from tiers.queries.rising import judged_at, readiness_to_rise

HOUR = 3600


def suspension_form(_standing: Standing) -> type[ReasonForm]:
    """The reason, and the lengths that the law in force lets a suspension have."""
    spans = law_at(timezone.now()).offences.suspensions
    choices = [(int(span.total_seconds() // HOUR), f"{int(span.total_seconds() // HOUR)} hours") for span in spans]
    hours = forms.TypedChoiceField(label="It lasts", choices=choices, coerce=int, widget=forms.RadioSelect)
    return type("SuspensionForm", (ReasonForm,), {"hours": hours, "field_order": ("hours", "reason")})


class IncidentForm(ReasonForm):
    severity = forms.ChoiceField(choices=Severity.choices)
    summary = forms.CharField(
        max_length=500, label="What happened", help_text="Facts, without persons: it is shown on public pages."
    )
    field_order = ("severity", "summary", "reason")


def report_incident(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    severity: str,
    summary: str,
    version: int,  # noqa: ARG001
) -> Incident:
    """An incident is opened about this companion; it is an offence only once a decision of its own confirms it."""
    return open_incident(
        standing.companion, kind="report", severity=severity, summary=summary, by=by, at=at, reason=reason
    )


class ReviewForm(ReasonForm):
    is_positive = forms.TypedChoiceField(
        label="The word",
        choices=[("yes", "It may go on"), ("no", "It must change something first")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("is_positive", "reason")


def reviewing_does(standing: Standing) -> list[str]:
    """The consequences of a review in person, in their order."""
    return [
        f"Your word about {standing.companion.ref} stands in the place of the sentinel's: the latest one counts.",
        "A good one settles the review that a warning asks for. Nothing else moves.",
        "The provider is told; the decision is sealed with your reason.",
    ]


def may_report(request: HttpRequest, standing: Standing) -> bool:
    return may_decide(request, standing) and standing.state in LIVING


def rise_criteria(standing: Standing) -> Sequence[CriterionLine]:
    """What the next tier asks, as it stands now: what a promotion or a nomination is decided in view of."""
    found = judged_at(standing, timezone.now())
    return criteria.lines([it.as_json() for it in found.rise.criteria], found.law.document) if found else []


def rise_warnings(standing: Standing) -> list[str]:
    """The required lines that do not pass: what stands between it and the next tier."""
    return [f"Not passed: {it.name}. {it.why}" for it in readiness_to_rise(standing, timezone.now()).missing]


def will_happen(move: str) -> Callable[[Standing], list[str]]:
    """What a decision about a standing brings about, in sentences."""

    def said(standing: Standing) -> list[str]:
        return [*_SAID[move](standing), "The provider is told; the decision is sealed with your reason."]

    return said


def _removed(standing: Standing) -> list[str]:
    law = law_at(timezone.now())
    return [
        f"{standing.companion.ref} is removed for good: its keys fail from the next request on, and it is not probed.",
        f"This provider and model may apply anew after {in_words(law.onboarding.removed_waits)}, with improvements.",
        f"The provider may appeal for {in_words(law.appeals.submitted_within)}. A removal has no inverse act here.",
    ]


def _next_tier(standing: Standing, step: int) -> str:
    law = law_at(timezone.now())
    rung = law.tiers[standing.tier].rung + step if standing.tier else 0
    return next((name for name, tier in law.tiers.items() if tier.rung == rung), "none")


_SAID: dict[str, Callable[[Standing], list[Any]]] = {
    "suspend": lambda it: [
        f"{it.companion.ref} is barred from every operation and is not probed, for the time that you choose.",
        f"The suspension ends by itself; then it is {it.state} again. The provider may appeal.",
    ],
    "end_suspension": lambda it: [f"{it.companion.ref} is {it.state_before} again at once."],
    "freeze": lambda it: [
        f"{it.companion.ref} is held still as a precaution, without fault: it is asked, and counts for nothing.",
        "It stays frozen until a steward lifts it, and stands in the queue until then.",
    ],
    "unfreeze": lambda it: [f"{it.companion.ref} goes on where it stopped."],
    "promote": lambda it: [
        f"{it.companion.ref} rises to the tier {_next_tier(it, 1)}, with that tier's vote, before its next review.",
        "Where that tier asks for a nomination, everything that it asks must be there; else the promotion is refused.",
    ],
    "nominate": lambda it: [
        f"{it.companion.ref} is named for the tier {_next_tier(it, 1)}; its reviews read that from now on.",
        f"The nomination lapses after {in_words(law_at(timezone.now()).nominations.lives)}. You may take it back.",
        "What you write as evidence is shown on public pages; the ledger holds its links.",
    ],
    "demote": lambda it: [f"{it.companion.ref} falls to the tier {_next_tier(it, -1)}. The provider may appeal."],
    "remove": _removed,
}
