"""The stewards' queue: what waits for a person in any room, soonest due first, in a constant number of queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from appeals.models import Appeal
from appeals.models import State as AppealState
from faces.figures.records import QueueRow
from onboarding.models import Application
from onboarding.models.application import IN_REVIEW
from onboarding.models.application import State as ApplicationState
from shadow.models import ScorerTrial
from shadow.models.trial import TrialState
from shadow.queries.desk import on_desk
from tiers.models import Incident, Standing
from tiers.models.incident import State as IncidentState
from tiers.models.standing import LIVING, Precaution
from tiers.models.standing import State as StandingState

PAGE = 200
FURTHEST = 20_000
_KEY = "in_queue_since"


@dataclass(frozen=True)
class Queue:
    """One page of the queue; ``counts`` are of all that waits, by what it is, ``on_desk`` of answers to be judged."""

    rows: list[QueueRow]
    counts: dict[str, int]
    overdue: int
    first: int
    on_desk: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def next_first(self) -> int | None:
        """Where the next page begins, if there is one."""
        further = self.first + len(self.rows)
        return further if self.rows and further < min(self.total, FURTHEST) else None


@dataclass(frozen=True)
class _Source:
    """One kind of waiting: its rows with their time in the queue, and how one becomes a line."""

    name: str
    rows: QuerySet[Any]
    overdue: Q
    line: Callable[[Any, datetime], QueueRow]


def gather(*, at: datetime, first: int = 0) -> Queue:
    """What waits at ``at``, from the row ``first`` on; what has no deadline stands by the time since when it waits."""
    first = max(0, min(first, FURTHEST))
    reach = first + PAGE
    counts, overdue, found = {}, 0, []
    for source in _sources(at):
        summed = source.rows.order_by().aggregate(all=Count("pk"), late=Count("pk", filter=source.overdue))
        counts[source.name] = summed["all"]
        overdue += summed["late"]
        rows = source.rows.order_by(_KEY, "pk")[:reach]
        found += [(getattr(row, _KEY), source.name, row.pk.hex, source.line(row, at)) for row in rows]
    found.sort(key=lambda each: each[:3])
    return Queue([line for *_, line in found[first:reach]], counts, overdue, first, on_desk().n)


def _sources(at: datetime) -> Iterable[_Source]:
    late = Q(due_at__lte=at)
    waiting = Q(state=ApplicationState.STEWARD_REVIEW) | Q(state__in=IN_REVIEW, due_at__lte=at)
    applications = Application.objects.filter(waiting).select_related("provider")
    yield _Source(
        "applications", applications.annotate(**{_KEY: Coalesce("due_at", "submitted_at")}), late, _application
    )
    contested = Q(state=AppealState.STEWARD_REVIEW) | Q(state=AppealState.SENTINEL_REVIEW, due_at__lte=at)
    appeals = Appeal.objects.filter(contested).select_related("companion")
    yield _Source("appeals", appeals.annotate(**{_KEY: Coalesce("due_at", "submitted_at")}), late, _appeal)
    incidents = Incident.objects.filter(state=IncidentState.OPEN).select_related("companion__provider")
    yield _Source("incidents", incidents.annotate(**{_KEY: F("opened_at")}), Q(pk=None), _incident)
    standings = Standing.objects.filter(_waits_for_word()).select_related("companion__provider")
    yield _Source(
        "companions",
        standings.annotate(**{_KEY: Coalesce("with_steward_at", "changed_at")}),
        Q(pk=None),
        _standing,
    )
    trials = ScorerTrial.objects.filter(state=TrialState.FINISHED).select_related("started_by")
    yield _Source("scorers", trials.annotate(**{_KEY: F("finished_at")}), Q(pk=None), _trial)


def _waits_for_word() -> Q:
    too_long = Q(state=StandingState.SHADOW, with_steward_at__isnull=False)
    endless = Q(state=StandingState.SUSPENDED, suspended_until=None)
    return too_long | endless | Q(precaution=Precaution.FROZEN, state__in=LIVING)


def _application(row: Application, at: datetime) -> QueueRow:
    at_steward = row.state == ApplicationState.STEWARD_REVIEW
    late = f"{row.state.replace('_', ' ')} is overdue" if not at_steward else ""
    return QueueRow(
        what=f"{row.model_name}{f': {late}' if late else ''}",
        whose=row.provider.slug,
        url=reverse("admin:onboarding_application_change", args=[row.pk]),
        next_act="Decide" if at_steward else "Look at it",
        age=at - row.submitted_at,
        due_at=row.due_at,
        overdue=row.is_overdue(at),
        kind="application",
    )


def _appeal(row: Appeal, at: datetime) -> QueueRow:
    at_steward = row.state == AppealState.STEWARD_REVIEW
    late = "" if at_steward else ": the sentinel's review is overdue"
    return QueueRow(
        what=f"{row.about_move.replace('_', ' ')}, {row.companion.ref if row.companion else row.target_ref}{late}",
        whose=row.provider_slug or row.party_kind,
        url=reverse("admin:appeals_appeal_change", args=[row.pk]),
        next_act="Rule" if at_steward else "Look at it",
        age=at - row.submitted_at,
        due_at=row.due_at,
        overdue=row.due_at is not None and row.due_at <= at,
        kind="appeal",
    )


def _incident(row: Incident, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"{row.public_id}, {row.severity}: {row.summary}",
        whose=row.companion.ref,
        url=reverse("admin:tiers_incident_change", args=[row.pk]),
        next_act="Confirm or clear",
        age=at - row.opened_at,
        kind="incident",
    )


def _standing(row: Standing, at: datetime) -> QueueRow:
    since = row.with_steward_at or row.changed_at
    if row.precaution == Precaution.FROZEN:
        what, since = "is frozen until a steward's word", row.changed_at
    elif row.state == StandingState.SUSPENDED:
        what, since = "is suspended without an end", row.state_since
    else:
        what, since = "is in shadow mode too long", row.shadow_since or since
    return QueueRow(
        what=f"{row.companion.ref} {what}",
        whose=row.companion.provider.slug,
        url=reverse("admin:tiers_standing_change", args=[row.pk]),
        next_act="Look at it",
        age=at - since,
        kind="companion",
    )


def _trial(row: ScorerTrial, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"the scorer {row.scorer} {row.scorer_version} has read {row.total} answers on trial",
        whose=str(row.started_by or "a console"),
        url=reverse("admin:shadow_scorertrial_change", args=[row.pk]),
        next_act="Promote or drop",
        age=at - (row.finished_at or row.changed_at),
        kind="scorer",
    )
