"""What an appeal is about: the decision behind the id that a party gives, if it is the party's to contest."""

from dataclasses import dataclass
from datetime import datetime

from appeals.body import COMPANION_MISSING, AppealBody
from appeals.rules import VIOLATION, what_is_contested
from faces.schema import Invalid
from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import deciders, decision_called, last_decision
from onboarding.models import Application
from registry.models import Companion
from registry.queries import companion_called
from tiers.models import Incident

ATLAS = ("system", "atlas")


class NoSuchDecision(LookupError):
    """There is no such decision, or it is not this party's to contest: both read the same from outside."""


@dataclass(frozen=True)
class Target:
    """The contested decision with all that an appeal needs of it."""

    kind: str
    ref: str
    decision: Decision
    contested: str
    provider_slug: str
    companion: Companion | None
    application: Application | None
    incident: Incident | None
    penalty_until: datetime | None
    took_part: list[str]

    @property
    def by_person(self) -> bool:
        return self.decision.actor_kind == "human"

    @property
    def by_sentinel(self) -> bool:
        return (self.decision.actor_kind, self.decision.actor_ref) == ATLAS


def target_of(body: AppealBody, *, by: Actor) -> Target:
    """The contested decision. Raises NoSuchDecision, or Invalid if it has a companion and ``body`` names none."""
    if body.incident_id:
        target = _incident(body.incident_id)
    elif body.target.startswith("app_"):
        target = _application(body.target)
    else:
        target = _decision(body.target)
    if not _may_contest(target, by):
        raise NoSuchDecision
    if body.companion_id is None and target.companion:
        raise Invalid([COMPANION_MISSING])
    if not _names_its_companion(target, body):
        raise NoSuchDecision
    return target


def _incident(ref: str) -> Target:
    incident = Incident.objects.select_related("companion__provider").filter(number=int(ref[4:])).first()
    decision = last_decision("incident", ref, moves=["confirm"]) if incident else None
    if incident is None or decision is None:
        raise NoSuchDecision
    return _target("incident", ref, decision, VIOLATION, companion=incident.companion, incident=incident)


def _application(ref: str) -> Target:
    application = Application.objects.select_related("provider").filter(pk=ref.removeprefix("app_")).first()
    decision = last_decision("application", ref, moves=["reject"]) if application else None
    if application is None or decision is None:
        raise NoSuchDecision
    return _target("application", ref, decision, "rejection", application=application)


def _decision(ref: str) -> Target:
    try:
        decision = decision_called(ref)
    except Decision.DoesNotExist:
        raise NoSuchDecision from None
    contested = what_is_contested(decision.move)
    if contested is None and decision.actor_kind != "system":
        raise NoSuchDecision
    if decision.subject_kind == "application" and contested == "rejection":
        return _application(decision.subject_ref)
    if decision.subject_kind == "incident":
        return _incident(decision.subject_ref)
    companion = None
    if decision.subject_kind == "companion":
        companion = Companion.objects.select_related("provider", "standing").filter(ref=decision.subject_ref).first()
    return _target("decision", ref, decision, contested or "machine's decision", companion=companion)


def _target(
    kind: str,
    ref: str,
    decision: Decision,
    contested: str,
    *,
    companion: Companion | None = None,
    application: Application | None = None,
    incident: Incident | None = None,
) -> Target:
    provider = companion.provider if companion else application.provider if application else None
    return Target(
        kind=kind,
        ref=ref,
        decision=decision,
        contested=contested,
        provider_slug=provider.slug if provider else "",
        companion=companion,
        application=application,
        incident=incident,
        penalty_until=companion.standing.suspended_until if companion and contested == "suspension" else None,
        took_part=_took_part(decision, kind, ref),
    )


def _took_part(decision: Decision, kind: str, ref: str) -> list[str]:
    """The people who decided on this matter: for an application all of them, else whoever took the decision."""
    if kind in {"application", "incident"}:
        return deciders(kind, ref)
    return [decision.actor_ref] if decision.actor_kind == "human" else []


def _may_contest(target: Target, by: Actor) -> bool:
    if target.provider_slug and by.organisation == target.provider_slug:
        return what_is_contested(target.decision.move) is not None
    return by.kind == "human" and by.has_role("citizen") and target.decision.actor_kind == "system"


def _names_its_companion(target: Target, body: AppealBody) -> bool:
    if body.companion_id is None:
        return target.companion is None
    try:
        return companion_called(body.companion_id) == target.companion
    except LookupError:
        return False
