"""What time brings: approvals that nobody used end, and late reviews are shown as late."""

from datetime import datetime
from typing import Any

from ledger.decisions import Refused
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from onboarding.actions.telling import SWEEP, move, told
from onboarding.deriving import is_over, unused_basis
from onboarding.models import Application


def expire(application: Application, *, at: datetime) -> Application:
    """End an approval whose onboarding token was not used in time. Raises Refused while there is time."""
    basis: dict[str, Any] = {}

    def effect(row: Application) -> None:
        if not is_over(row.token.expires_at, at):
            raise Refused("The onboarding token of this application is not over yet.")
        basis.update(unused_basis(row.token.expires_at))

    # The basis is filled by the effect, on the locked row, before it is kept.
    return move(application, "expire", by=SWEEP, at=at, evidence={BASIS: basis}, effect=effect)


def escalate(application: Application, *, at: datetime) -> bool:
    """Mark a late review, once; it is shown first and told to its provider. Silence never approves anything."""
    with sealed_atomic():
        late = Application.objects.filter(pk=application.pk, escalated_at=None, due_at__lte=at)
        if late.update(escalated_at=at) != 1:
            return False
        application.escalated_at = at
        told(application, "escalate", at=at)
    return True
