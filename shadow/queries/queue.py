"""How the queue of slots stands: for sweeps, ``/readyz`` and ``/metrics``."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from shadow.models import Bucket, Slot

MISSED_OVER = timedelta(hours=24)


@dataclass(frozen=True)
class QueueState:
    """Slots that are ``due`` and not being asked, slots being asked, and those missed in the last day of buckets."""

    due: int
    leased: int
    missed: int


def claimable(at: datetime) -> QuerySet[Slot]:
    """Slots to be asked now: due, not too late, and held by nobody."""
    return Slot.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at), due_at__lte=at, expires_at__gt=at)


def expired(at: datetime) -> QuerySet[Slot]:
    """Slots that nobody asked in time."""
    return Slot.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at), expires_at__lte=at)


def has_work(at: datetime) -> bool:
    return claimable(at).exists()


def slots_due_and_missed(at: datetime) -> QueueState:
    missed = Bucket.objects.filter(bucket_at__gte=at - MISSED_OVER).aggregate(n=Sum("unknown"))["n"]
    leased = Slot.objects.filter(due_at__lte=at, lease_until__gt=at).count()
    return QueueState(due=claimable(at).count(), leased=leased, missed=missed or 0)


def oldest_due(at: datetime) -> datetime | None:
    """When the slot was due that has waited longest unasked; None if nothing waits."""
    return claimable(at).order_by("due_at").values_list("due_at", flat=True).first()
