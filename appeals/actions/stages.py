"""An appeal moves on: by its party's word, or because its time is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appeals.actions.submitting import tell_party
from appeals.deriving import after_self_review, over_basis
from appeals.models import Appeal, State
from appeals.rules import due
from ledger.actors import Actor
from ledger.decisions import Effect, decide
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from registry.actions import tell

RULE = Actor.system("rule")


def finish_self_review(appeal: Appeal, *, by: Actor, at: datetime, version: int | None = None) -> Appeal:
    """The party has read proof and scoring: the sentinel's time begins, or a steward's if it is against ATLAS."""
    move = after_self_review(against_sentinel=appeal.against_sentinel)
    return _move(appeal, move, by=by, at=at, version=version)


def ask_for_steward(appeal: Appeal, *, by: Actor, at: datetime, version: int | None = None) -> Appeal:
    """The sentinel denied it, and the party wants a person's word."""
    return _move(appeal, "ask_for_steward", by=by, at=at, version=version)


def move_on(appeal: Appeal, *, at: datetime) -> Appeal:
    """The self-review's time is over: on to the next stage."""
    move = after_self_review(against_sentinel=appeal.against_sentinel)
    basis = over_basis(appeal.due_at, against_sentinel=appeal.against_sentinel)
    return _move(appeal, move, by=RULE, at=at, evidence={BASIS: basis})


def bring_to_steward(
    appeal: Appeal, *, by: Actor, at: datetime, reason: str, advice: dict[str, Any], basis: Mapping[str, Any]
) -> Appeal:
    """A person rules; the sentinel's findings, if it had any, go with it."""

    def effect(row: Appeal) -> None:
        row.advice = advice

    return _move(appeal, "bring_to_steward", by=by, at=at, reason=reason, effect=effect, evidence={BASIS: basis})


def escalate(appeal: Appeal, *, at: datetime) -> bool:
    """Mark an overdue steward's review, once; it is shown as overdue and never decided by silence."""
    if not Appeal.objects.filter(pk=appeal.pk, escalated_at=None, due_at__lte=at).update(escalated_at=at):
        return False
    body = {"appealId": appeal.public_id, "state": appeal.state}
    tell("appeal.overdue", provider=None, subject=("appeal", appeal.public_id), body=body, at=at)
    return True


def _move(
    appeal: Appeal,
    move: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    effect: Effect | None = None,
    version: int | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> Appeal:
    law = appeal.law.law
    target = State.SENTINEL_REVIEW if move == "finish_self_review" else State.STEWARD_REVIEW

    def stage(row: Appeal) -> Any:
        row.due_at, row.escalated_at, row.lease_until = due(target, since=at, law=law.appeals), None, None
        return effect(row) if effect else None

    with sealed_atomic():
        decide(appeal, move, by=by, at=at, under=law, reason=reason, effect=stage, version=version, evidence=evidence)
        tell_party(appeal, at=at)
    return appeal
