"""When a companion did not answer for too long, and it was not our fault."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.models import Companion
from shadow.models import Spell


@dataclass(frozen=True)
class Outage:
    """A run of failing calls longer than the law allows; ``ended_at`` None while it lasts.

    ``lasted`` reaches to the last failure that we saw: what we did not see is not counted.
    """

    began_at: datetime
    ended_at: datetime | None
    lasted: timedelta


def outages(companion: Companion, since: datetime, until: datetime) -> list[Outage]:
    """Outages over ``law.shadow.outage_over`` (of the watch's law) that touch [``since``, ``until``), oldest first.

    Times that we ourselves missed break a run: our own outage is nobody's.
    """
    rows = Spell.objects.filter(companion=companion, last_failed_at__gte=since, began_at__lt=until).order_by("began_at")
    over = companion.watch.law.law.shadow.outage_over
    found = [Outage(row.began_at, row.ended_at, row.last_failed_at - row.began_at) for row in rows]
    return [it for it in found if it.lasted > over]
