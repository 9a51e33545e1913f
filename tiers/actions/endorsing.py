"""Companions that live may be endorsed; what people say is kept below, in ``civic``."""

from datetime import datetime

from civic import actions
from civic.models import Endorsement
from ledger.actors import Actor
from ledger.decisions import Refused
from tiers.models import Standing
from tiers.models.standing import LIVING


def endorse(standing: Standing, *, by: Actor, at: datetime, reason: str = "") -> Endorsement:
    """A steward or citizen stands up for a companion that lives. Raises Refused for one that has left, Forbidden."""
    if standing.state not in LIVING:
        raise Refused("This companion has left: nobody can stand up for it any more.")
    return actions.endorse(standing.companion, by=by, at=at, reason=reason)


def withdraw_endorsement(standing: Standing, *, by: Actor, at: datetime, reason: str = "") -> Endorsement:
    """Take an endorsement back, whatever became of the companion. Raises Refused where there is none."""
    return actions.withdraw_endorsement(standing.companion, by=by, at=at, reason=reason)
