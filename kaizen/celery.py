"""Celery's app, and the whole schedule in one table. The database is the queue; Celery is only the hands."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")

from django.conf import settings

TICK = timedelta(seconds=1)
SWEEP = timedelta(seconds=settings.KAIZEN_SWEEP_SECONDS)
# job: how often beat knocks. What is due, and how often that may be, the law and the rows say.
SCHEDULE: dict[str, timedelta] = {
    "shadow.tasks.plan_slots": TICK,
    "shadow.tasks.sweep_probes": TICK,
    "shadow.tasks.sweep_scores": TICK,
    "shadow.tasks.close_slots_for_agreement": TICK,
    "shadow.tasks.sweep_open_answers": SWEEP,
    "shadow.tasks.sweep_trials": SWEEP,
    "shadow.tasks.sweep_judges": SWEEP,
    "shadow.tasks.sweep_batteries": SWEEP,
    "tiers.tasks.sweep_standings": SWEEP,
    "tiers.tasks.sweep_answers": SWEEP,
    "tiers.tasks.sweep_assessments": SWEEP,
    "tiers.tasks.sweep_falling": SWEEP,
    "tiers.tasks.sweep_patterns": SWEEP,
    "tiers.tasks.sweep_rising": SWEEP,
    "onboarding.tasks.sweep_applications": SWEEP,
    "appeals.tasks.sweep_appeals": SWEEP,
    "shadow.tasks.fill_desk": timedelta(minutes=1),
    "tiers.tasks.sweep_simulations": SWEEP,
    "tiers.tasks.sweep_desk": timedelta(minutes=5),
    "tiers.tasks.sweep_drift": timedelta(minutes=1),
    "tiers.tasks.sweep_honesty": timedelta(minutes=10),
    "tiers.tasks.sweep_audits": timedelta(minutes=1),
    "shadow.tasks.forget_texts": timedelta(minutes=10),
    "onboarding.tasks.forget_battery_texts": timedelta(minutes=10),
    "kaizen.tasks.forget_old": timedelta(minutes=10),
}

app = Celery("kaizen")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://",
    broker_transport_options={
        # R4: kombu looks at unacknowledged messages about every 100 s by default; correctness stands in rows anyway.
        "visibility_timeout": 300,
        "unacked_restore_throttle": 1,
        "unacked_restore_interval": 5,
    },
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=35,
    task_time_limit=45,
    worker_max_memory_per_child=400_000,
    worker_soft_shutdown_timeout=40 if not settings.IN_DEVELOPMENT else 5,
    worker_hijack_root_logger=False,
    task_default_queue="default",
    task_routes={
        "shadow.tasks.probe_batch": {"queue": "probes"},
        "shadow.tasks.score_batch": {"queue": "scores"},
        "shadow.tasks.rescore_batch": {"queue": "scores"},
        "tiers.tasks.simulate_batch": {"queue": "scores"},
        "shadow.tasks.compare_open_answers": {"queue": "scores"},
        # They wait for somebody's network for minutes: on threads of their own they hold nobody up.
        "onboarding.tasks.check_application": {"queue": "checks"},
        "onboarding.tasks.review_application": {"queue": "checks"},
        "shadow.tasks.try_judge": {"queue": "checks"},
        "shadow.tasks.judge_batch": {"queue": "checks"},
        "shadow.tasks.battery_batch": {"queue": "checks"},
    },
    timezone="UTC",
    beat_schedule={
        # A knock that nobody heard in time is forgotten: the next one finds the same rows.
        job: {"task": job, "schedule": every, "options": {"expires": max(2 * every.total_seconds(), 5)}}
        for job, every in SCHEDULE.items()
    },
)
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_everywhere(**_kwargs: Any) -> None:
    """Celery keeps its hands off logging: settings configured it."""
