"""Named ticks: whichever scheduler takes a tick first does its work, any other does nothing (rule R6)."""

from datetime import UTC, datetime, timedelta

from ledger.models import Tick

KEPT_FOR = timedelta(days=2)


def take(job: str, *, every: timedelta, at: datetime) -> bool:
    """Take the tick of ``job`` that ``at`` falls into; False if somebody has it. Missed ones are not made up."""
    due_at = datetime.fromtimestamp(at.timestamp() // every.total_seconds() * every.total_seconds(), tz=UTC)
    return Tick.objects.get_or_create(job=job, due_at=due_at)[1]


def forget_old(*, at: datetime) -> int:
    return Tick.objects.filter(due_at__lt=at - KEPT_FOR).delete()[0]
