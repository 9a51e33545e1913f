"""What an appeal does to a rejected application; the room of appeals, above, calls it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.queries import last_decision
from ledger.sealing import sealed_atomic
from onboarding.actions.telling import move
from onboarding.models import Application


def hold_for_appeal(application: Application, *, at: datetime) -> None:
    """While the appeal runs the same provider and model may not apply anew; the appeal's own entry seals it."""
    Application.objects.filter(pk=application.pk).update(appealed_at=at)
    application.appealed_at = at


def release_from_appeal(application: Application) -> None:
    """The appeal is ruled: the provider may apply anew."""
    Application.objects.filter(pk=application.pk).update(appealed_at=None)
    application.appealed_at = None


def reconsider(
    application: Application,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    effect: Callable[[Application], Any] | None = None,
) -> Application:
    """A granted appeal puts a rejection before another steward; whoever rejected it takes no further part.

    Raises Refused unless it is rejected, and while another application of the model is open.
    """

    def again(row: Application) -> dict[str, Any]:
        rejection = last_decision(row.subject_kind, row.subject_ref, moves=("reject",))
        row.took_part = sorted({*row.took_part, *([rejection.actor_ref] if rejection else [])})
        row.due_at = at + row.law.law.onboarding.steward_within
        row.appealed_at = row.escalated_at = None
        return dict((effect(row) if effect else None) or {})

    try:
        with sealed_atomic():
            return move(application, "reconsider", by=by, at=at, reason=reason, effect=again)
    except IntegrityError:
        raise Refused("Another application of this provider and model is open; it must end first.") from None
