"""Celery's face of rising: nominations that are over end, and reviews that fell due are held."""

from celery import shared_task
from django.utils import timezone

from charter.queries import law_at
from tiers.actions.nominating import lapse_if_due
from tiers.actions.rising import hold_review
from tiers.queries.nominating import nominations_to_end
from tiers.queries.rising import reviews_due

AT_ONCE = 200


@shared_task(name="tiers.tasks.sweep_rising")
def sweep_rising() -> None:
    """End nominations whose time is over, then hold the reviews that fell due: none rises by an ended nomination."""
    at = timezone.now()
    law, held = law_at(at), 0
    for nomination in nominations_to_end(law=law, at=at):
        lapse_if_due(nomination, at=at)
    for tier in law.rising:
        for standing in reviews_due(law=law, tier=tier, at=at)[:AT_ONCE]:
            held += hold_review(standing, at=at) is not None
    if held >= AT_ONCE:
        sweep_rising.delay()
