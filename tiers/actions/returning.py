"""Back to shadow mode as a precaution: whoever changed is measured anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from charter.queries import version_at
from ledger.actors import Actor
from shadow.actions.watching import watch_under
from tiers.actions.moving import move
from tiers.models import Standing
from tiers.rules.returning import NO_VOTE, RETURN


def return_to_shadow(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Back to shadow mode, for it changed: it keeps its tier and loses its vote.

    Its window and its stay begin anew, under the law in force. Nobody blames it: no incident, no offence, no penalty.
    When the criteria of the exit hold again, the exit gives the vote back at the tier that was kept.
    """
    version_in_force = version_at(at)

    def effect(row: Standing) -> dict[str, Any]:
        row.law, row.vote_weight, row.with_steward_at = version_in_force, NO_VOTE, None
        row.window_opened_at = row.shadow_since = row.state_since = at
        watch_under(row.companion, law=version_in_force)
        return {"tier": row.tier, "vote_weight": row.vote_weight}

    return move(
        standing,
        RETURN,
        by=by,
        at=at,
        under=version_in_force.law,
        reason=reason,
        evidence=evidence,
        facts=facts,
        version=version,
        effect=effect,
    )
