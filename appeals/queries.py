"""Which appeals there are, and which of them are due."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from appeals.models import Appeal, State
from appeals.rules import BY_MOVE, DEMOTION, REMOVAL, SUSPENSION, in_time
from charter.articles import Appeals
from ledger.models import Decision
from registry.models import Companion

LEASE = timedelta(minutes=2)
OF_A_COMPANION = tuple(move for move, what in BY_MOVE.items() if what in {SUSPENSION, DEMOTION, REMOVAL})


def appeal_called(public_id: str) -> Appeal:
    """The appeal ``apl_<hex>``. Raises Appeal.DoesNotExist."""
    try:
        pk = uuid.UUID(hex=public_id.removeprefix("apl_"))
    except ValueError:
        raise Appeal.DoesNotExist(public_id) from None
    return Appeal.objects.select_related("law", "companion__provider", "decision").get(pk=pk)


def appealable_decisions(companion: Companion, *, at: datetime, law: Appeals) -> list[Decision]:
    """The suspensions, demotions and removals that its provider may contest now, the newest first.

    What was contested already is not among them. Confirmed incidents are contested by their own number.
    """
    rows = Decision.objects.filter(subject_kind="companion", subject_ref=companion.ref, move__in=OF_A_COMPANION)
    contested = set(Appeal.objects.filter(companion=companion).values_list("decision_id", flat=True))
    until = companion.standing.suspended_until
    return [
        row
        for row in rows.select_related("seal").order_by("-seal__idx")
        if row.pk not in contested
        and in_time(row.at, at=at, penalty_until=until if BY_MOVE[row.move] == SUSPENSION else None, law=law)
    ]


def self_reviews_over(*, at: datetime) -> QuerySet[Appeal]:
    return _with_law(Appeal.objects.filter(state=State.SELF_REVIEW, due_at__lte=at))


def waiting_for_sentinel(*, at: datetime) -> QuerySet[Appeal]:
    """Appeals that the sentinel has not looked at, and that no worker holds."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    return _with_law(Appeal.objects.filter(free, state=State.SENTINEL_REVIEW))


def overdue(*, at: datetime) -> QuerySet[Appeal]:
    """Steward's reviews whose time is over and which are not marked so yet."""
    return _with_law(Appeal.objects.filter(state=State.STEWARD_REVIEW, due_at__lte=at, escalated_at=None))


def waiting_for_steward() -> QuerySet[Appeal]:
    return _with_law(Appeal.objects.filter(state=State.STEWARD_REVIEW).order_by("due_at"))


def claim_for_sentinel(appeal: Appeal, *, at: datetime) -> bool:
    """Take the lease on one review; False if another worker has it."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    rows = Appeal.objects.filter(free, pk=appeal.pk, state=State.SENTINEL_REVIEW)
    return rows.update(lease_until=at + LEASE) == 1


def _with_law(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return rows.select_related("law", "companion__provider", "decision")
