"""What follows from a ruling: the inverse of the act that was contested."""

from datetime import datetime

from appeals.models import Appeal
from appeals.rules import DEMOTION, REJECTION, SUSPENSION, VIOLATION, what_is_contested
from ledger.actors import Actor
from ledger.decisions import Refused
from onboarding.actions import reconsider, release_from_appeal
from onboarding.models import Application
from tiers.actions import incidents, standing
from tiers.models import Incident, Standing
from tiers.models.standing import State


def follow(appeal: Appeal, move: str, *, by: Actor, at: datetime, reason: str, hours: int | None) -> None:
    """Run the act that ``move`` asks for, in the ruling's own transaction. Raises Refused where there is none."""
    contested = what_is_contested(appeal.about_move)
    if move in {"grant", "grant_by_sentinel"}:
        _undo(appeal, contested, by=by, at=at, reason=reason)
    elif move == "modify":
        if contested != SUSPENSION or hours is None:
            raise Refused("Only a suspension can be given another measure; grant the appeal or deny it.")
        standing.change_suspension(_standing(appeal), hours=hours, by=by, at=at, reason=reason)
    if contested == REJECTION and move in {"deny", "deny_by_sentinel"}:
        release_from_appeal(_application(appeal))


def _undo(appeal: Appeal, contested: str | None, *, by: Actor, at: datetime, reason: str) -> None:
    if contested == SUSPENSION:
        row = _standing(appeal)
        if row.state == State.SUSPENDED:  # it may have ended by itself while the appeal ran
            standing.end_suspension(row, by=by, at=at, reason=reason)
    elif contested == REJECTION:
        reconsider(_application(appeal), by=by, at=at, reason=reason)
    elif contested == VIOLATION:
        incident = Incident.objects.get(number=int(appeal.target_ref.removeprefix("INC-")))
        incidents.void(incident, by=by, at=at, reason=reason)
    elif contested == DEMOTION:
        standing.promote(_standing(appeal), by=by, at=at, reason=reason)
    else:
        raise Refused("This decision has no inverse here: deny the appeal, or decide anew and name it in the reason.")


def _standing(appeal: Appeal) -> Standing:
    if appeal.companion is None:
        raise Refused("This appeal names no companion.")
    return appeal.companion.standing


def _application(appeal: Appeal) -> Application:
    return Application.objects.get(pk=appeal.target_ref.removeprefix("app_"))
