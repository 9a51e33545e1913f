"""A battery started from the desk: which of the law's, and why."""

from datetime import datetime

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from charter.queries import law_at
from faces.deciding import ReasonForm
from faces.figures.amounts import in_words, percent
from ledger.actors import Actor
from registry.admin.desk import may_decide
from shadow.actions.batteries import start, startable
from shadow.models import BatteryRun
from tiers.models import Standing
from tiers.models.standing import PROBED


def battery_form(standing: Standing) -> type[ReasonForm]:
    """The reason, and the batteries of the law in force that could begin now."""
    law, at = law_at(timezone.now()), timezone.now()
    names = startable(standing.companion, at=at)
    choices = [(name, f"{name.replace('_', ' ').capitalize()}: {law.batteries[name].asks}") for name in names]
    field = forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect,
        help_text="" if choices else "None can begin now: each runs already, or was begun too short a time ago.",
    )
    return type("BatteryForm", (ReasonForm,), {"battery": field, "field_order": ("battery", "reason")})


def start_battery(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    battery: str,
    version: int,  # noqa: ARG001
) -> BatteryRun:
    """Ask the companion one of the law's batteries, in the pace that its provider declared."""
    return start(standing.companion, battery, by=by, at=at, reason=reason)


def may_start(request: HttpRequest, standing: Standing) -> bool:
    return may_decide(request, standing) and standing.state in PROBED


def starting_does(_standing: Standing) -> list[str]:
    """What starting a battery brings about, in sentences."""
    law = law_at(timezone.now())
    return [
        *(
            f"The battery {name.replace('_', ' ')} asks {it.prompts} prompts, is passed from "
            f"{percent(it.passes_at)} on, and counts for {in_words(it.lives)}."
            for name, it in law.batteries.items()
        ),
        "It moves nothing by itself. Its answers are judged where they arrive, and their texts are kept nowhere.",
        "The provider is told how it ended; beginning and end are sealed.",
    ]
