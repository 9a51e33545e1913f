"""Offences that count, the penalty behind a decision, and the reviews that the law asks of the sentinel."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef

from ledger.models import Decision
from registry.models import Companion
from tiers.models import Decline, Incident, Penalty, Review, Standing
from tiers.models.decline import State as DeclineState
from tiers.models.incident import State as IncidentState
from tiers.models.penalty import Kind, State
from tiers.models.standing import LIVING, REVIEWED
from tiers.rules.clocks import is_wanted
from tiers.rules.ladder import NO_OFFENCE

BY_MOVE = {"suspend": (Kind.SUSPENSION,)}
BY_FALL = (Kind.DEMOTION,)


@dataclass(frozen=True)
class Wanted:
    """A review that the law asks for since a time, why, and when the sentinel gave its last word."""

    standing: Standing
    because: str
    since: datetime
    last_word_at: datetime | None


def offences_confirmed(companion_id: uuid.UUID, *, but: Incident) -> list[datetime]:
    """When the companion's other offences were confirmed, those in shadow mode too; void ones never counted."""
    rows = Incident.objects.filter(companion_id=companion_id, state=IncidentState.CONFIRMED)
    found = rows.exclude(kind__in=NO_OFFENCE).exclude(pk=but.pk).order_by("confirmed_at")
    return [at for at in found.values_list("confirmed_at", flat=True) if at is not None]


def penalty_behind(companion: Companion | None, decision: Decision) -> Penalty | None:
    """The penalty that a decision about a companion carried out; None for one that came otherwise."""
    kinds = BY_FALL if decision.move.startswith("fall_to_") else BY_MOVE.get(decision.move, ())
    rows = Penalty.objects.filter(companion=companion, state=State.IMPOSED, imposed_at=decision.at, kind__in=kinds)
    return rows.select_related("incident__companion__provider", "incident__law", "law").first()


def choices_open() -> list[Penalty]:
    """Third offences that wait for a steward's choice, the oldest first; those of companions that left do not."""
    rows = Penalty.objects.filter(state=State.CHOOSING, companion__standing__state__in=LIVING)
    return list(rows.select_related("companion__provider", "incident").order_by("imposed_at", "pk"))


def reviews_wanted() -> list[Wanted]:
    """Reviews that a warning or a decline asks for, and that nobody made yet; of companions that can be asked.

    A word of the sentinel given since answers them, whatever it says: a better one is a steward's to ask for.
    """
    since: dict[uuid.UUID, tuple[datetime, str]] = {}
    for because, asked in (("warning", _warned()), ("decline", _declining())):
        for companion, at in asked:
            since[companion] = max(since.get(companion, (at, because)), (at, because))
    if not since:
        return []
    rows = Standing.objects.filter(companion_id__in=list(since), state__in=REVIEWED)
    words = Review.objects.filter(companion_id__in=list(since)).values_list("companion_id").annotate(Max("given_at"))
    last = dict(words.order_by())
    found = []
    for standing in rows.select_related("companion__provider", "law").order_by("pk"):
        at, because = since[standing.companion_id]
        found.append(Wanted(standing, because, at, last.get(standing.companion_id)))
    return [it for it in found if is_wanted(it.since, last_word_at=it.last_word_at)]


def _warned() -> list[tuple[uuid.UUID, datetime]]:
    rows = Penalty.objects.filter(~_answered("imposed_at"), kind=Kind.WARNING, state=State.IMPOSED)
    return list(rows.values_list("companion_id").annotate(Max("imposed_at")).order_by())


def _declining() -> list[tuple[uuid.UUID, datetime]]:
    rows = Decline.objects.filter(~_answered("reviewed_at"), state=DeclineState.REVIEWED)
    return list(rows.values_list("companion_id").annotate(Max("reviewed_at")).order_by())


def _answered(column: str) -> Exists:
    return Exists(Review.objects.filter(companion=OuterRef("companion"), given_at__gt=OuterRef(column)))
