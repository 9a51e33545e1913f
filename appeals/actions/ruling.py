"""An appeal is ruled on; what follows happens in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appeals import remedies
from appeals.actions.stages import bring_to_steward
from appeals.actions.submitting import tell_party
from appeals.deriving import review_basis
from appeals.models import Appeal
from appeals.rules import ruling
from ledger.actors import Actor
from ledger.decisions import decide
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from shadow.actions.forgetting import release_texts

ATLAS = Actor.system("atlas")


def grant(appeal: Appeal, *, by: Actor, reason: str, at: datetime, version: int | None = None) -> Appeal:
    """Undo it by its inverse: a suspension is lifted, a rejection goes to another steward, an offence is void."""
    return _rule(appeal, "grant", by=by, reason=reason, at=at, version=version)


def deny(appeal: Appeal, *, by: Actor, reason: str, at: datetime, version: int | None = None) -> Appeal:
    """Let the decision stand; the party reads the reason, and this is final."""
    return _rule(appeal, "deny", by=by, reason=reason, at=at, version=version)


def modify(appeal: Appeal, *, by: Actor, reason: str, at: datetime, hours: int, version: int | None = None) -> Appeal:
    """Let a suspension stand for another time, counted from when it began."""
    return _rule(appeal, "modify", by=by, reason=reason, at=at, version=version, hours=hours)


def advise(appeal: Appeal, findings: Mapping[str, Any], *, at: datetime) -> Appeal:
    """The sentinel's review is done: it rules on a machine's decision, and advises the steward on a person's.

    ``findings`` names ``holds`` (True, False, or None where it could not be measured), ``reason`` and the figures.
    """
    reason, advice = str(findings["reason"]), dict(findings)
    against_person = appeal.against_person or remedies.rests_on_a_choice(appeal)
    basis = review_basis(appeal.about_move, findings.get("answers", []), against_person=against_person)
    move = ruling(findings["holds"], against_person=against_person)
    if move == "bring_to_steward":
        return bring_to_steward(appeal, by=ATLAS, at=at, reason=reason, advice=advice, basis=basis)
    return _rule(appeal, move, by=ATLAS, reason=reason, at=at, findings=advice, basis=basis)


def _rule(
    appeal: Appeal,
    move: str,
    *,
    by: Actor,
    reason: str,
    at: datetime,
    version: int | None = None,
    hours: int | None = None,
    findings: dict[str, Any] | None = None,
    basis: dict[str, Any] | None = None,
) -> Appeal:
    def effect(row: Appeal) -> dict[str, Any]:
        row.answer, row.settled_at, row.due_at = reason, at, None
        if findings is not None:
            row.advice = findings
        return {"against": row.decision.public_id, "target": row.target_ref}

    with sealed_atomic():
        decide(
            appeal,
            move,
            by=by,
            at=at,
            under=appeal.law.law,
            reason=reason,
            effect=effect,
            version=version,
            evidence={"findings": findings, BASIS: basis} if findings else None,
        )
        remedies.follow(appeal, move, by=by, at=at, reason=reason, hours=hours)
        if move != "deny_by_sentinel":  # the party may still ask for a steward, who needs the texts
            held_until = at + appeal.law.law.appeals.texts_held_after
            release_texts(subject=(appeal.subject_kind, appeal.subject_ref), at=held_until)
        tell_party(appeal, at=at)
    return appeal
