"""What follows from every move: the provider is told, and whoever works is knocked up."""

from datetime import datetime
from typing import Any

from ledger.actors import Actor
from ledger.decisions import decide
from ledger.hands import send_on_commit
from ledger.sealing import sealed_atomic
from onboarding.models import Application
from registry.actions import tell

SWEEP = Actor.system("sweep")
ATLAS = Actor.system("atlas")
SWEEP_TASK = "onboarding.tasks.sweep_applications"


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
    send_on_commit(SWEEP_TASK)
