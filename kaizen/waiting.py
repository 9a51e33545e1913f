"""What work waits, and since when: for ``/readyz`` and ``/metrics``."""

from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from onboarding.models import CheckRun, SentinelReview
from shadow.models import Answer, Slot, Watch
from tiers.models import Standing
from tiers.models.standing import State


def oldest_due(at: datetime) -> dict[str, datetime]:
    """Kind of work: when the oldest piece of it that nobody holds was due. Kinds with nothing due are left out.

    Slots that expired unasked count until somebody notes them as missed, and so does time for which no slots were
    planned: an empty queue is no sign of health where nothing fills it.
    """
    unheld = Q(lease_until=None) | Q(lease_until__lte=at)
    kinds: dict[str, tuple[QuerySet[Any], str]] = {
        "probes": (Slot.objects.filter(unheld, due_at__lte=at), "due_at"),
        "planning": (Watch.objects.filter(closed_at=None, planned_until__lte=at), "planned_until"),
        "scores": (Answer.objects.filter(unheld, scored_by="", stored_at__lte=at), "stored_at"),
        "checks": (CheckRun.objects.filter(unheld, finished_at=None, next_try_at__lte=at), "next_try_at"),
        "sentinel": (SentinelReview.objects.filter(unheld, finished_at=None, next_try_at__lte=at), "next_try_at"),
        "suspensions": (Standing.objects.filter(state=State.SUSPENDED, suspended_until__lte=at), "suspended_until"),
    }
    found = {kind: rows.aggregate(oldest=Min(column))["oldest"] for kind, (rows, column) in kinds.items()}
    return {kind: since for kind, since in found.items() if since is not None}
