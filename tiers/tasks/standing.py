"""Celery's face of standing: sweeps ask what is due, actions decide."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from charter.queries import law_at
from ledger import ticks
from ledger.decisions import Refused
from shadow.queries import suspicious_answers
from tiers.actions import standing as standings
from tiers.actions.assessing import assess, judge_exits
from tiers.actions.desking import bring_what_decides
from tiers.actions.rising import climb
from tiers.actions.watching import consider, consider_outages
from tiers.models import IncidentAnswer, Standing
from tiers.models.standing import State
from tiers.queries import assessments_due, shadow_overdue, suspensions_over

AT_ONCE = 200
SUSPICIONS_AT_ONCE = 600
# Answers scored longer ago than this were considered by earlier sweeps, or by the first sweep after an outage of ours.
LOOK_BACK = timedelta(days=2)
DESK_EVERY = timedelta(minutes=10)

logger = logging.getLogger(__name__)


@shared_task(name="tiers.tasks.sweep_standings")
def sweep_standings() -> None:
    """Open shadow windows that are ready, end suspensions that are over, bring the long ones to a steward."""
    at = timezone.now()
    mounted = Standing.objects.filter(state=State.MOUNTED, companion__is_reference=False)
    for standing in mounted.select_related("companion__provider"):
        _unless_moved(standings.open_shadow_if_ready, standing.companion, at=at)
    for standing in suspensions_over(at=at):
        _unless_moved(standings.end_when_due, standing)
    for standing in shadow_overdue(at=at):
        _unless_moved(standings.bring_to_steward, standing, at=at, evidence={})


@shared_task(name="tiers.tasks.sweep_answers")
def sweep_answers() -> None:
    """Look at critical answers and long outages, before anybody is assessed by them."""
    _consider_all(timezone.now())


@shared_task(name="tiers.tasks.sweep_desk")
def sweep_desk() -> None:
    """Bring to people the uncertain answers on which a way out of shadow mode hangs."""
    at = timezone.now()
    if ticks.take("tiers.sweep_desk", every=DESK_EVERY, at=at):
        bring_what_decides(at=at)


@shared_task(name="tiers.tasks.sweep_assessments")
def sweep_assessments() -> None:
    """Assess every companion whose assessment is due; let those leave shadow mode, or the lowest tier, who may."""
    at = timezone.now()
    law = law_at(at)
    _consider_all(at)
    due = list(assessments_due(at=at, law=law)[:AT_ONCE])
    assess(due, law=law, at=at)
    judge_exits([standing for standing in due if standing.state == State.SHADOW], at=at)
    climb([standing for standing in due if standing.state == State.ACTIVE], at=at)
    if len(due) == AT_ONCE:
        sweep_assessments.delay()


def _unless_moved(act: Callable[..., Any], *subject: Any, **facts: Any) -> None:
    """One that moved between our look and our step holds up none of the others."""
    try:
        act(*subject, **facts)
    except Refused as refusal:
        logger.debug("%s stays as it is: %s", subject[0], refusal)


def _consider_all(at: datetime) -> None:
    law = law_at(at)
    latest = IncidentAnswer.objects.order_by("-added_at").values_list("added_at", flat=True).first()
    since = max(at - LOOK_BACK, latest - timedelta(minutes=5)) if latest else at - LOOK_BACK
    for suspicion in suspicious_answers(since, SUSPICIONS_AT_ONCE):
        consider(suspicion, law=law, at=at)
    for standing in Standing.objects.filter(state=State.SHADOW).select_related("companion__provider", "law"):
        consider_outages(standing, at=at)
