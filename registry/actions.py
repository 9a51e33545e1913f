"""What can happen to the roll of names: keys are issued and revoked, people join organisations, facts are given."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from ledger.actors import STEWARD, Actor, Forbidden, a_steward
from ledger.decisions import Law, Refused
from ledger.sealing import seal, sealed_atomic
from registry import keys
from registry.models import Companion, Credential, NameCounter, OutboxMessage, Person, Provider

LIVE_KEYS = 2
# A model is never asked by more than this many calls at once, whoever allows it (security E9).
MOST_EXCHANGES = 64
PROVIDER_SCOPES = ("companion",)
OPERATOR_SCOPES = ("score", "operate", "access")
_NOT_OF_ONES_OWN = "Nobody decides on a matter of their own organisation; another steward may."


def issue_key(companion: Companion, *, by: Actor, at: datetime, under: Law) -> tuple[Credential, str]:
    """A new key of ``companion`` and its clear text, which nothing keeps. Two may be live, for rotation.

    Raises Refused while two are live.
    """
    with sealed_atomic():
        Companion.objects.select_for_update().get(pk=companion.pk)
        live = [key for key in companion.credentials.filter(revoked_at=None) if key.is_live(at)]
        if len(live) >= LIVE_KEYS:
            raise Refused(f"{LIVE_KEYS} keys are live already: revoke {live[0].prefix}… first.")
        credential, clear = _new_credential(companion=companion, scopes=PROVIDER_SCOPES, at=at)
        _seal_key("key.issued", "issue_key", credential, by=by, at=at, under=under)
    return credential, clear


def issue_operator_key(
    person: Person, *, by: Actor, at: datetime, under: Law, reason: str = ""
) -> tuple[Credential, str]:
    """A key for a person's own scripts, with the operator's scopes."""
    with sealed_atomic():
        credential, clear = _new_credential(person=person, scopes=OPERATOR_SCOPES, at=at)
        _seal_key("key.issued", "issue_key", credential, by=by, at=at, under=under, reason=reason)
    return credential, clear


def revoke_key(credential: Credential, *, by: Actor, at: datetime, under: Law, reason: str = "") -> Credential:
    """The key fails from the next request on; revoking it again changes nothing."""
    with sealed_atomic():
        if Credential.objects.filter(pk=credential.pk, revoked_at=None).update(revoked_at=at):
            credential.revoked_at = at
            _seal_key("key.revoked", "revoke_key", credential, by=by, at=at, under=under, reason=reason)
    return credential


def note_use(credential: Credential, *, at: datetime) -> None:
    """Remember when a key was last used; at most one write a minute per key."""
    if credential.last_used_at is None or (at - credential.last_used_at).total_seconds() >= 60:  # noqa: PLR2004  a minute
        Credential.objects.filter(pk=credential.pk).update(last_used_at=at)


def note_uses(credentials: Collection[uuid.UUID], *, at: datetime) -> None:
    """Remember the same of several keys at once, in one statement."""
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - timedelta(minutes=1))
    Credential.objects.filter(stale, pk__in=credentials).update(last_used_at=at)


def provider_of(slug: str, *, name: str, at: datetime) -> Provider:
    """The provider called ``slug``, made now if it is new."""
    provider, _ = Provider.objects.get_or_create(slug=slug, defaults={"name": name, "created_at": at})
    return provider


def change_exchanges(
    provider: Provider, exchanges_at_once: int, *, by: Actor, at: datetime, under: Law, reason: str
) -> Provider:
    """How many calls may run side by side at each origin of this provider, 1 to 64, from the next batch on.

    Raises Forbidden for anybody but a steward of another organisation, Refused for another number or without a reason.
    """
    if not a_steward(provider, by):
        own = by.has_role(STEWARD)
        raise Forbidden(_NOT_OF_ONES_OWN if own else "How much a provider is asked at once is a steward's to say.")
    if not 1 <= exchanges_at_once <= MOST_EXCHANGES:
        raise Refused(f"At least 1 and at most {MOST_EXCHANGES} exchanges run at once, not {exchanges_at_once}.")
    if not reason.strip():
        raise Refused("Give a reason: whoever reviews the decision reads it.")
    with sealed_atomic():
        row = Provider.objects.select_for_update().get(pk=provider.pk)
        before = row.exchanges_at_once
        if before == exchanges_at_once:
            raise Refused(f"It is {before} already.")
        Provider.objects.filter(pk=row.pk).update(exchanges_at_once=exchanges_at_once)
        seal(
            "provider.exchanges_changed",
            subject=("provider", row.slug),
            actor=(by.kind, by.ref),
            move="change_exchanges",
            at=at,
            law=(under.version, under.digest),
            facts={"exchanges_at_once": exchanges_at_once, "before": before},
            private={"reason": reason},
        )
    provider.exchanges_at_once = exchanges_at_once
    return provider


def next_number(name: str) -> int:
    """The next number of ``name``, never given before: the counter's row is locked by its own update."""
    NameCounter.objects.get_or_create(name=name)
    NameCounter.objects.filter(name=name).update(last=F("last") + 1)
    return NameCounter.objects.values_list("last", flat=True).get(name=name)


def join_organisation(
    person: Person, provider: Provider, *, by: Actor, at: datetime, under: Law, reason: str
) -> Person:
    """Make ``person`` one of the provider's organisation: nobody decides on a matter of their own."""
    with sealed_atomic():
        Person.objects.filter(pk=person.pk).update(organisation=provider)
        seal(
            "person.joined",
            subject=("person", f"urn:uuid:{person.pk}"),
            actor=(by.kind, by.ref),
            move="join_organisation",
            at=at,
            law=(under.version, under.digest),
            facts={"organisation": provider.slug},
            private={"reason": reason},
        )
    person.organisation = provider
    return person


def give_facts(companion: Companion, facts: dict[str, Any], *, by: Actor, at: datetime, under: Law) -> Companion:
    """Set price, limits and commitments (by the model's field names); sealed, for shadow mode waits for them."""
    with sealed_atomic():
        Companion.objects.filter(pk=companion.pk).update(**facts, version=F("version") + 1)
        companion.refresh_from_db()
        seal(
            "companion.facts_given",
            subject=("companion", companion.ref),
            actor=(by.kind, by.ref),
            move="give_facts",
            at=at,
            law=(under.version, under.digest),
            facts={"fields": sorted(facts)},
            evidence={"facts": {name: str(value) for name, value in facts.items()}},
        )
    return companion


def tell(kind: str, *, provider: Provider | None, subject: tuple[str, str], body: dict[str, Any], at: datetime) -> None:
    """Leave a message in the outbox, in the transaction of what happened."""
    OutboxMessage.objects.create(
        kind=kind, provider=provider, subject_kind=subject[0], subject_ref=subject[1], body=body, created_at=at
    )


def _new_credential(*, scopes: Sequence[str], at: datetime, **holder: Any) -> tuple[Credential, str]:
    clear = keys.new_key()
    credential = Credential.objects.create(
        prefix=clear[: keys.SHOWN], sha256=keys.digest(clear), scopes=list(scopes), created_at=at, **holder
    )
    return credential, clear


def _seal_key(
    type_: str, move: str, credential: Credential, *, by: Actor, at: datetime, under: Law, reason: str = ""
) -> None:
    companion, person = credential.companion, credential.person
    subject = ("companion", companion.ref) if companion else ("person", f"urn:uuid:{person.pk if person else ''}")
    seal(
        type_,
        subject=subject,
        actor=(by.kind, by.ref),
        move=move,
        at=at,
        law=(under.version, under.digest),
        facts={"key": credential.prefix, "scopes": list(credential.scopes)},
        private={"reason": reason},
    )
