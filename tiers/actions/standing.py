"""How a companion's standing moves, whoever asks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from charter.law import Law
from charter.models import LawVersion
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Refused, decide
from ledger.sealing import seal, sealed_atomic
from registry.actions import revoke_key, tell
from registry.models import Companion
from registry.register import ReferenceCompanion, shipped_register
from shadow.actions.watching import close_watch, open_watch, tell_standing
from tiers.actions.reviews import ReviewWord, keep_word
from tiers.models import Standing
from tiers.models.standing import State, Tier

RULE = Actor.system("rule")
ATLAS = Actor.system("atlas")


def enrol(companion: Companion, *, law: LawVersion, review: ReviewWord | None, by: Actor, at: datetime) -> Standing:
    """Give a new companion its standing, mounted and without tier; the caller's transaction seals its birth."""
    standing = Standing.objects.create(companion=companion, law=law, state_since=at, changed_at=at)
    seal(
        "companion.mounted",
        subject=(standing.subject_kind, standing.subject_ref),
        actor=(by.kind, by.ref),
        move="enrol",
        at=at,
        law=(law.version, law.digest),
        to_state=State.MOUNTED.value,
    )
    if review:
        keep_word(companion, review)
    return standing


def open_shadow_if_ready(companion: Companion, *, at: datetime) -> Standing:
    """Open shadow mode as soon as everything asked is given and there is an endpoint; else nothing happens."""
    standing = companion.standing
    if standing.state != State.MOUNTED or companion.asked_before_shadow or not _has_endpoint(companion):
        return standing
    law = version_at(at)

    def effect(row: Standing) -> None:
        row.law = law
        row.window_opened_at = row.shadow_since = row.state_since = at
        open_watch(companion, law=law, at=at)

    return _move(standing, "open_shadow", by=RULE, at=at, under=law.law, effect=effect)


def graduate(
    standing: Standing, *, tier: str, by: Actor, at: datetime, reason: str, evidence: Mapping[str, Any]
) -> Standing:
    """Leave shadow mode: active at ``tier`` (or at the tier that was kept), with that tier's vote."""
    law = standing.law.law
    with sealed_atomic():
        if standing.tier == Tier.NONE:
            move = f"enter_{_registered_tier(standing) or tier}"
            decide(standing, move, by=by, at=at, under=law, reason=reason, evidence=evidence, effect=_tier_from(at))

        def effect(row: Standing) -> dict[str, Any]:
            row.state_since, row.vote_weight = at, _weight(row, law)
            row.with_steward_at = None
            return {"tier": row.tier, "vote_weight": row.vote_weight, "chambers": list(law.chambers_of(row.tier))}

        return _move(standing, "activate", by=by, at=at, under=law, reason=reason, evidence=evidence, effect=effect)


def bring_to_steward(standing: Standing, *, at: datetime, evidence: Mapping[str, Any]) -> Standing:
    """Longer in shadow mode than the law allows without a person: it enters the queue."""

    def effect(row: Standing) -> None:
        row.with_steward_at = at

    return _move(standing, "bring_to_steward", by=RULE, at=at, under=standing.law.law, evidence=evidence, effect=effect)


def suspend(
    standing: Standing, *, hours: int, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Standing:
    """Bar it from every operation for 24, 48 or 72 hours (the law's choices); it ends by itself and may be appealed."""
    version_in_force = version_at(at)
    law, span = version_in_force.law, timedelta(hours=hours)
    _ask_for_choice(law, hours)

    def effect(row: Standing) -> dict[str, Any]:
        row.law = version_in_force
        row.state_before, row.suspended_until, row.state_since = row.state, at + span, at
        close_watch(row.companion, at=at)
        return {"until": row.suspended_until, "hours": hours, "returns_to": row.state_before}

    return _move(standing, "suspend", by=by, at=at, under=law, reason=reason, version=version, effect=effect)


def end_suspension(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """Back to the state before: when it is due, by the rule; earlier, by a steward or a granted appeal."""

    def effect(row: Standing) -> dict[str, Any]:
        early = row.suspended_until is None or at < row.suspended_until
        if by == RULE and early:
            raise Refused("This suspension is not over yet.")
        row.suspended_until, row.state_since = None, at
        if row.state_before == State.SHADOW:
            # The days in which nobody looked are not clean days: the window begins anew.
            row.window_opened_at = at
        open_watch(row.companion, law=row.law, at=at, tier=row.tier)
        return {"early": early}

    return _move(
        standing, "end_suspension", by=by, at=at, under=standing.law.law, reason=reason, version=version, effect=effect
    )


def change_suspension(
    standing: Standing, *, hours: int, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Standing:
    """Another length for a running suspension, from its beginning on: what a modified appeal comes to."""
    law = standing.law.law
    _ask_for_choice(law, hours)

    def effect(row: Standing) -> dict[str, Any]:
        row.suspended_until = row.state_since + timedelta(hours=hours)
        return {"until": row.suspended_until, "hours": hours}

    return _move(standing, "change_suspension", by=by, at=at, under=law, reason=reason, version=version, effect=effect)


def remove(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """Remove it for good: its keys fail from the next request on; the law says when the model may apply anew."""
    return _leave(standing, "remove", by=by, at=at, reason=reason, version=version)


def retire(standing: Standing, *, by: Actor, at: datetime, reason: str = "", version: int | None = None) -> Standing:
    """Its provider takes it back, whenever it likes."""
    return _leave(standing, "retire", by=by, at=at, reason=reason, version=version)


def freeze(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """Hold it still as a precaution, without fault: it is asked, and it counts for nothing."""
    return _move(standing, "freeze", by=by, at=at, under=standing.law.law, reason=reason, version=version)


def unfreeze(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """Lift the precaution."""
    return _move(standing, "unfreeze", by=by, at=at, under=standing.law.law, reason=reason, version=version)


def promote(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """One tier up, by a steward's word with the criteria in view."""
    law = version_at(at).law
    above = next(
        (name for name, it in law.tiers.items() if standing.tier and it.rung == law.tiers[standing.tier].rung + 1), None
    )
    if standing.state != State.ACTIVE or above is None:
        raise Refused("Only an active companion below the critical tier can rise.")
    return _move(
        standing,
        f"rise_to_{above}",
        by=by,
        at=at,
        under=law,
        reason=reason,
        version=version,
        effect=_retiered(at, law, above),
    )


def demote(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """One tier down; from research there is no tier below, and a steward suspends instead."""
    law = version_at(at).law
    below = law.tier_below(standing.tier) if standing.tier else None
    if below is None:
        raise Refused("There is no tier below: a fall from research is a suspension.")
    return _move(
        standing,
        f"fall_to_{below}",
        by=by,
        at=at,
        under=law,
        reason=reason,
        version=version,
        effect=_retiered(at, law, below),
    )


def _ask_for_choice(law: Law, hours: int) -> None:
    if timedelta(hours=hours) not in law.offences.suspensions:
        choices = ", ".join(str(int(each.total_seconds() // 3600)) for each in law.offences.suspensions)
        raise Refused(f"A suspension lasts {choices} hours, not {hours}.")


def _leave(standing: Standing, move: str, *, by: Actor, at: datetime, reason: str, version: int | None) -> Standing:
    law = version_at(at).law

    def effect(row: Standing) -> None:
        row.state_since, row.vote_weight, row.suspended_until = at, Decimal(0), None
        close_watch(row.companion, at=at)
        for credential in row.companion.credentials.filter(revoked_at=None):
            revoke_key(credential, by=by, at=at, under=law)

    return _move(standing, move, by=by, at=at, under=law, reason=reason, version=version, effect=effect)


def _move(standing: Standing, move: str, *, by: Actor, at: datetime, under: Law, **facts: Any) -> Standing:
    """Decide, and tell the provider in the same transaction."""
    with sealed_atomic():
        decide(standing, move, by=by, at=at, under=under, **facts)
        tell_standing(standing.companion, tier=standing.tier, is_active=standing.counts)
        tell(
            f"companion.{move}",
            provider=standing.companion.provider,
            subject=("companion", standing.companion.ref),
            body={"state": standing.state, "tier": standing.tier or None, "precaution": standing.precaution},
            at=at,
        )
    return standing


def _tier_from(at: datetime) -> Any:
    def effect(row: Standing) -> None:
        row.tier_since = at

    return effect


def _retiered(at: datetime, law: Law, tier: str) -> Any:
    def effect(row: Standing) -> dict[str, Any]:
        row.tier_since = at
        if row.state == State.ACTIVE:
            row.vote_weight = law.tiers[tier].vote_weight
        return {"vote_weight": row.vote_weight, "chambers": list(law.chambers_of(tier))}

    return effect


def _registered_tier(standing: Standing) -> str:
    """The tier that the shipped register names for it, which counts from its first exit on."""
    return next((it.tier for it in shipped_register()[1] if _is(standing, it)), "")


def _weight(standing: Standing, law: Law) -> Decimal:
    """The tier's default weight, or the shipped register's for a reference companion at its registered tier."""
    named = (it.weight for it in shipped_register()[1] if _is(standing, it) and it.tier == standing.tier)
    return next(named, law.tiers[standing.tier].vote_weight)


def _is(standing: Standing, reference: ReferenceCompanion) -> bool:
    return standing.companion.is_reference and standing.companion.name == reference.name


def _has_endpoint(companion: Companion) -> bool:
    return companion.endpoints.filter(replaced_at=None).exists()
