"""Who stands up for whom, now and at any past time."""

import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from charter.law import Law
from civic import rules
from civic.models import Endorsement
from registry.models import Companion, Person

# Companions named in one query: databases bound the values that a statement may carry.
AT_ONCE = 500


def endorsements_counted(companion_ids: Collection[uuid.UUID], at: datetime) -> dict[uuid.UUID, int]:
    """How many people endorsed each companion by ``at`` and had not taken it back; every one asked for is there."""
    found = dict.fromkeys(companion_ids, 0)
    for chunk in _chunks(companion_ids):
        rows = standing_at(chunk, at).order_by().values_list("companion_id").annotate(Count("pk"))
        found |= {companion: n for companion, n in rows if companion in found}
    return found


def endorsements_decayed(companion_ids: Collection[uuid.UUID], at: datetime, law: Law) -> dict[uuid.UUID, Decimal]:
    """E of the trust formula for each companion, 0 where nobody endorsed it within the law's window."""
    given: dict[uuid.UUID, list[datetime]] = {pk: [] for pk in companion_ids}
    for chunk in _chunks(companion_ids):
        rows = standing_at(chunk, at).filter(given_at__gt=rules.since(at, law.gi))
        for companion, moment in rows.values_list("companion_id", "given_at"):
            given[companion].append(moment)
    return {companion: rules.weight_of(moments, at=at, law=law.gi) for companion, moments in given.items()}


def standing_at(companion_ids: Iterable[uuid.UUID], at: datetime) -> QuerySet[Endorsement]:
    """Endorsements that were given by ``at`` and not taken back by then."""
    taken_back = Q(withdrawn_at__isnull=False, withdrawn_at__lte=at)
    return Endorsement.objects.filter(companion_id__in=list(companion_ids), given_at__lte=at).exclude(taken_back)


def endorsements_of(companion: Companion) -> QuerySet[Endorsement]:
    """Those that stand now, newest first."""
    return Endorsement.objects.filter(companion=companion, withdrawn_at=None).order_by("-given_at", "-pk")


def endorsement_by(person: Person, companion: Companion) -> Endorsement | None:
    """This person's endorsement of ``companion``, if one stands."""
    return Endorsement.objects.filter(companion=companion, person=person, withdrawn_at=None).first()


def _chunks(companion_ids: Collection[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    ids = list(companion_ids)
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
