"""Incidents as a reader meets them: what each came to, what it brought, and how long it still counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from charter.law import Law
from faces.figures.window import Window
from tiers.models import Incident, Penalty
from tiers.models.penalty import Kind
from tiers.models.penalty import State as PenaltyState
from tiers.queries.clocks import counts_until

_BROUGHT = {
    Kind.WARNING: "a warning, and a review before anything rises",
    Kind.SUSPENSION: "a suspension",
    Kind.DEMOTION: "a fall of one tier",
    Kind.REMOVAL: "its removal for good",
}


@dataclass(frozen=True)
class IncidentShown:
    """One incident; ``brought`` is its penalty in words, ``window`` how long it counts where it is an offence."""

    incident: Incident
    penalty: Penalty | None
    brought: str
    window: Window | None


def shown(incidents: Iterable[Incident], penalties: Iterable[Penalty], law: Law, at: datetime) -> list[IncidentShown]:
    """Incidents in the order given, each with its penalty; ``law`` is the one in force, by which they still count."""
    by_incident = {row.incident_id: row for row in penalties}
    return [_shown(row, by_incident.get(row.pk), law, at) for row in incidents]


def brought(penalty: Penalty) -> str:
    """What an offence brought, in words."""
    place = f"no. {penalty.nth} of those that counted"
    if penalty.state == PenaltyState.VOIDED:
        return "void: it never counted"
    if penalty.state == PenaltyState.CHOOSING:
        return f"{place}: a steward chooses between a fall of one tier and removal"
    words = _BROUGHT.get(Kind(penalty.kind), "no penalty")
    until = f" until {penalty.until:%Y-%m-%d %H:%M} UTC" if penalty.until else ""
    return f"{place}: {words}{until}"


def counting(rows: Iterable[IncidentShown]) -> int:
    """How many of these count as offences at present."""
    return sum(1 for row in rows if row.window is not None and not row.window.is_over)


def _shown(incident: Incident, penalty: Penalty | None, law: Law, at: datetime) -> IncidentShown:
    until = counts_until(incident, law)
    began = incident.confirmed_at
    window = Window(f"{incident.public_id} counts", began, until, at) if until and began else None
    return IncidentShown(incident, penalty, brought(penalty) if penalty else "", window)
