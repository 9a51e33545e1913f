"""When what runs beside a companion's state is due, by the law that it runs under."""

from datetime import datetime

from charter.law import Law
from tiers.models import Decline, Incident
from tiers.models.incident import State
from tiers.queries.falling import clock_of
from tiers.rules import falling, ladder


def review_due_at(decline: Decline) -> datetime:
    """When the sentinel looks at it."""
    return falling.review_due_at(clock_of(decline), decline.law.law)


def fall_due_at(decline: Decline) -> datetime:
    """When it falls, unless it recovers before."""
    return falling.fall_due_at(clock_of(decline), decline.law.law)


def offence_until(incident: Incident, law: Law) -> datetime | None:
    """Until when it counts, or would have, by ``law``; None where it was never confirmed, or is no offence."""
    if incident.confirmed_at is None or not ladder.is_offence(incident.kind):
        return None
    return ladder.counts_until(incident.confirmed_at, law)


def counts_until(incident: Incident, law: Law) -> datetime | None:
    """The same of what stands as an offence now; None of what is none."""
    return offence_until(incident, law) if incident.state == State.CONFIRMED else None
