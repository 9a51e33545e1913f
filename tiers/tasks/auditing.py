"""The audit of the month: begun when it is due, worked on a slice at a time."""

from celery import shared_task
from django.utils import timezone

from tiers.actions.auditing import begin_due, work_on
from tiers.models import Audit
from tiers.models.audit import State


@shared_task(name="tiers.tasks.sweep_audits")
def sweep_audits() -> None:
    """Begin the audit that is due, and go on with the one that runs; what is left waits for the next knock."""
    at = timezone.now()
    audit = Audit.objects.select_related("law").filter(state=State.RUNNING).first() or begin_due(at=at)
    if audit:
        work_on(audit, at=at)
