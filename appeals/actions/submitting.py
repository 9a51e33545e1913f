"""A party contests a decision."""

from datetime import datetime

from django.db import IntegrityError, transaction

from appeals.body import AppealBody
from appeals.models import OPEN, Appeal, State
from appeals.rules import due, in_time
from appeals.targets import Target, target_of
from charter.models import LawVersion
from charter.models.golden import Sampled
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.sealing import seal, sealed_atomic
from onboarding.actions import hold_for_appeal
from registry.actions import tell
from registry.models import Provider
from shadow.actions.desking import put_on_desk
from shadow.actions.forgetting import hold_texts
from shadow.queries.desk import named
from tiers.models import Incident

FINAL = (State.GRANTED, State.DENIED, State.MODIFIED)


def submit(body: AppealBody, *, by: Actor, at: datetime) -> Appeal:
    """Open an appeal under the law in force now; the contested evidence is held while it runs.

    Raises NoSuchDecision for what is not this party's, and Refused: too late, one open already, or ruled on for good.
    """
    law = version_at(at)
    with sealed_atomic():
        target = target_of(body, by=by)
        if not in_time(target.decision.at, at=at, penalty_until=target.penalty_until, law=law.law.appeals):
            days = law.law.appeals.submitted_within.days
            raise Refused(f"An appeal is submitted within {days} days of the decision, or while its penalty runs.")
        _refuse_second(target)
        appeal = _create(target, body, by=by, at=at, law=law)
        if target.application:
            hold_for_appeal(target.application, at=at)
        if target.incident:
            _hold_evidence(appeal, target.incident, law=law, at=at)
        seal(
            "appeal.submitted",
            subject=(appeal.subject_kind, appeal.subject_ref),
            actor=(by.kind, by.ref),
            move="submit",
            at=at,
            law=(law.version, law.digest),
            to_state=appeal.state,
            facts={"against": target.decision.public_id, "contested": target.contested, "target": target.ref},
            private={"reason": body.reason, "evidence": body.evidence},
        )
        tell_party(appeal, at=at)
    return appeal


def tell_party(appeal: Appeal, *, at: datetime) -> None:
    """Leave word of the appeal's present state for the provider."""
    provider = Provider.objects.filter(slug=appeal.provider_slug).first()
    body = {"appealId": appeal.public_id, "state": appeal.state, "against": appeal.target_ref}
    tell(f"appeal.{appeal.state}", provider=provider, subject=("appeal", appeal.public_id), body=body, at=at)


def _hold_evidence(appeal: Appeal, incident: Incident, *, law: LawVersion, at: datetime) -> None:
    """The texts that the incident rests on stay while the appeal runs, and people are asked about them."""
    samples = list(incident.answers.values_list("sample_id", flat=True))
    put_on_desk(named(samples, law.law), Sampled.APPEAL, law=law.law, at=at)
    subject = (appeal.subject_kind, appeal.subject_ref)
    hold_texts(samples, subject=subject, reason=f"{appeal.public_id} contests {incident.public_id}.", at=at)


def _refuse_second(target: Target) -> None:
    earlier = Appeal.objects.filter(decision=target.decision)
    if earlier.filter(state__in=OPEN).exists():
        raise Refused("An appeal against this decision is open already; see its status page.")
    if earlier.filter(state__in=FINAL).exists():
        raise Refused("This decision was appealed and ruled on; a steward's ruling is final.")
    if earlier.filter(state=State.DENIED_BY_SENTINEL).exists():
        raise Refused("The sentinel denied an appeal against this decision; ask for a steward in that appeal.")


def _create(target: Target, body: AppealBody, *, by: Actor, at: datetime, law: LawVersion) -> Appeal:
    is_provider = bool(target.provider_slug) and by.organisation == target.provider_slug
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                law=law,
                target_kind=target.kind,
                target_ref=target.ref,
                decision=target.decision,
                about_move=target.decision.move,
                companion=target.companion,
                provider_slug=target.provider_slug,
                party_kind="provider" if is_provider else "citizen",
                party_ref=target.provider_slug if is_provider else by.ref,
                reason=body.reason,
                evidence=body.evidence,
                against_sentinel=target.by_sentinel,
                against_person=target.by_person,
                took_part=target.took_part,
                submitted_at=at,
                changed_at=at,
                due_at=due(State.SELF_REVIEW, since=at, law=law.law.appeals),
            )
    except IntegrityError:
        raise Refused("An appeal against this decision is open already; see its status page.") from None
