"""A steady overstatement of itself opens an incident, which a steward looks at; nothing else follows from it."""

from datetime import datetime

from django.db.models import Q

from charter.law import Law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.replaying import BASIS
from tiers.actions.incidents import ATLAS, open_incident
from tiers.models import Incident, Standing
from tiers.models.incident import State
from tiers.queries.honesty import halves, probed
from tiers.rules.honesty import INCIDENT_RULE, KIND, SEVERITY, basis_of, in_words, overstates


def consider_overstatements(*, at: datetime) -> list[Incident]:
    """Open an incident about everybody who overstates itself beyond doubt, unless one waits or was settled lately."""
    law = law_at(at)
    opened = []
    for standing, sums in halves(probed(), law=law, at=at, scorer=scorer_of(law).digest):
        if overstates(sums, law.honesty) and not _known(standing, law, at=at):
            opened.append(
                open_incident(
                    standing.companion,
                    kind=KIND,
                    severity=SEVERITY,
                    summary=in_words(sums),
                    by=ATLAS,
                    at=at,
                    rule=INCIDENT_RULE,
                    evidence={BASIS: basis_of(sums)},
                )
            )
    return opened


def _known(standing: Standing, law: Law, *, at: datetime) -> bool:
    """Whether one is open, or was confirmed or closed within the time that another one would rest on."""
    since = at - law.honesty.over
    settled = Q(confirmed_at__gt=since) | Q(closed_at__gt=since)
    return Incident.objects.filter(Q(state=State.OPEN) | settled, companion=standing.companion_id, kind=KIND).exists()
