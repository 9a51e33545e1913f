"""Celery's face of standing: sweeps ask what is due, actions decide. Each subject has a file of its own."""

from tiers.tasks.standing import sweep_answers, sweep_assessments, sweep_desk, sweep_standings

__all__ = ["sweep_answers", "sweep_assessments", "sweep_desk", "sweep_standings"]
