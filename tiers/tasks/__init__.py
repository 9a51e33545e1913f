"""Celery's face of standing: sweeps ask what is due, actions decide. Each subject has a file of its own."""

from tiers.tasks.auditing import sweep_audits
from tiers.tasks.drifting import sweep_drift, sweep_honesty
from tiers.tasks.falling import sweep_falling, sweep_patterns
from tiers.tasks.rising import sweep_rising
from tiers.tasks.simulating import simulate_batch, sweep_simulations
from tiers.tasks.standing import sweep_answers, sweep_assessments, sweep_desk, sweep_standings

__all__ = [
    "simulate_batch",
    "sweep_answers",
    "sweep_assessments",
    "sweep_audits",
    "sweep_desk",
    "sweep_drift",
    "sweep_falling",
    "sweep_honesty",
    "sweep_patterns",
    "sweep_rising",
    "sweep_simulations",
    "sweep_standings",
]
