"""Who stands where, now and then; and what is due."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from charter.law import Law
from charter.models import LawVersion
from ledger.models import Decision
from registry.models import Companion
from tiers.models import Assessment, Incident, Standing
from tiers.models.incident import State as IncidentState
from tiers.models.standing import PROBED, Precaution, State
from tiers.rules.intervals import PRECISION


@dataclass(frozen=True)
class StandingAt:
    """State, tier and precaution at one past time, and the decisions that made them so."""

    state: str
    tier: str
    precaution: str
    decisions: tuple[str, ...]


def standing_at(companion: Companion, at: datetime) -> StandingAt | None:
    """How ``companion`` stood at ``at``, folded from its sealed decisions; None before it was there."""
    now = {"state": "", "tier": "", "precaution": Precaution.FREE.value}
    made: dict[str, str] = {}
    rows = Decision.objects.filter(subject_kind="companion", subject_ref=companion.ref, at__lte=at)
    for row in rows.order_by("seal__idx"):
        field = _field_moved(row)
        if field:
            now[field] = row.to_state
            made[field] = row.public_id
    return StandingAt(**now, decisions=tuple(made.values())) if now["state"] else None


def _field_moved(row: Decision) -> str | None:
    if row.type == "tier.changed":
        return "tier"
    if row.move in {"freeze", "unfreeze"}:
        return "precaution"
    return "state" if row.to_state in State.values else None


def latest_assessment(companion: Companion) -> Assessment | None:
    return companion.assessments.order_by("-computed_at").first()


def assessments_due(*, at: datetime, law: Law) -> QuerySet[Standing]:
    """Probed companions whose last assessment is older than the law's interval."""
    recent = Assessment.objects.filter(companion=OuterRef("companion"), computed_at__gt=at - law.gi.every)
    rows = Standing.objects.filter(state__in=PROBED).filter(~Exists(recent))
    return rows.select_related("companion__provider", "law").order_by("id")


def suspensions_over(*, at: datetime) -> QuerySet[Standing]:
    """Suspensions whose time is over; those without an end wait for a steward."""
    rows = Standing.objects.filter(state=State.SUSPENDED, suspended_until__lte=at)
    return rows.select_related("companion__provider", "law")


def shadow_overdue(*, at: datetime) -> QuerySet[Standing]:
    """In shadow mode for longer than the law of each one's window leaves to machines, and not with a steward yet."""
    rows = Standing.objects.filter(state=State.SHADOW, with_steward_at=None)
    overdue = Q(pk__in=[])
    for version in LawVersion.objects.filter(pk__in=rows.values("law")):
        overdue |= Q(law=version, shadow_since__lte=at - version.law.shadow.to_steward_after)
    return rows.filter(overdue).select_related("companion__provider", "law")


def open_critical() -> QuerySet[Incident]:
    """Incidents that wait for a steward's word."""
    return Incident.objects.filter(state=IncidentState.OPEN).select_related("companion__provider").order_by("opened_at")


def system_gi(at: datetime) -> Decimal | None:
    """Vote-weighted mean GI over active companions at ``at``; None when there are none with a GI."""
    counted: Any = Standing.objects.filter(state=State.ACTIVE, precaution=Precaution.FREE, vote_weight__gt=0)
    with localcontext(PRECISION):
        total, weights = Decimal(0), Decimal(0)
        for standing in counted.select_related("companion"):
            latest = standing.companion.assessments.filter(computed_at__lte=at).order_by("-computed_at").first()
            if latest is not None and latest.gi is not None:
                total += standing.vote_weight * latest.gi
                weights += standing.vote_weight
        return total / weights if weights else None
