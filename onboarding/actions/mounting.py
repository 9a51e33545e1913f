"""The provider mounts its approved model: the companion, its standing, the signed statement, the API key."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from ledger import dsse
from ledger.actors import Actor
from ledger.canonical import sha256_hex
from ledger.decisions import Refused
from ledger.keys import attestation_key
from ledger.models import Leaf
from ledger.origin import origin_in_force
from ledger.queries import last_decision
from ledger.sealing import sealed_atomic
from onboarding.actions.companions import admit, review_word
from onboarding.actions.telling import move
from onboarding.models import Application, Attestation, OnboardingToken
from onboarding.models.application import State
from onboarding.queries.applications import BadToken, is_spent
from onboarding.statement import NEXT_STEPS, manifests, statement
from registry.actions import issue_key, revoke_key
from registry.models import Companion
from tiers.actions.standing import enrol, open_shadow_if_ready
from tiers.models.standing import LIVING
from tiers.queries import system_gi

STATEMENT_EVIDENCE = "mount_statement"


@dataclass(frozen=True)
class Mounted:
    """What the provider gets: the answer, and the API key in clear, which nothing keeps."""

    companion: Companion
    answer: dict[str, Any]
    api_key: str = field(repr=False)


def mount(application: Application, *, by: Actor, at: datetime) -> Mounted:
    """Make the approved model a companion. Again, until its key is first used: a new key, and the last one revoked.

    Raises BadToken once the key was used or the token is over, Refused unless it is approved, and once it has left.
    """
    with sealed_atomic():
        row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        token = OnboardingToken.objects.select_for_update().get(application=row)
        if is_spent(token) or token.expires_at is None or token.expires_at <= at:
            raise BadToken
        attestation = _first(application, by=by, at=at) if row.state != State.MOUNTED else _kept(row)
        companion = attestation.companion
        if companion.standing.state not in LIVING:
            raise Refused(f"{companion.ref} is {companion.standing.state}: it is given no new key.")
        _revoke_unused(companion, by=by, at=at, application=row)
        _, clear = issue_key(companion, by=by, at=at, under=row.law.law)
        open_shadow_if_ready(companion, at=at)
    application.refresh_from_db()
    return Mounted(companion, _answer(attestation) | {"apiKey": clear}, clear)


def _first(application: Application, *, by: Actor, at: datetime) -> Attestation:
    made: list[Attestation] = []
    signed = {}

    def effect(row: Application) -> dict[str, Any]:
        companion = admit(row, at=at)
        enrol(companion, law=row.law, review=review_word(row), by=by, at=at)
        row.companion = companion
        made.append(_attest(row, companion, at=at))
        signed[STATEMENT_EVIDENCE] = bytes(made[0].payload)
        return {"companion": companion.ref, "statement_sha256": made[0].sha256, "endpoint": str(row.endpoint_id)}

    # The evidence is filled by the effect, before it is kept: the statement names the companion that is made there.
    move(application, "mount", by=by, at=at, evidence=signed, effect=effect)
    return made[0]


def _attest(row: Application, companion: Companion, *, at: datetime) -> Attestation:
    """Sign what the companion is told; its subject is the approval's entry, as it stands in the log."""
    approval = last_decision(row.subject_kind, row.subject_ref, moves=("approve",))
    if approval is None:
        raise Refused("This application was never approved.")
    entry = bytes(Leaf.objects.get(entry_id=approval.seal_id).entry)
    law = row.law.law
    told = manifests(law, cycle=settings.KAIZEN_CYCLE, current_gi=system_gi(at), companions=_other_names(companion))
    payload = statement(
        companion.ref,
        told,
        approval=(approval.public_id, entry),
        origin=origin_in_force(),
        cycle=settings.KAIZEN_CYCLE,
        at=at,
    )
    key = attestation_key()
    return Attestation.objects.create(
        companion=companion,
        payload=payload,
        payload_type=dsse.IN_TOTO,
        keyid=key.keyid,
        signature=dsse.sign(payload, payload_type=dsse.IN_TOTO, key=key),
        sha256=sha256_hex(payload),
        made_at=at,
    )


def _kept(row: Application) -> Attestation:
    return Attestation.objects.select_related("companion__provider", "companion__standing").get(companion=row.companion)


def _other_names(companion: Companion) -> list[str]:
    others = Companion.objects.exclude(pk=companion.pk).filter(standing__state__in=LIVING)
    return list(dict.fromkeys(others.order_by("-is_reference", "ref").values_list("name", flat=True)))


def _revoke_unused(companion: Companion, *, by: Actor, at: datetime, application: Application) -> None:
    for credential in companion.credentials.select_for_update().filter(revoked_at=None):
        revoke_key(credential, by=by, at=at, under=application.law.law)


def _answer(attestation: Attestation) -> dict[str, Any]:
    """The mount's answer in the seed's shape (spec 4.6), from the very bytes that were signed."""
    predicate = json.loads(bytes(attestation.payload))["predicate"]
    return {
        "status": "approved",
        "companionId": predicate["companionId"],
        "manifests": predicate["manifests"],
        "gi_signature": "0x" + bytes(attestation.signature).hex(),
        "nextSteps": list(NEXT_STEPS),
    }
