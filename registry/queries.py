"""Who is who."""

import re
from collections.abc import Iterable
from datetime import datetime

from registry import keys
from registry.models import Companion, Credential, Endpoint, Person

_NUMBERED = re.compile(r".+_[0-9]{3,}")


class Ambiguous(LookupError):
    """A name without its number that several companions bear; ``candidates`` are their ids."""

    def __init__(self, name: str, candidates: list[str]) -> None:
        super().__init__(f"{name} is not one companion: {', '.join(candidates)}")
        self.candidates = candidates


def companion_called(name: str) -> Companion:
    """The companion whose id is ``name``, or the only one of that name (spec 4.6).

    Raises Companion.DoesNotExist, and Ambiguous with the candidates.
    """
    exact = Companion.objects.select_related("provider").filter(ref=name).first()
    if exact:
        return exact
    found = list(Companion.objects.select_related("provider").filter(name=name).order_by("ref")[:20])
    if len(found) > 1:
        raise Ambiguous(name, [companion.ref for companion in found])
    if not found:
        raise Companion.DoesNotExist(name)
    return found[0]


def endpoint_in_use(companion: Companion) -> Endpoint | None:
    return companion.endpoints.filter(replaced_at=None).select_related("provider").first()


def credential_of(key: str, *, at: datetime) -> Credential | None:
    """The live credential of this clear key, found by its digest; None for anything else."""
    if not keys.is_well_formed(key):
        return None
    credential = (
        Credential.objects.select_related("companion__provider", "person").filter(sha256=keys.digest(key)).first()
    )
    return credential if credential and credential.is_live(at) else None


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Shown names of actors: ``urn:uuid:…`` of a person becomes the person's name; what is erased stays a ref."""
    ids = {ref: ref.removeprefix("urn:uuid:") for ref in set(refs) if ref.startswith("urn:uuid:")}
    people = {str(person.pk): str(person) for person in Person.objects.filter(pk__in=ids.values())}
    return {ref: people[pk] for ref, pk in ids.items() if pk in people}
