"""The stewards' queue: what waits for a person in any room, soonest due first, in a constant number of queries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from appeals.models import Appeal
from appeals.models import State as AppealState
from charter.models import Amendment
from charter.models.amendment import State as AmendmentState
from charter.queries import law_at
from faces.figures.records import QueueRow
from kaizen import queue_lines as lines
from onboarding.models import Application
from onboarding.models.application import IN_REVIEW
from onboarding.models.application import State as ApplicationState
from shadow.models import ScorerTrial
from shadow.models.trial import TrialState
from shadow.queries.desk import on_desk
from tiers.models import Audit, Decline, Incident, Nomination, NominationWord, Penalty, Standing
from tiers.models.audit import State as AuditState
from tiers.models.decline import OPEN as DECLINING
from tiers.models.incident import State as IncidentState
from tiers.models.nomination import State as NominationState
from tiers.models.nomination import WordKind
from tiers.models.penalty import State as PenaltyState
from tiers.models.standing import LIVING, Precaution
from tiers.models.standing import State as StandingState
from tiers.queries.nominating import critical_companions

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
        "applications", applications.annotate(**{_KEY: Coalesce("due_at", "submitted_at")}), late, lines.application
    )
    contested = Q(state=AppealState.STEWARD_REVIEW) | Q(state=AppealState.SENTINEL_REVIEW, due_at__lte=at)
    appeals = Appeal.objects.filter(contested).select_related("companion")
    yield _Source("appeals", appeals.annotate(**{_KEY: Coalesce("due_at", "submitted_at")}), late, lines.appeal)
    incidents = Incident.objects.filter(state=IncidentState.OPEN).select_related("companion__provider")
    yield _Source("incidents", incidents.annotate(**{_KEY: F("opened_at")}), Q(pk=None), lines.incident)
    standings = Standing.objects.filter(_waits_for_word()).select_related("companion__provider")
    yield _Source(
        "companions",
        standings.annotate(**{_KEY: Coalesce("with_steward_at", "changed_at")}),
        Q(pk=None),
        lines.standing,
    )
    trials = ScorerTrial.objects.filter(state=TrialState.FINISHED).select_related("started_by")
    yield _Source("scorers", trials.annotate(**{_KEY: F("finished_at")}), Q(pk=None), lines.trial)
    yield from _of_standing(at)
    audits = Audit.objects.filter(state=AuditState.DIFFERS)
    yield _Source("audits", audits.annotate(**{_KEY: Coalesce("ended_at", "began_at")}), Q(pk=None), lines.audit)
    amendments = Amendment.objects.filter(state=AmendmentState.PROPOSED).select_related("author")
    yield _Source(
        "amendments", amendments.annotate(**{_KEY: Coalesce("proposed_at", "drafted_at")}), Q(pk=None), lines.amendment
    )


def _of_standing(at: datetime) -> Iterable[_Source]:
    """What rises, falls or changed: nominations, third offences, measures far below the minimum, drift."""
    waiting = _misses_a_word(at)
    nominations = Nomination.objects.filter(waiting, state=NominationState.OPEN).select_related("companion__provider")
    yield _Source("nominations", nominations.annotate(**{_KEY: F("opened_at")}), Q(pk=None), lines.nomination)
    choices = Penalty.objects.filter(state=PenaltyState.CHOOSING).select_related("incident", "companion__provider")
    yield _Source("offences", choices.annotate(**{_KEY: F("imposed_at")}), Q(pk=None), lines.choice)
    declines = Decline.objects.filter(state__in=DECLINING, with_steward_at__isnull=False)
    # A law's document is long and read once in a process: its digest is enough to know it by.
    declines = declines.select_related("companion__provider", "companion__standing", "law").defer("law__document")
    yield _Source("declines", declines.annotate(**{_KEY: F("with_steward_at")}), Q(pk=None), lines.decline)
    changed = Standing.objects.filter(state=StandingState.SHADOW, precaution=Precaution.FREE, with_steward_at=None)
    changed = changed.exclude(tier="").select_related("companion__provider")
    yield _Source(
        "changed", changed.annotate(**{_KEY: Coalesce("shadow_since", "state_since")}), Q(pk=None), lines.changed
    )


def _misses_a_word(at: datetime) -> Q:
    """Nominations for which a person here could give a word: a second steward's, or a chief's in a companion's place.

    An invitation is a chief's to give only while no live companion of the highest tier could.
    """
    law = law_at(at)
    two = [tier for tier, asked in law.rising.items() if asked.stewards > 1]
    invited = [tier for tier, asked in law.rising.items() if asked.invited]
    given = NominationWord.objects.filter(nomination=OuterRef("pk"))
    able = critical_companions(law).exclude(companion__provider=OuterRef("companion__provider")).order_by()
    seconds = Q(tier__in=two) & ~Exists(given.filter(kind=WordKind.SECOND))
    return seconds | Q(tier__in=invited) & ~Exists(given.filter(kind=WordKind.INVITATION)) & ~Exists(able)


def _waits_for_word() -> Q:
    too_long = Q(state=StandingState.SHADOW, with_steward_at__isnull=False)
    endless = Q(state=StandingState.SUSPENDED, suspended_until=None)
    return too_long | endless | Q(precaution=Precaution.FROZEN, state__in=LIVING)
