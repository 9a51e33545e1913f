"""Celery's face of simulations: a sweep wakes a worker, which tries companions for the time of a task."""

from celery import shared_task
from django.utils import timezone

from ledger.hands import send_soon
from shadow.actions.scoring import answers_to_score
from tiers.actions.simulating import go_on, simulations_due

SECONDS = 15.0


@shared_task(name="tiers.tasks.sweep_simulations")
def sweep_simulations() -> None:
    """Wake a scoring process if an amendment is to be tried further."""
    if simulations_due(timezone.now()).exists():
        send_soon(simulate_batch.name)


@shared_task(name="tiers.tasks.simulate_batch")
def simulate_batch() -> None:
    """Go on with the oldest run for the time of a task; answers that wait for their score go first."""
    run = simulations_due(timezone.now()).first()
    if run is None:
        return
    go_on(run, clock=timezone.now, seconds=SECONDS, wanted=lambda: not answers_to_score(timezone.now()).exists())
    if simulations_due(timezone.now()).exists():
        send_soon(simulate_batch.name)
