"""What a simulation is to try, from when to when, in which steps, on whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from charter.law import Law
from charter.models import LawVersion
from registry.models import Companion
from shadow.models import Bucket
from shadow.rules import floor

DAY = timedelta(days=1)
# What a machine can be asked for: each step reads the windows of every companion anew.
MOST_STEPS = 1000


class CannotBeTried(ValueError):
    """What was asked for cannot be simulated; the message says why."""


@dataclass(frozen=True)
class Plan:
    """``draft`` is tried against the law that it is to change, on whole buckets from ``since`` to ``until``."""

    against: Law
    draft: Law
    since: datetime
    until: datetime
    every: timedelta
    all_history: bool

    @property
    def steps(self) -> tuple[datetime, ...]:
        """The times at which everybody is judged; the last one is the end."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[datetime]:
        at = self.since + self.every
        while at < self.until:
            yield at
            at += self.every
        if self.until > self.since:
            yield self.until


def plan_of(against: Law, draft: Law, *, over: timedelta, at: datetime, every: timedelta = DAY) -> Plan:
    """The simulation over the time ``over`` before ``at``, or from the beginning of history. Raises CannotBeTried."""
    bucket = against.shadow.bucket
    if every < bucket or every % bucket:
        raise CannotBeTried("Steps are whole buckets of the law: sums are kept by these.")
    until = floor(at, bucket)
    asked, began = until - over, history_began()
    since = max(asked, floor(began, bucket)) if began else until
    plan = Plan(against, draft, min(since, until), until, every, all_history=began is None or asked <= began)
    if (until - plan.since) / every > MOST_STEPS:
        raise CannotBeTried(f"That is more than {MOST_STEPS} steps. Take longer ones, or a shorter time.")
    return plan


def history_began() -> datetime | None:
    """When the first law was in force and the first sums were made; None where nothing was ever seen."""
    seen = Bucket.objects.aggregate(first=Min("bucket_at"))["first"]
    law = LawVersion.objects.aggregate(first=Min("effective_from"))["first"]
    return max(law, seen) if seen and law else None


def population(plan: Plan, chosen: Sequence[str] | None = None) -> list[str]:
    """Ids (``NAME_001``) of all companions that there were by the end, in their order, or of the ``chosen`` ones."""
    rows = Companion.objects.filter(created_at__lte=plan.until)
    if chosen is not None:
        rows = rows.filter(ref__in=list(chosen))
        if unknown := sorted(set(chosen) - set(rows.values_list("ref", flat=True))):
            raise CannotBeTried(f"There is no companion {', '.join(unknown)}.")
    return list(rows.order_by("ref").values_list("ref", flat=True))
