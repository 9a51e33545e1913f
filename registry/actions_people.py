"""Accounts are made and given roles by a chief; the log keeps who and which roles, never a name or address."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group

from ledger.actors import CHIEF, Actor, Forbidden
from ledger.decisions import Law, Refused
from ledger.sealing import seal, sealed_atomic
from registry.models import Person
from registry.models.person import ROLES, STAFF_ROLES


def make_person(
    email: str, *, name: str, roles: Iterable[str], password: str, by: Actor, at: datetime, under: Law, reason: str
) -> Person:
    """An account with ``roles``; whoever gets it changes the password. Raises Refused for an address that is taken."""
    _ask_chief(by)
    wanted = _known(roles)
    address = Person.objects.normalize_email(email)
    person = Person(email=address, name=name, is_staff=bool(wanted & STAFF_ROLES), joined_at=at)
    person.set_password(password)  # slow by intent, and so before the transaction
    with sealed_atomic():
        if Person.objects.filter(email__iexact=address).exists():
            raise Refused("There is an account with this address already; give that one its roles.")
        person.save(force_insert=True)
        person.groups.set(Group.objects.filter(name__in=wanted))
        facts = {"roles": sorted(wanted)}
        _seal("person.added", "make_person", person, facts=facts, by=by, at=at, under=under, reason=reason)
    return person


def set_roles(person: Person, roles: Iterable[str], *, by: Actor, at: datetime, under: Law, reason: str) -> Person:
    """Exactly these roles from now on; none of them leaves an account that may sign in and see nothing here.

    Nobody sets their own, so that there is always a chief left.
    """
    _ask_chief(by)
    if by.ref == f"urn:uuid:{person.pk}":
        raise Forbidden("Nobody sets their own roles; another chief may.")
    wanted = _known(roles)
    with sealed_atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        before = frozenset(person.groups.values_list("name", flat=True)) & frozenset(ROLES)
        is_staff = bool(wanted & STAFF_ROLES)
        # A superuser holds every permission whatever the groups say; roles are to be the whole of it.
        Person.objects.filter(pk=person.pk).update(is_staff=is_staff, is_superuser=False)
        person.groups.set(Group.objects.filter(name__in=wanted))
        facts = {"roles": sorted(wanted), "before": sorted(before)}
        _seal("person.roles_set", "set_roles", person, facts=facts, by=by, at=at, under=under, reason=reason)
    return Person.objects.get(pk=person.pk)


def _ask_chief(by: Actor) -> None:
    if by.kind != "human" or CHIEF not in by.roles:
        raise Forbidden("Accounts and roles are a chief steward's to give.")


def _known(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    if unknown := wanted - frozenset(ROLES):
        raise Refused(f"There is no role {', '.join(sorted(unknown))}; there are {', '.join(ROLES)}.")
    return wanted


def _seal(
    type_: str, move: str, person: Person, *, facts: dict[str, Any], by: Actor, at: datetime, under: Law, reason: str
) -> None:
    seal(
        type_,
        subject=("person", f"urn:uuid:{person.pk}"),
        actor=(by.kind, by.ref),
        move=move,
        at=at,
        law=(under.version, under.digest),
        facts=facts,
        private={"reason": reason},
    )
