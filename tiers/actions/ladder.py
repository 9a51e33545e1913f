"""What an offence brings: a warning, a suspension, a steward's choice; and the way back where it is void (10.5).

Two of these come by themselves, in the transaction that confirms the offence. From the third on a steward chooses.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from charter.law import Law
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Refused, decide
from ledger.replaying import BASIS
from ledger.sealing import seal, sealed_atomic
from registry.actions import tell
from registry.models import Companion
from tiers.actions.monitoring import begin_monitoring
from tiers.actions.moving import RULE
from tiers.actions.standing import demote, remove, restore_tier
from tiers.actions.suspending import end_suspension, end_when_due, suspend_for, suspend_until
from tiers.models import Incident, Penalty, Standing
from tiers.models.penalty import Kind, State
from tiers.models.standing import LIVING
from tiers.models.standing import State as Standings
from tiers.queries.penalties import offences_confirmed
from tiers.rules import ladder as rules
from tiers.rules.clocks import is_over
from tiers.rules.falling import fall_from
from tiers.rules.ladder import Case, Imposed


def lock_standing(companion: Companion) -> Standing:
    """The companion's standing, locked: whoever confirms another offence of it waits here, and then counts this one."""
    rows = Standing.objects.select_for_update(of=("self",)).select_related("companion__provider", "law")
    return rows.get(companion=companion)


def case_of(incident: Incident, standing: Standing) -> Case:
    """An incident as the ladder sees it: how its companion stands, and its other offences."""
    return Case(
        kind=incident.kind,
        severity=incident.severity,
        state=str(standing.state),
        returns_to=str(standing.state_before),
        suspended_until=standing.suspended_until,
        earlier=tuple(offences_confirmed(incident.companion_id, but=incident)),
    )


def impose(incident: Incident, standing: Standing, *, at: datetime) -> Penalty | None:
    """Impose what the ladder has for a confirmed offence, in the transaction that confirmed it; None where nothing.

    ``standing`` is locked. A suspension whose time is over is ended first: it is over since then.
    """
    if standing.state == Standings.SUSPENDED and is_over(standing.suspended_until, at=at):
        end_when_due(standing)
    law = incident.law.law
    case = case_of(incident, standing)
    found = rules.imposed(case, law, at=at)
    if found is None:
        return None
    penalty = _write(incident, standing, case, found, at=at)
    _carry_out(penalty, standing, case, found, law, at=at)
    _tell(penalty, at=at)
    return penalty


def choose(penalty: Penalty, *, kind: str, by: Actor, at: datetime, reason: str, version: int | None = None) -> Penalty:
    """A steward chooses what a third offence brings: a fall of one tier (from the lowest a suspension), or removal.

    Raises Refused for another choice and for a companion that left, Forbidden, AlreadyDecided.
    """
    if kind not in {Kind.DEMOTION, Kind.REMOVAL}:
        raise Refused("Choose between a fall of one tier and permanent removal.")
    law = version_at(at).law
    with sealed_atomic():
        standing = lock_standing(penalty.companion)
        if standing.state not in LIVING:
            raise Refused(f"{penalty.companion.ref} is {standing.state} by now: nothing is left to choose.")
        falls = fall_from(_tier_of(standing, law), law) if kind == Kind.DEMOTION else None
        until, _ = _suspended(standing, law, at=at) if falls and falls.span else (None, "")

        def effect(row: Penalty) -> dict[str, Any]:
            row.imposed_at, row.until = at, until
            row.kind = Kind.SUSPENSION if falls and falls.span else Kind(kind)
            row.until_before = standing.suspended_until if until else None
            row.tier_before = standing.tier if row.kind == Kind.DEMOTION else ""
            return {**_about(row), "kind": str(row.kind), "until": until, "tier_before": row.tier_before or None}

        decide(penalty, "choose", by=by, at=at, under=penalty.law.law, reason=reason, version=version, effect=effect)
        told: dict[str, Any] = {"by": by, "at": at, "reason": reason}
        if kind == Kind.REMOVAL:
            remove(standing, **told)
        elif falls and falls.span:
            _suspend_instead(standing, penalty, law, **told)
        else:
            demote(standing, **told)
        _tell(penalty, at=at)
    return penalty


def lift(incident: Incident, standing: Standing, *, by: Actor, at: datetime, reason: str) -> Penalty | None:
    """Take back the penalty of an offence that is void, in the transaction that voids it; None where there was none.

    A suspension by it that still runs ends, or is as long again as it was before; a fall by it is undone if the tier
    has not moved since. A removal stays: it has no inverse here. Later penalties keep their place on the ladder, for
    they were right when they were imposed.
    """
    penalty = Penalty.objects.select_related("companion__provider", "law").filter(incident=incident).first()
    if penalty is None or penalty.state == State.VOIDED:
        return None

    def effect(row: Penalty) -> dict[str, Any]:
        row.closed_at = at
        return _about(row)

    law = penalty.law.law
    evidence = _void_evidence(incident, by)
    decide(penalty, "void", by=by, at=at, under=law, reason=reason, evidence=evidence, effect=effect)
    if penalty.kind == Kind.SUSPENSION:
        _lift_suspension(penalty, standing, by=by, at=at, reason=reason)
    elif penalty.kind == Kind.DEMOTION:
        _undo_fall(penalty, standing, by=by, at=at, reason=reason)
    _tell(penalty, at=at)
    return penalty


def note_length(companion: Companion, *, before: datetime | None, after: datetime | None) -> int:
    """A running suspension got another end, by a modified appeal: so has the penalty that it carries out."""
    rows = Penalty.objects.filter(companion=companion, kind=Kind.SUSPENSION, state=State.IMPOSED)
    return rows.filter(until=before).update(until=after) if before else 0


def _write(incident: Incident, standing: Standing, case: Case, found: Imposed, *, at: datetime) -> Penalty:
    penalty = Penalty.objects.create(
        incident=incident,
        companion=incident.companion,
        law=incident.law,
        state=found.state,
        nth=found.rung.nth,
        kind=found.rung.kind,
        imposed_at=at,
        until=found.until,
        until_before=standing.suspended_until if found.move == "change_suspension" else None,
        changed_at=at,
    )
    seal(
        f"penalty.{found.state}",
        subject=(penalty.subject_kind, penalty.subject_ref),
        actor=(RULE.kind, RULE.ref),
        move=rules.IMPOSE,
        at=at,
        law=(incident.law.version, incident.law.digest),
        to_state=found.state,
        facts={**_about(penalty), **found.facts},
        evidence={BASIS: rules.basis_of(rules.IMPOSE, case)},
    )
    return penalty


def _carry_out(penalty: Penalty, standing: Standing, case: Case, found: Imposed, law: Law, *, at: datetime) -> None:
    """The move of the standing that the penalty comes to, if it comes to one."""
    told: dict[str, Any] = {
        "under": law,
        "by": RULE,
        "at": at,
        "reason": f"The offence no. {penalty.nth} of those that count: {penalty.incident}.",
        "evidence": {BASIS: rules.basis_of(rules.MOVE, case)},
        "facts": {"incident": penalty.incident.public_id, "penalty": penalty.subject_ref},
    }
    if found.move == "suspend" and found.rung.span is not None:
        suspend_for(standing, span=found.rung.span, **told)
    elif found.move:
        suspend_until(standing, found.until, **told)


def _tier_of(standing: Standing, law: Law) -> str:
    """Its tier; one that never had any falls as from the lowest."""
    return str(standing.tier) or min(law.tiers, key=lambda name: law.tiers[name].rung)


def _suspended(standing: Standing, law: Law, *, at: datetime) -> tuple[datetime, str]:
    return rules.suspension(standing.state, standing.suspended_until, law.falling.from_lowest, at=at)


def _suspend_instead(standing: Standing, penalty: Penalty, law: Law, *, by: Actor, at: datetime, reason: str) -> None:
    """A fall from the lowest tier: suspended, or longer so where it is already."""
    until, move = _suspended(standing, law, at=at)
    told: dict[str, Any] = {"under": law, "by": by, "at": at, "reason": reason, "facts": _about(penalty)}
    if move == "suspend":
        suspend_for(standing, span=law.falling.from_lowest, is_fall=True, **told)
        return
    because = "Its suspension was lengthened in the place of a fall from the lowest tier."
    begin_monitoring(standing.companion, because=because, law=law, at=at)
    if move:
        suspend_until(standing, until, **told)


def _lift_suspension(penalty: Penalty, standing: Standing, *, by: Actor, at: datetime, reason: str) -> None:
    others = Penalty.objects.filter(companion=penalty.companion, kind=Kind.SUSPENSION, state=State.IMPOSED)
    # What a later one lengthened it did not lengthen: without this one there is only what was before this one.
    others.filter(until_before=penalty.until).update(until_before=penalty.until_before or at)
    ends = standing.suspended_until
    if standing.state != Standings.SUSPENDED or ends is None or ends != penalty.until or is_over(ends, at=at):
        return
    longest = others.aggregate(until=Max("until"))["until"]
    rest = max((it for it in (longest, penalty.until_before) if it is not None and it > at), default=None)
    told: dict[str, Any] = {"by": by, "at": at, "reason": reason}
    if rest is None:
        to = str(standing.state_before)
        end_suspension(standing, evidence=_void_evidence(penalty.incident, by, "end_suspension", to), **told)
    elif rest < ends:
        evidence = _void_evidence(penalty.incident, by, "change_suspension", "suspended")
        suspend_until(standing, rest, under=penalty.law.law, evidence=evidence, facts=_about(penalty), **told)


def _undo_fall(penalty: Penalty, standing: Standing, *, by: Actor, at: datetime, reason: str) -> None:
    """Back to the tier it fell from, unless something else moved it since or it left."""
    if standing.state in LIVING and standing.tier_since == penalty.imposed_at:
        to = penalty.tier_before
        evidence = _void_evidence(penalty.incident, by, f"rise_to_{to}", to)
        restore_tier(standing, by=by, at=at, reason=reason, evidence=evidence)


def _void_evidence(incident: Incident, by: Actor, move: str = "void", to: str = "voided") -> Mapping[str, Any] | None:
    """What a machine's void comes from; a person's word needs none."""
    if not by.is_system:
        return None
    return {BASIS: rules.void_basis(incident=incident.public_id, state=str(incident.state), move=move, to=to)}


def _about(penalty: Penalty) -> dict[str, Any]:
    return {"companion": penalty.companion.ref, "incident": penalty.incident.public_id, "nth": penalty.nth}


def _tell(penalty: Penalty, *, at: datetime) -> None:
    body = {
        "companionId": penalty.companion.ref,
        "incidentId": penalty.incident.public_id,
        "state": str(penalty.state),
        "kind": str(penalty.kind) or None,
        "nth": penalty.nth,
        "until": penalty.until.isoformat() if penalty.until else None,
    }
    subject = (penalty.subject_kind, penalty.subject_ref)
    tell(f"penalty.{penalty.state}", provider=penalty.companion.provider, subject=subject, body=body, at=at)
