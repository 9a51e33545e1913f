"""What ran beside a companion's state at one time: declines, penalties that counted, a watch, a nomination."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from charter.law import Law
from civic.queries import endorsements_counted
from registry.models import Companion
from tiers.models import Decline, Monitoring, Nomination, NominationWord, Penalty
from tiers.models.penalty import State as PenaltyState
from tiers.queries.story import with_their_law


@dataclass(frozen=True)
class Beside:
    """Rows as they were there then; each has the law that it runs under at hand."""

    declines: tuple[Decline, ...]
    penalties: tuple[Penalty, ...]
    monitoring: Monitoring | None
    nomination: Nomination | None
    endorsements: int


def beside(companion: Companion, *, law: Law, at: datetime) -> Beside:
    """What ran at ``at``; ``law`` is the one that was in force then, by which offences counted. Seven queries."""
    ended = Q(ended_at=None) | Q(ended_at__gt=at)
    declines = list(Decline.objects.filter(ended, companion=companion, began_at__lte=at))
    penalties = list(_penalties(companion, law, at))
    words = Prefetch("words", NominationWord.objects.filter(given_at__lte=at).select_related("sealed_as"))
    standing = Q(closed_at=None) | Q(closed_at__gt=at)
    named = Nomination.objects.filter(standing, companion=companion, opened_at__lte=at).prefetch_related(words)
    nominations = list(named[:1])
    with_their_law([*declines, *penalties, *nominations])
    watches = Monitoring.objects.filter(companion=companion, began_at__lte=at, until__gt=at)
    return Beside(
        declines=tuple(declines),
        penalties=tuple(penalties),
        monitoring=watches.order_by("-until").first(),
        nomination=nominations[0] if nominations else None,
        endorsements=endorsements_counted([companion.pk], at)[companion.pk],
    )


def _penalties(companion: Companion, law: Law, at: datetime) -> list[Penalty]:
    """Those whose offence counted at ``at``, newest first; a void one counted until it was void."""
    counted = Q(incident__confirmed_at__gt=at - law.offences.counted_for, imposed_at__lte=at)
    void_later = ~Q(state=PenaltyState.VOIDED) | Q(closed_at__gt=at)
    rows = Penalty.objects.filter(counted, void_later, companion=companion)
    return list(rows.select_related("incident").order_by("-imposed_at"))
