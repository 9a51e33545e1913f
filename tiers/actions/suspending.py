"""A suspension: imposed by a steward or by the law, changed, and ended by itself (spec section 10.5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from charter.law import Law
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.replaying import BASIS
from shadow.actions.watching import close_watch, open_watch
from tiers.actions.monitoring import begin_monitoring
from tiers.actions.moving import RULE, move
from tiers.models import Standing
from tiers.models.standing import State
from tiers.rules.clocks import end_basis, is_over

HOUR = timedelta(hours=1)


def suspend(
    standing: Standing, *, hours: int, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Standing:
    """Bar it from every operation for 24, 48 or 72 hours (the law's choices); it ends by itself and may be appealed."""
    law = version_at(at).law
    _ask_for_choice(law, hours)
    return suspend_for(standing, span=timedelta(hours=hours), under=law, by=by, at=at, reason=reason, version=version)


def suspend_for(
    standing: Standing,
    *,
    span: timedelta,
    under: Law,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    is_fall: bool = False,
    version: int | None = None,
) -> Standing:
    """The same for a time that ``under`` names: by the ladder, or in the place of a fall from the lowest tier."""
    in_force = version_at(at)

    def effect(row: Standing) -> dict[str, Any]:
        row.law = in_force
        row.state_before, row.suspended_until, row.state_since = row.state, at + span, at
        close_watch(row.companion, at=at)
        if is_fall:
            because = "It was suspended in the place of a fall from the lowest tier."
            begin_monitoring(row.companion, because=because, law=under, at=at)
        return {"until": row.suspended_until, "hours": _hours(span), "returns_to": row.state_before, **(facts or {})}

    return move(
        standing, "suspend", by=by, at=at, under=under, reason=reason, evidence=evidence, version=version, effect=effect
    )


def end_suspension(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Back to the state before: when it is due, by the rule; earlier, by a steward or a granted appeal."""

    def effect(row: Standing) -> dict[str, Any]:
        early = not is_over(row.suspended_until, at=at)
        if by == RULE and early:
            raise Refused("This suspension is not over yet.")
        row.suspended_until, row.state_since = None, at
        if row.state_before == State.SHADOW:
            # The days in which nobody looked are not clean days: the window begins anew.
            row.window_opened_at = at
        open_watch(row.companion, law=row.law, at=at, tier=row.tier)
        return {"early": early}

    law = standing.law.law
    if by == RULE and evidence is None:
        evidence = {BASIS: end_basis(standing.suspended_until, returns_to=standing.state_before)}
    return move(
        standing,
        "end_suspension",
        by=by,
        at=at,
        under=law,
        reason=reason,
        evidence=evidence,
        version=version,
        effect=effect,
    )


def end_when_due(standing: Standing) -> Standing:
    """End a suspension whose time is over, sealed with the time at which it was due, however late anybody came.

    Raises Refused for one that has no end, or that was changed since ``standing`` was read.
    """
    due_at = standing.suspended_until
    if due_at is None:
        raise Refused("This suspension has no end of its own: it waits for a steward.")
    return end_suspension(standing, by=RULE, at=due_at, reason="Its time is over.", version=standing.version)


def change_suspension(
    standing: Standing, *, hours: int, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Standing:
    """Another length for a running suspension, from its beginning on: what a modified appeal comes to."""
    _ask_for_choice(standing.law.law, hours)

    def effect(row: Standing) -> dict[str, Any]:
        row.suspended_until = row.state_since + timedelta(hours=hours)
        return {"until": row.suspended_until, "hours": hours}

    law = standing.law.law
    return move(standing, "change_suspension", by=by, at=at, under=law, reason=reason, version=version, effect=effect)


def suspend_until(
    standing: Standing,
    until: datetime | None,
    *,
    under: Law,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Standing:
    """Another end for a running suspension: a further offence lengthens it, and a void one takes that back."""

    def effect(row: Standing) -> dict[str, Any]:
        row.suspended_until = until
        return {"until": until, **(facts or {})}

    return move(
        standing, "change_suspension", by=by, at=at, under=under, reason=reason, evidence=evidence, effect=effect
    )


def _ask_for_choice(law: Law, hours: int) -> None:
    if timedelta(hours=hours) not in law.offences.suspensions:
        choices = ", ".join(str(_hours(each)) for each in law.offences.suspensions)
        raise Refused(f"A suspension lasts {choices} hours, not {hours}.")


def _hours(span: timedelta) -> int | Decimal:
    """A span in hours; whole where it is."""
    if not span % HOUR:
        return span // HOUR
    return Decimal(span // timedelta.resolution) / (HOUR // timedelta.resolution)
