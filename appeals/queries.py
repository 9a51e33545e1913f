"""Which appeals there are, and which of them are due."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from appeals.models import Appeal, State

LEASE = timedelta(minutes=2)


def appeal_called(public_id: str) -> Appeal:
    """The appeal ``apl_<hex>``. Raises Appeal.DoesNotExist."""
    try:
        pk = uuid.UUID(hex=public_id.removeprefix("apl_"))
    except ValueError:
        raise Appeal.DoesNotExist(public_id) from None
    return Appeal.objects.select_related("law", "companion__provider", "decision").get(pk=pk)


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
