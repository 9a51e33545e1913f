"""Who decides: a person, a provider, a companion, or the system by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

STEWARD = "steward"
CHIEF = "chief"


class Forbidden(Exception):
    """This actor may not make this move; nothing about the subject would change that."""


@dataclass(frozen=True)
class Actor:
    """A party to a decision.

    ``ref`` is pseudonymous (``urn:uuid:…``, a provider's slug, a companion's id, a system part's name) and is what the
    ledger keeps; ``organisation`` is the slug that a person or provider belongs to.
    """

    kind: str
    ref: str
    roles: frozenset[str] = frozenset()
    organisation: str | None = None

    @classmethod
    def person(cls, person: Any) -> "Actor":
        """An account (``registry.Person``); its roles are the groups it is in."""
        return cls("human", f"urn:uuid:{person.pk}", roles=person.roles, organisation=person.organisation_slug)

    @classmethod
    def provider(cls, slug: str) -> "Actor":
        """A provider, acting through an onboarding token, a key or a signed-in person of its organisation."""
        return cls("provider", slug, organisation=slug)

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A part of this system, such as ``atlas`` or ``sweep``."""
        return cls("system", name)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def has_role(self, *roles: str) -> bool:
        """A chief may do all that a steward may."""
        asked = set(roles)
        return bool(asked & self.roles) or (STEWARD in asked and CHIEF in self.roles)


def a_steward(_subject: Any, actor: Actor) -> bool:
    """A steward who does not belong to the organisation that the subject concerns."""
    concerned = getattr(_subject, "organisation_slug", None)
    own = actor.organisation is not None and actor.organisation == concerned
    return actor.kind == "human" and actor.has_role(STEWARD) and not own


def a_chief(_subject: Any, actor: Actor) -> bool:
    """A chief steward who does not belong to the organisation that the subject concerns."""
    return a_steward(_subject, actor) and CHIEF in actor.roles


def its_provider(subject: Any, actor: Actor) -> bool:
    """The provider whose application or companion it is, or a person of that organisation."""
    return actor.organisation is not None and actor.organisation == subject.organisation_slug


def four_eyes(actor: Actor, *, others: Iterable[str]) -> None:
    """Raise Forbidden if this actor is one of ``others`` (refs of earlier deciders): a second word is another's."""
    if actor.ref in set(others):
        raise Forbidden("This asks for a second person: you took part in it already.")
