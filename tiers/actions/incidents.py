"""Incidents: opened, joined, confirmed, cleared, voided (spec section 10.5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from charter.queries import version_at
from ledger.actors import STEWARD, Actor, Forbidden, a_steward
from ledger.decisions import decide
from ledger.sealing import seal, sealed_atomic
from registry.actions import next_number, tell
from registry.models import Companion
from shadow.actions.forgetting import hold_texts, release_texts
from tiers.actions import ladder
from tiers.models import Incident, IncidentAnswer
from tiers.models.incident import State

ATLAS = Actor.system("atlas")
COUNTER = "INC"


def open_incident(
    companion: Companion,
    *,
    kind: str,
    severity: str,
    summary: str,
    by: Actor,
    at: datetime,
    rule: str = "",
    clause: str = "",
    seen_at: datetime | None = None,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> Incident:
    """Open an incident about ``companion`` under the law in force; it is an offence only once it is confirmed.

    Raises Forbidden for anybody but the system and a steward of another organisation.
    """
    _may_open(companion, by)
    law = version_at(at)
    with sealed_atomic():
        incident = Incident.objects.create(
            number=next_number(COUNTER),
            companion=companion,
            law=law,
            kind=kind,
            rule=rule,
            clause=clause,
            severity=severity,
            summary=summary,
            opened_at=at,
            last_seen_at=seen_at or at,
            changed_at=at,
        )
        seal(
            "incident.opened",
            subject=(incident.subject_kind, incident.subject_ref),
            actor=(by.kind, by.ref),
            move="open_incident",
            at=at,
            law=(law.version, law.digest),
            to_state=incident.state,
            facts={"companion": companion.ref, "kind": kind, "severity": severity, "rule": rule, "clause": clause},
            evidence=evidence,
            private={"reason": reason},
        )
        _tell(incident, "opened", at=at)
    return incident


def _may_open(companion: Companion, by: Actor) -> None:
    if by.is_system or a_steward(companion.standing, by):
        return
    if by.has_role(STEWARD):
        raise Forbidden("Nobody decides on a matter of their own organisation; another steward may.")
    raise Forbidden("An incident is opened by a steward, or by the rule.")


def joined_by(companion: Companion, *, rule: str, seen_at: datetime) -> Incident | None:
    """The incident that a further answer against the same rule joins: one fault, one offence (spec section 10.5).

    It was given within the law's time of the last one, or before its provider could know of the last offence of that
    rule. What was cleared, or is void, is joined by nothing.
    """
    rows = Incident.objects.filter(companion=companion, rule=rule, state__in=[State.OPEN, State.CONFIRMED])
    found = rows.select_related("law").order_by("-last_seen_at").first()
    if found and seen_at - found.last_seen_at <= found.law.law.offences.joined_within:
        return found
    return rows.filter(state=State.CONFIRMED, confirmed_at__gte=seen_at).order_by("-confirmed_at").first()


def join(incident: Incident, *, sample_id: Any, slot_at: datetime, at: datetime) -> None:
    """Add one answer to an incident; adding it twice changes nothing."""
    IncidentAnswer.objects.get_or_create(
        incident=incident, sample_id=sample_id, defaults={"slot_at": slot_at, "added_at": at}
    )
    subject = (incident.subject_kind, incident.subject_ref)
    hold_texts([sample_id], subject=subject, reason=f"{incident.public_id} rests on it.", at=at)
    Incident.objects.filter(pk=incident.pk, last_seen_at__lt=slot_at).update(last_seen_at=slot_at)


def note_critical(incident: Incident, *, seen_at: datetime) -> None:
    """A confirmed critical answer of this incident was given at ``seen_at``: clean days count from the last one."""
    later = Q(last_critical_at=None) | Q(last_critical_at__lt=seen_at)
    Incident.objects.filter(later, pk=incident.pk).update(last_critical_at=seen_at)


def confirm(
    incident: Incident,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Incident:
    """Find that it is an offence: it counts for the law's year, and in shadow mode the clean days begin anew.

    What the ladder has for it comes in the same transaction: a warning, a suspension, or a steward's choice.
    """

    def effect(row: Incident) -> dict[str, Any]:
        row.confirmed_at = at
        row.last_critical_at = row.last_critical_at or row.last_seen_at
        return {"companion": row.companion.ref, "severity": row.severity, "rule": row.rule}

    with sealed_atomic():
        standing = ladder.lock_standing(incident.companion)
        _move(incident, "confirm", by=by, at=at, reason=reason, evidence=evidence, effect=effect, version=version)
        ladder.impose(incident, standing, at=at)
    return incident


def clear(
    incident: Incident,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Incident:
    """Find that it was no offence."""
    return _move(incident, "clear", by=by, at=at, reason=reason, evidence=evidence, effect=_closed(at), version=version)


def void(
    incident: Incident,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Incident:
    """Undo a confirmed offence, as a granted appeal does: it never counted, and neither did what it brought.

    Penalties of later offences keep their place: they were right when they were imposed.
    """
    with sealed_atomic():
        standing = ladder.lock_standing(incident.companion)
        _move(incident, "void", by=by, at=at, reason=reason, evidence=evidence, effect=_closed(at), version=version)
        ladder.lift(incident, standing, by=by, at=at, reason=reason)
    return incident


def _closed(at: datetime) -> Any:
    def effect(row: Incident) -> dict[str, Any]:
        row.closed_at = at
        subject = (row.subject_kind, row.subject_ref)
        release_texts(subject=subject, at=at + row.law.law.appeals.texts_held_after)
        return {"companion": row.companion.ref}

    return effect


def _move(incident: Incident, move: str, *, by: Actor, at: datetime, **facts: Any) -> Incident:
    with sealed_atomic():
        decide(incident, move, by=by, at=at, under=incident.law.law, **facts)
        _tell(incident, incident.state, at=at)
    return incident


def _tell(incident: Incident, what: str, *, at: datetime) -> None:
    body = {"incidentId": incident.public_id, "companionId": incident.companion.ref, "severity": incident.severity}
    provider = incident.companion.provider
    tell(f"incident.{what}", provider=provider, subject=("incident", incident.public_id), body=body, at=at)
