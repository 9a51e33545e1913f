"""What nominations link to, and who could invite."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from charter.law import Law
from ledger.models import Decision
from registry.models import Companion
from tiers.models import Incident, Nomination, Standing
from tiers.models.nomination import State as NominationState
from tiers.models.standing import LIVING, Precaution, State
from tiers.rules.nominating import APPLICATION, INCIDENT, Item


def unknown_links(evidence: Sequence[Item]) -> list[str]:
    """Links of a nomination's evidence that name nothing sealed, as sentences."""
    return [
        f"Evidence {number}: there is no {item.link} in the ledger."
        for number, item in enumerate(evidence, 1)
        if not _is_sealed(item.link)
    ]


def critical_companions(law: Law, *, other_than: uuid.UUID | None = None) -> QuerySet[Standing]:
    """Active, free companions of the law's highest tier; of another provider than ``other_than``, if one is named.

    A companion whose provider is the nominated one's could not invite it, so it is none in whose place nobody may.
    """
    rows = Standing.objects.filter(state=State.ACTIVE, precaution=Precaution.FREE, tier=law.highest_tier)
    rows = rows.exclude(companion__provider_id=other_than) if other_than else rows
    return rows.select_related("companion").order_by("companion__ref")


def nominations_of(companion: Companion) -> QuerySet[Nomination]:
    """All nominations of a companion with their words, newest first."""
    rows = Nomination.objects.filter(companion=companion).select_related("companion", "law")
    return rows.prefetch_related("words__sealed_as")


def open_nomination(companion: Companion) -> Nomination | None:
    """The one that is open, if there is one."""
    rows = Nomination.objects.filter(companion=companion, state=NominationState.OPEN)
    return rows.select_related("law", "companion__provider").first()


def can_be_nominated(standing: Standing, *, law: Law) -> bool:
    """Whether the tier above its own is one that a nomination leads to, while none of it is open."""
    above = law.tier_above(standing.tier) if standing.tier else None
    return above in law.rising and open_nomination(standing.companion) is None


def nominations_to_end(*, law: Law, at: datetime) -> QuerySet[Nomination]:
    """Open nominations whose time is over, or whose companion has left or holds the tier below no more."""
    over = Q(lapses_at__lte=at) | ~Q(companion__standing__state__in=LIVING)
    for tier in law.tiers:
        over |= Q(tier=tier) & ~Q(companion__standing__tier=law.tier_below(tier) or "")
    rows = Nomination.objects.filter(over, state=NominationState.OPEN)
    return rows.select_related("law", "companion__provider", "companion__standing").order_by("pk")


def _is_sealed(link: str) -> bool:
    if INCIDENT.fullmatch(link):
        return Incident.objects.filter(number=int(link.removeprefix("INC-"))).exists()
    hexed = uuid.UUID(hex=link[4:])
    if APPLICATION.fullmatch(link):
        return Decision.objects.filter(subject_kind="application", subject_ref=link).exists()
    return Decision.objects.filter(seal__entry_id=hexed).exists()
