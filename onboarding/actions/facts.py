"""What is asked at the latest before shadow mode may be given, or given anew, after the mount."""

from datetime import datetime

from charter.queries import law_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.sealing import sealed_atomic
from onboarding.dossier import companion_facts
from onboarding.intake.contents import LaterFacts
from registry.actions import give_facts
from registry.models import Companion
from shadow.actions.identity import note_declared
from tiers.actions.standing import open_shadow_if_ready
from tiers.models.standing import LIVING


def give_companion_facts(companion: Companion, facts: LaterFacts, *, by: Actor, at: datetime) -> Companion:
    """Set price, limits, commitments and version, and open shadow mode if nothing else was missing.

    Another version than before is a change of identity, of which ``tiers`` hears. Raises Forbidden for anybody but its
    provider, Refused once it is removed or retired.
    """
    if by.organisation != companion.provider.slug:
        raise Forbidden("Only the provider of a companion gives its price, limits and commitments.")
    named = companion_facts(facts)
    with sealed_atomic():
        if companion.standing.state not in LIVING:
            raise Refused(f"{companion.ref} is {companion.standing.state}: nothing is asked of it any more.")
        if named:
            before = companion.declared_model_version
            companion = give_facts(companion, named, by=by, at=at, under=law_at(at))
            note_declared(companion, before=before, after=companion.declared_model_version, at=at)
        open_shadow_if_ready(companion, at=at)
    return companion
