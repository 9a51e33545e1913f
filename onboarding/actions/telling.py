"""What follows from every move: the provider is told, and whoever works is knocked up."""

import logging
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from ledger.actors import Actor
from ledger.decisions import decide
from ledger.sealing import sealed_atomic
from onboarding.models import Application
from registry.actions import tell

SWEEP = Actor.system("sweep")
ATLAS = Actor.system("atlas")
# A web process waits for no broker: one attempt, a second at most.
AT_ONCE_OR_NOT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
SWEEP_TASK = "onboarding.tasks.sweep_applications"

logger = logging.getLogger(__name__)


def move(application: Application, name: str, *, by: Actor, at: datetime, **decision: Any) -> Application:
    """Decide under the application's own law, and tell its provider in the same transaction."""
    with sealed_atomic():
        decide(application, name, by=by, at=at, under=application.law.law, **decision)
        told(application, name, at=at)
    return application


def told(application: Application, what: str, *, at: datetime) -> None:
    """Leave the news for the provider; reasons are read on the status page, and never travel."""
    tell(
        f"application.{what}",
        provider=application.provider,
        subject=(application.subject_kind, application.subject_ref),
        body={
            "applicationId": application.public_id,
            "modelName": application.model_name,
            "status": str(application.state),
        },
        at=at,
    )


def work_is_due() -> None:
    """Send a sweep as soon as this transaction commits, so that nobody waits for the next tick."""
    transaction.on_commit(_send_sweep)


def _send_sweep() -> None:
    try:
        options = {**current_app.conf.broker_transport_options, **AT_ONCE_OR_NOT}
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(SWEEP_TASK, connection=connection, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        # The row stands, and the next sweep finds it.
        logger.warning("The broker does not answer (%s): the sweep comes with the next tick", type(error).__name__)
