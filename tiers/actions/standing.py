"""How a companion's standing moves, whoever asks."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from charter.law import Law
from charter.models import LawVersion
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Effect, Refused, decide
from ledger.models import Decision
from ledger.replaying import BASIS
from ledger.sealing import seal, sealed_atomic
from registry.actions import revoke_key
from registry.models import Companion
from registry.register import ReferenceCompanion, shipped_register
from shadow.actions.watching import close_watch, open_watch
from tiers.actions.monitoring import begin_monitoring, end_monitoring
from tiers.actions.moving import RULE, move
from tiers.actions.reviews import ReviewWord, keep_word
from tiers.actions.suspending import change_suspension, end_suspension, end_when_due, suspend
from tiers.models import Standing
from tiers.models.standing import State, Tier
from tiers.rules.clocks import open_basis, overdue_basis
from tiers.rules.exiting import ACTIVATE, ENTER, Registered

__all__ = [
    "ATLAS",
    "RULE",
    "bring_to_steward",
    "change_suspension",
    "demote",
    "end_suspension",
    "end_when_due",
    "enrol",
    "freeze",
    "graduate",
    "open_shadow_if_ready",
    "raise_tier",
    "registered",
    "remove",
    "restore_tier",
    "retire",
    "suspend",
    "unfreeze",
]
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

    evidence = {BASIS: open_basis(companion.asked_before_shadow, has_endpoint=True)}
    return move(standing, "open_shadow", by=RULE, at=at, under=law.law, evidence=evidence, effect=effect)


def graduate(
    standing: Standing, *, tier: str, by: Actor, at: datetime, reason: str, evidence: Mapping[str, Any]
) -> Standing:
    """Leave shadow mode: active at ``tier`` (or at the tier that was kept), with that tier's vote."""
    law = standing.law.law
    with sealed_atomic():
        if standing.tier == Tier.NONE:
            named = registered(standing)
            enters = f"enter_{named.tier if named else tier}"
            entering = _step(evidence, ENTER)
            decide(standing, enters, by=by, at=at, under=law, reason=reason, evidence=entering, effect=_tier_from(at))

        def effect(row: Standing) -> dict[str, Any]:
            row.state_since, row.vote_weight = at, _weight(row, law)
            row.with_steward_at = None
            return {"tier": row.tier, "vote_weight": row.vote_weight, "chambers": list(law.chambers_of(row.tier))}

        activating = _step(evidence, ACTIVATE)
        return move(standing, "activate", by=by, at=at, under=law, reason=reason, evidence=activating, effect=effect)


def bring_to_steward(standing: Standing, *, at: datetime, evidence: Mapping[str, Any]) -> Standing:
    """Longer in shadow mode than the law allows without a person: it enters the queue."""

    def effect(row: Standing) -> None:
        row.with_steward_at = at

    kept = {**evidence, BASIS: overdue_basis(standing.shadow_since)}
    return move(standing, "bring_to_steward", by=RULE, at=at, under=standing.law.law, evidence=kept, effect=effect)


def remove(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """Remove it for good: its keys fail from the next request on; the law says when the model may apply anew."""
    return _leave(standing, "remove", by=by, at=at, reason=reason, version=version)


def retire(standing: Standing, *, by: Actor, at: datetime, reason: str = "", version: int | None = None) -> Standing:
    """Its provider takes it back, whenever it likes."""
    return _leave(standing, "retire", by=by, at=at, reason=reason, version=version)


def freeze(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    under: Law | None = None,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Hold it still as a precaution, without fault: it is asked, and it counts for nothing."""
    law = under or standing.law.law
    return move(standing, "freeze", by=by, at=at, under=law, reason=reason, evidence=evidence, version=version)


def unfreeze(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """Lift the precaution."""
    return move(standing, "unfreeze", by=by, at=at, under=standing.law.law, reason=reason, version=version)


def raise_tier(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    under: Law,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """One tier up, with that tier's vote. Whoever calls it has judged by ``under`` what the next tier asks."""
    above = under.tier_above(standing.tier) if standing.tier else None
    if standing.state != State.ACTIVE or above is None:
        raise Refused("Only an active companion below the highest tier can rise.")
    return move(
        standing,
        f"rise_to_{above}",
        by=by,
        at=at,
        under=under,
        reason=reason,
        evidence=evidence,
        facts=facts,
        version=version,
        effect=_retiered(at, under, above),
    )


def restore_tier(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """Back to the tier above, which it held before it fell: what a granted appeal comes to.

    Its time at that tier counts again from when it had reached it. Raises Refused where it never held that tier.
    """
    law = version_at(at).law
    above = law.tier_above(standing.tier) if standing.tier else None
    held_since = _held_since(standing, above) if above else None
    if above is None or held_since is None:
        raise Refused("It held no higher tier from which it fell.")
    retiered = _retiered(at, law, above, since=held_since)

    def effect(row: Standing) -> Mapping[str, Any] | None:
        end_monitoring(row.companion, began_at=row.tier_since or at, at=at)  # the watch that followed the fall
        return retiered(row)

    return move(
        standing,
        f"rise_to_{above}",
        by=by,
        at=at,
        under=law,
        reason=reason,
        evidence=evidence,
        version=version,
        effect=effect,
    )


def demote(
    standing: Standing,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    under: Law | None = None,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Standing:
    """One tier down, and a closer watch for the law's time; from research there is no tier below: a suspension."""
    law = under or version_at(at).law
    below = law.tier_below(standing.tier) if standing.tier else None
    if below is None:
        raise Refused("There is no tier below: a fall from research is a suspension.")
    retiered = _retiered(at, law, below)

    def effect(row: Standing) -> Mapping[str, Any] | None:
        begin_monitoring(row.companion, because=f"It fell to the tier {below}.", law=law, at=at)
        return retiered(row)

    return move(
        standing,
        f"fall_to_{below}",
        by=by,
        at=at,
        under=law,
        reason=reason,
        evidence=evidence,
        version=version,
        effect=effect,
    )


def _leave(standing: Standing, name: str, *, by: Actor, at: datetime, reason: str, version: int | None) -> Standing:
    law = version_at(at).law

    def effect(row: Standing) -> None:
        row.state_since, row.vote_weight, row.suspended_until = at, Decimal(0), None
        close_watch(row.companion, at=at)
        for credential in row.companion.credentials.filter(revoked_at=None):
            revoke_key(credential, by=by, at=at, under=law)

    return move(standing, name, by=by, at=at, under=law, reason=reason, version=version, effect=effect)


def _tier_from(at: datetime) -> Any:
    def effect(row: Standing) -> None:
        row.tier_since = at

    return effect


def _retiered(at: datetime, law: Law, tier: str, *, since: datetime | None = None) -> Effect:
    def effect(row: Standing) -> dict[str, Any]:
        row.tier_since = since or at
        if State.ACTIVE in {row.state, row.state_before if row.state == State.SUSPENDED else row.state}:
            row.vote_weight = law.tiers[tier].vote_weight
        return {"vote_weight": row.vote_weight, "chambers": list(law.chambers_of(tier))}

    return effect


def _held_since(standing: Standing, tier: str) -> datetime | None:
    """When it had reached ``tier`` before it last fell from it; None if it never did."""
    moves = Decision.objects.filter(
        subject_kind=standing.subject_kind, subject_ref=standing.subject_ref, type="tier.changed"
    )
    fell = moves.filter(from_state=tier, move__startswith="fall_to_").order_by("-seal__idx").first()
    if fell is None:
        return None
    reached = moves.filter(to_state=tier, seal__idx__lt=fell.seal.idx).order_by("-seal__idx").first()
    return reached.at if reached else None


def registered(standing: Standing) -> Registered | None:
    """What the shipped register names for a reference companion, which counts from its first exit on."""
    return next((Registered(it.tier, it.weight) for it in shipped_register()[1] if _is(standing, it)), None)


def _weight(standing: Standing, law: Law) -> Decimal:
    """The tier's default weight, or the shipped register's for a reference companion at its registered tier."""
    named = registered(standing)
    return named.weight if named and named.tier == standing.tier else law.tiers[standing.tier].vote_weight


def _step(evidence: Mapping[str, Any], step: str) -> Mapping[str, Any]:
    """Two decisions on one basis are told apart by their step, so that each can be derived anew from its own."""
    return {**evidence, "basis": {**evidence["basis"], "step": step}} if "basis" in evidence else evidence


def _is(standing: Standing, reference: ReferenceCompanion) -> bool:
    return standing.companion.is_reference and standing.companion.name == reference.name


def _has_endpoint(companion: Companion) -> bool:
    return companion.endpoints.filter(replaced_at=None).exists()
