"""All that can happen here: an endorsement is given, and taken back."""

import uuid
from datetime import datetime

from django.db import IntegrityError

from charter.queries import version_at
from civic.models import Endorsement
from ledger.actors import STEWARD, Actor, Forbidden
from ledger.decisions import Refused
from ledger.sealing import seal, sealed_atomic
from registry.actions import tell
from registry.models import Companion

CITIZEN = "citizen"
PERSON = "urn:uuid:"
MOST_REASON = 1000
_ALREADY = "You endorse this companion already. Take that back first to say something else."


def may_speak_for(companion: Companion, by: Actor) -> bool:
    """Whether ``by`` is a steward or a citizen of another organisation than the companion's."""
    return by.kind == "human" and by.has_role(STEWARD, CITIZEN) and by.organisation != companion.provider.slug


def endorse(companion: Companion, *, by: Actor, at: datetime, reason: str = "") -> Endorsement:
    """A person stands up for ``companion``; ``reason`` is shown on its page, in the ledger is a commitment to it.

    Raises Forbidden for anybody but stewards and citizens of other organisations; Refused for a second one of theirs.
    """
    _ask_whether_may(companion, by)
    if len(reason) > MOST_REASON:
        raise Refused(f"Say it in at most {MOST_REASON} characters.")
    person = uuid.UUID(by.ref.removeprefix(PERSON))
    try:
        with sealed_atomic():
            if Endorsement.objects.filter(companion=companion, person_id=person, withdrawn_at=None).exists():
                raise Refused(_ALREADY)
            row = Endorsement.objects.create(
                companion=companion, person_id=person, by_ref=by.ref, reason=reason, given_at=at
            )
            _seal(row, "endorsed", "endorse", by=by, at=at, reason=reason)
    except IntegrityError:
        raise Refused(_ALREADY) from None  # the same person, at the same moment
    return row


def withdraw_endorsement(companion: Companion, *, by: Actor, at: datetime, reason: str = "") -> Endorsement:
    """Whoever endorsed ``companion`` takes it back, whatever became of either since. Raises Refused without one."""
    with sealed_atomic():
        row = Endorsement.objects.filter(companion=companion, by_ref=by.ref, withdrawn_at=None).first()
        if row is None or not Endorsement.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at):
            raise Refused("You do not endorse this companion.")
        row.withdrawn_at = at
        _seal(row, "endorsement_withdrawn", "withdraw_endorsement", by=by, at=at, reason=reason)
    return row


def _ask_whether_may(companion: Companion, by: Actor) -> None:
    if may_speak_for(companion, by):
        return
    if by.organisation == companion.provider.slug:
        raise Forbidden("Nobody endorses a companion of their own organisation.")
    raise Forbidden("Stewards and citizens endorse companions.")


def _seal(row: Endorsement, what: str, move: str, *, by: Actor, at: datetime, reason: str) -> None:
    companion, law = row.companion, version_at(at)
    seal(
        f"companion.{what}",
        subject=("companion", companion.ref),
        actor=(by.kind, by.ref),
        move=move,
        at=at,
        law=(law.version, law.digest),
        facts={"endorsement": f"end_{row.pk.hex}"},
        private={"reason": reason},
    )
    body = {"companionId": companion.ref}
    tell(f"companion.{what}", provider=companion.provider, subject=("companion", companion.ref), body=body, at=at)
