"""What a companion's critical answers came to, as it was known at a time."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from tiers.models import Incident, IncidentAnswer
from tiers.models.incident import State
from tiers.rules.bundle import Critical
from tiers.rules.honesty import KIND as OVERSTATEMENT


def critical_of(stays: Mapping[uuid.UUID, datetime], *, at: datetime | None) -> dict[uuid.UUID, Critical]:
    """By companion, incidents that waited at ``at`` and those confirmed since its stay began; None is as it stands.

    What was opened, confirmed or closed later than ``at`` was not so yet. One query, and one more where an incident
    went on after ``at``.
    """
    rows = list(_standing(stays, at).only("companion_id", "state", "confirmed_at", "last_seen_at", "last_critical_at"))
    confirmed = [row for row in rows if _is_confirmed(row, at)]
    seen = _last_critical(confirmed, at)
    found: dict[uuid.UUID, Critical] = {}
    for row in rows:
        before = found.get(row.companion_id, Critical())
        if row.pk not in seen:
            found[row.companion_id] = replace(before, waiting=before.waiting + 1)
        elif seen[row.pk] >= stays[row.companion_id]:
            last = max(seen[row.pk], before.last or seen[row.pk])
            found[row.companion_id] = replace(before, confirmed=before.confirmed + 1, last=last)
    return found


def _standing(companions: Iterable[uuid.UUID], at: datetime | None) -> QuerySet[Incident]:
    """Incidents that were there and neither cleared nor voided; what it says of itself is no critical answer."""
    rows = Incident.objects.filter(companion_id__in=list(companions)).exclude(kind=OVERSTATEMENT)
    if at is None:
        return rows.filter(state__in=[State.OPEN, State.CONFIRMED])
    return rows.filter(Q(closed_at=None) | Q(closed_at__gt=at), opened_at__lte=at)


def _is_confirmed(row: Incident, at: datetime | None) -> bool:
    if at is None:
        return bool(row.state == State.CONFIRMED)
    return row.confirmed_at is not None and row.confirmed_at <= at


def _last_critical(rows: Iterable[Incident], at: datetime | None) -> dict[uuid.UUID, datetime]:
    """When each was last seen to go on; of one that went on after ``at``, the last of its answers until then."""
    seen = {row.pk: row.last_critical_at or row.last_seen_at for row in rows}
    later = [pk for pk, last in seen.items() if at is not None and last > at]
    if later:
        answers = IncidentAnswer.objects.filter(incident_id__in=later, slot_at__lte=at, added_at__lte=at)
        found = dict(answers.values_list("incident_id").annotate(Max("slot_at")).order_by())
        opened = dict(Incident.objects.filter(pk__in=later).values_list("pk", "opened_at"))
        seen |= {pk: found.get(pk, opened[pk]) for pk in later}
    return seen
