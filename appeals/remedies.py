"""What follows from a ruling: the inverse of the act that was contested."""

from datetime import datetime

from appeals.deriving import granted_basis
from appeals.models import Appeal
from appeals.rules import DEMOTION, REJECTION, SUSPENSION, VIOLATION, what_is_contested
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.queries import last_decision
from ledger.replaying import BASIS
from onboarding.actions import reconsider, release_from_appeal
from onboarding.models import Application
from tiers.actions import incidents, ladder, standing
from tiers.actions.monitoring import end_monitoring
from tiers.models import Incident, Penalty, Standing
from tiers.models.penalty import State as PenaltyState
from tiers.models.standing import State
from tiers.queries.penalties import penalty_behind


def follow(appeal: Appeal, move: str, *, by: Actor, at: datetime, reason: str, hours: int | None) -> None:
    """Run the act that ``move`` asks for, in the ruling's own transaction. Raises Refused where there is none."""
    contested = what_is_contested(appeal.about_move)
    if move in {"grant", "grant_by_sentinel"}:
        _undo(appeal, contested, by=by, at=at, reason=reason)
    elif move == "modify":
        if contested != SUSPENSION or hours is None:
            raise Refused("Only a suspension can be given another measure; grant the appeal or deny it.")
        _give_another_length(_standing(appeal), hours, by=by, at=at, reason=reason)
    if contested == REJECTION and move in {"deny", "deny_by_sentinel"}:
        release_from_appeal(_application(appeal))


def rests_on_a_choice(appeal: Appeal) -> bool:
    """Whether a person chose what the contested offence brought: no machine takes that back."""
    if what_is_contested(appeal.about_move) != VIOLATION:
        return False
    penalty = Penalty.objects.filter(incident=_incident(appeal), state=PenaltyState.IMPOSED).first()
    return penalty is not None and last_decision("penalty", penalty.subject_ref, moves=["choose"]) is not None


def _undo(appeal: Appeal, contested: str | None, *, by: Actor, at: datetime, reason: str) -> None:
    """The inverse act. What an offence brought is undone with the offence, which is void then (spec section 10.5)."""
    if contested == REJECTION:
        reconsider(_application(appeal), by=by, at=at, reason=reason)
    elif contested == VIOLATION:
        _void(_incident(appeal), appeal, by=by, at=at, reason=reason)
    elif contested in {SUSPENSION, DEMOTION}:
        penalty = penalty_behind(appeal.companion, appeal.decision)
        if penalty is not None:
            _void(penalty.incident, appeal, by=by, at=at, reason=reason)
        elif contested == DEMOTION:
            standing.restore_tier(_standing(appeal), by=by, at=at, reason=reason)
        else:
            _end_suspension(appeal, by=by, at=at, reason=reason)
    else:
        raise Refused("This decision has no inverse here: deny the appeal, or decide anew and name it in the reason.")


def _void(incident: Incident, appeal: Appeal, *, by: Actor, at: datetime, reason: str) -> None:
    evidence = {BASIS: granted_basis(appeal.about_move, appeal.public_id)} if by.is_system else None
    incidents.void(incident, by=by, at=at, reason=reason, evidence=evidence)


def _end_suspension(appeal: Appeal, *, by: Actor, at: datetime, reason: str) -> None:
    row = _standing(appeal)
    if row.state == State.SUSPENDED:  # it may have ended by itself while the appeal ran
        standing.end_suspension(row, by=by, at=at, reason=reason)
    end_monitoring(row.companion, began_at=appeal.decision.at, at=at)


def _give_another_length(row: Standing, hours: int, *, by: Actor, at: datetime, reason: str) -> None:
    before = row.suspended_until
    changed = standing.change_suspension(row, hours=hours, by=by, at=at, reason=reason)
    ladder.note_length(row.companion, before=before, after=changed.suspended_until)


def _incident(appeal: Appeal) -> Incident:
    return Incident.objects.get(number=int(appeal.target_ref.removeprefix("INC-")))


def _standing(appeal: Appeal) -> Standing:
    if appeal.companion is None:
        raise Refused("This appeal names no companion.")
    return appeal.companion.standing


def _application(appeal: Appeal) -> Application:
    return Application.objects.get(pk=appeal.target_ref.removeprefix("app_"))
