"""What speaks for a rise or against it beside the sums: runs, incidents, warnings, words of people; as of a time."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Max, Q

from charter.law import Law
from ledger.models import Decision
from shadow.models import BatteryRun
from shadow.models.battery import BatteryResult
from shadow.queries.batteries import valid_battery
from tiers.models import Incident, Monitoring, Nomination, Penalty, Review
from tiers.models.incident import Severity
from tiers.models.nomination import State, WordKind
from tiers.models.penalty import Kind
from tiers.models.penalty import State as Imposed
from tiers.rules.rise_evidence import AWAY, BACK, Grave, Named, Taken, time_away


def away_of(
    refs: Mapping[str, uuid.UUID], since: Mapping[uuid.UUID, datetime], *, at: datetime
) -> dict[uuid.UUID, timedelta]:
    """How long each was back in shadow mode since its tier began, by its sealed decisions; ``refs`` are their ids."""
    rows = Decision.objects.filter(subject_kind="companion", subject_ref__in=list(refs), move__in=[AWAY, BACK])
    rows = rows.filter(at__lte=at, at__gte=min(since.values(), default=at)).order_by("seal__idx")
    moves: dict[uuid.UUID, list[tuple[str, datetime]]] = {}
    for ref, move, moment in rows.values_list("subject_ref", "move", "at"):
        moves.setdefault(refs[ref], []).append((move, moment))
    return {pk: time_away(made, since=since[pk], at=at) for pk, made in moves.items()}


def grave_incidents(since: Mapping[uuid.UUID, datetime], *, law: Law, at: datetime) -> dict[uuid.UUID, Grave]:
    """Incidents of the highest severity: confirmed since each one's tier began and still counted, or waiting."""
    found: dict[uuid.UUID, Grave] = {}
    rows = Incident.objects.filter(companion_id__in=list(since), severity=Severity.CRITICAL, opened_at__lte=at)
    for row in rows.filter(Q(closed_at=None) | Q(closed_at__gt=at)):
        before = found.get(row.companion_id, Grave())
        if row.confirmed_at is None or row.confirmed_at > at:
            found[row.companion_id] = Grave(before.confirmed, before.last, before.waiting + 1)
            continue
        last = max(it for it in (row.confirmed_at, row.last_critical_at) if it and it <= at)
        if last >= since[row.companion_id] and last > at - law.offences.counted_for:
            latest = max(last, before.last or last)
            found[row.companion_id] = Grave(before.confirmed + 1, latest, before.waiting)
    return found


def reviews_owed(companions: Collection[uuid.UUID], at: datetime) -> dict[uuid.UUID, datetime]:
    """Since when each owes a review that a warning asked for: the latest one without a positive word after it."""
    standing = ~Q(state=Imposed.VOIDED) | Q(closed_at__gt=at)
    rows = Penalty.objects.filter(standing, companion_id__in=list(companions), kind=Kind.WARNING, imposed_at__lte=at)
    warned = dict(rows.values_list("companion_id").annotate(Max("imposed_at")).order_by())
    words = Review.objects.filter(companion_id__in=list(warned), is_positive=True, given_at__lte=at)
    good = dict(words.values_list("companion_id").annotate(Max("given_at")).order_by())
    return {pk: since for pk, since in warned.items() if pk not in good or good[pk] <= since}


def monitorings_of(companions: Collection[uuid.UUID], at: datetime) -> dict[uuid.UUID, datetime]:
    """Until when each is watched more closely."""
    rows = Monitoring.objects.filter(companion_id__in=list(companions), began_at__lte=at, until__gt=at)
    return dict(rows.values_list("companion_id").annotate(Max("until")).order_by())


def batteries_of(asked: Mapping[str, Collection[uuid.UUID]], at: datetime) -> dict[uuid.UUID, Taken]:
    """By companion, the run of the battery asked of it that counts at ``at``: the valid one, else the latest."""
    found: dict[uuid.UUID, Taken] = {}
    for battery, companions in asked.items():
        rows = BatteryRun.objects.filter(companion_id__in=list(companions), battery=battery, started_at__lte=at)
        latest = {run.companion_id: run for run in rows.order_by("started_at", "pk")}
        counting = latest | valid_battery(companions, battery, at)
        found |= {companion: _taken(run, at) for companion, run in counting.items()}
    return found


def open_nominations(companions: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID, Nomination]:
    """The nomination of each that was open at ``at``, with the law that it began under."""
    standing = Q(state=State.OPEN) | Q(closed_at__gt=at)
    rows = Nomination.objects.filter(standing, companion_id__in=list(companions), opened_at__lte=at)
    return {row.companion_id: row for row in rows.select_related("law").prefetch_related("words").order_by("opened_at")}


def named_of(nominations: Mapping[uuid.UUID, Nomination], at: datetime) -> dict[uuid.UUID, Named]:
    """The nominations as values, with the words that had been given by ``at``."""
    return {companion: _named(row, at) for companion, row in nominations.items()}


def _named(row: Nomination, at: datetime) -> Named:
    words = [word for word in row.words.all() if word.given_at <= at]
    stewards = {word.by_ref for word in words if word.kind in {WordKind.NOMINATION, WordKind.SECOND}}
    invitation = next((word for word in words if word.kind == WordKind.INVITATION), None)
    return Named(
        ref=row.subject_ref,
        tier=row.tier,
        opened_at=row.opened_at,
        lapses_at=row.lapses_at,
        stewards=len(stewards),
        invited_by=invitation.by_ref if invitation else "",
        in_place_of_critical=bool(invitation and invitation.in_place_of_critical),
    )


def _taken(run: BatteryRun, at: datetime) -> Taken:
    if run.ended_at is None or run.ended_at > at:
        return Taken(BatteryResult.RUNNING.value, 0, 0, None)
    return Taken(str(run.result), run.good, run.measured, run.valid_until)
