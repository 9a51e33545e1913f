"""The register: who is there, who may do what, cheapest, quickest or best first."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from charter.law import Law
from tiers.models import Assessment, Standing
from tiers.models.standing import Precaution, State

LAST = Decimal("Infinity")


@dataclass(frozen=True)
class Registered:
    """A companion's standing with its latest assessment."""

    standing: Standing
    assessment: Assessment | None


def register(*, law: Law, operation: str | None = None, order: str = "name", most: int = 100) -> list[Registered]:
    """Companions in ``order``; with ``operation``, those that may ask for it now. Two queries, whatever the number."""
    rows = Standing.objects.select_related("companion__provider")
    if operation is not None:
        tiers = [name for name in law.tiers if operation in law.operations_of(name)]
        rows = rows.filter(state=State.ACTIVE, precaution=Precaution.FREE, tier__in=tiers)
    latest = Assessment.objects.filter(companion=OuterRef("companion")).order_by("-computed_at").values("pk")[:1]
    standings = list(rows.annotate(latest_assessment=Subquery(latest)).order_by("companion__ref"))
    assessments = Assessment.objects.in_bulk([it.latest_assessment for it in standings if it.latest_assessment])
    found = [Registered(it, assessments.get(it.latest_assessment)) for it in standings]
    return sorted(found, key=ORDERS[order])[:most]


def _by_name(it: Registered) -> Any:
    return it.standing.companion.ref


def _by_cost(it: Registered) -> Any:
    companion = it.standing.companion
    if companion.price_input_per_1k is None or companion.price_output_per_1k is None:
        return (LAST, companion.ref)
    return (companion.price_input_per_1k + companion.price_output_per_1k, companion.ref)


def _by_latency(it: Registered) -> Any:
    criteria = it.assessment.criteria if it.assessment else []
    p95 = next((one["value"] for one in criteria if one["name"] == "p95 latency (ceiling)"), None)
    return (LAST if p95 is None else Decimal(p95), it.standing.companion.ref)


def _by_gi(it: Registered) -> Any:
    gi = it.assessment.gi if it.assessment else None
    return (LAST if gi is None else -gi, it.standing.companion.ref)


ORDERS: dict[str, Callable[[Registered], Any]] = {
    "name": _by_name,
    "cost": _by_cost,
    "latency": _by_latency,
    "gi": _by_gi,
}
