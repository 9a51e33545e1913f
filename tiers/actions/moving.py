"""One move of a companion's standing, with all that goes with any move."""

from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.actors import Actor
from ledger.decisions import decide
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from registry.actions import tell
from shadow.actions.watching import tell_standing
from tiers.models import Decline, Standing
from tiers.models.decline import OPEN
from tiers.rules.falling_basis import end_basis, why_ended

RULE = Actor.system("rule")


def move(standing: Standing, name: str, *, by: Actor, at: datetime, under: Law, **facts: Any) -> Standing:
    """Decide, end the clocks that have nothing to run for any more, and tell the provider, in one transaction."""
    with sealed_atomic():
        decide(standing, name, by=by, at=at, under=under, **facts)
        end_declines(standing, at=at)
        tell_standing(standing.companion, tier=standing.tier, is_active=standing.counts)
        tell(
            f"companion.{name}",
            provider=standing.companion.provider,
            subject=("companion", standing.companion.ref),
            body={"state": standing.state, "tier": standing.tier or None, "precaution": standing.precaution},
            at=at,
        )
    return standing


def end_declines(standing: Standing, *, at: datetime) -> int:
    """End the open declines of a companion that is not active any more, or holds another tier; how many."""
    ended = 0
    for decline in Decline.objects.filter(companion=standing.companion_id, state__in=OPEN).select_related("law"):
        if why_ended(decline.tier, state=standing.state, tier_now=standing.tier):
            _end(decline, standing, at=at)
            ended += 1
    return ended


def _end(decline: Decline, standing: Standing, *, at: datetime) -> None:
    told = {"state": str(standing.state), "tier_now": str(standing.tier)}

    def effect(row: Decline) -> dict[str, Any]:
        row.ended_at = at
        return {"companion": standing.companion.ref, "because": why_ended(row.tier, **told)}

    evidence = {BASIS: end_basis(decline.tier, **told)}
    decide(decline, "end", by=RULE, at=at, under=decline.law.law, evidence=evidence, effect=effect)
