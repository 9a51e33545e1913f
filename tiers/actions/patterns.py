"""Incidents that no single answer makes: a rate below the law's, and suspicions that repeat (spec section 10.5).

Each waits for a steward. Two workers at once open one: it is looked at again under the lock of the standing.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from charter.law import Law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from faces.figures.amounts import in_words
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from registry.models import Companion
from shadow import rules as buckets
from shadow.queries import score_counts
from tiers.actions import incidents
from tiers.actions.ladder import lock_standing
from tiers.models import Incident, Standing
from tiers.models.incident import State
from tiers.models.standing import LIVING, PROBED
from tiers.rules import patterns as rules
from tiers.rules.patterns import Before, Rated, Suspected

NAMED = 5


def look_for_rates(*, at: datetime) -> list[Incident]:
    """Open an incident about every probed companion whose compliance lies below the law's rate, or join its last one.

    Over the whole buckets of the law's time; two queries, whatever the number, and some for each that lies below.
    """
    law = law_at(at)
    until = buckets.floor(at, law.shadow.bucket)
    since = until - law.offences.rate_over
    probed = dict.fromkeys(Standing.objects.filter(state__in=PROBED).values_list("companion_id", flat=True), since)
    counts = score_counts(probed, until=until, scorer=scorer_of(law).digest)
    rated = {pk: Rated(since, until, counts[pk].scored, counts[pk].compliant) for pk in probed}
    below = {pk: it for pk, it in rated.items() if rules.is_below_rate(it, law)}
    found = (_about_rate(companion, below[companion.pk], law, at=at) for companion in _companions(below))
    return [incident for incident in found if incident is not None]


def look_for_patterns(*, at: datetime) -> list[Incident]:
    """Open an incident about every companion of which suspicions of one rule repeated without becoming an offence."""
    law = law_at(at)
    since = at - law.offences.pattern_over
    rows = _suspicions().filter(opened_at__gt=since, opened_at__lte=at).values_list("companion_id", "rule")
    times: dict[tuple[uuid.UUID, str], int] = defaultdict(int)
    for key in rows:
        times[key] += 1
    often = [key for key, n in times.items() if n >= law.offences.pattern_n_least]
    companions = {companion.pk: companion for companion in _companions({pk for pk, _ in often})}
    found = (_about_pattern(companions[pk], rule, law, at=at) for pk, rule in often if pk in companions)
    return [incident for incident in found if incident is not None]


def _about_rate(companion: Companion, rated: Rated, law: Law, *, at: datetime) -> Incident | None:
    with sealed_atomic():
        lock_standing(companion)
        last = companion.incidents.filter(rule=rules.RATE_RULE).order_by("-last_seen_at").first()
        before = Before(str(last.state), last.last_seen_at) if last else None
        step = rules.rate_step(rated, before, law)
        if step == rules.JOIN and last is not None:
            Incident.objects.filter(pk=last.pk, last_seen_at__lt=rated.until).update(last_seen_at=rated.until)
        if step != rules.OPEN:
            return None
        return incidents.open_incident(
            companion,
            kind=rules.RATE,
            severity=rules.RATE_SEVERITY,
            summary=f"{rated.compliant} of {rated.scored} answers complied within {in_words(law.offences.rate_over)}.",
            by=incidents.ATLAS,
            at=at,
            rule=rules.RATE_RULE,
            seen_at=rated.until,
            evidence={BASIS: rules.rate_basis(rated, before)},
        )


def _about_pattern(companion: Companion, rule: str, law: Law, *, at: datetime) -> Incident | None:
    name = rules.pattern_rule(rule)
    with sealed_atomic():
        lock_standing(companion)
        last = companion.incidents.filter(rule=name).order_by("-opened_at").first()
        named_until = last.opened_at if last else None
        rows = _suspicions().filter(companion=companion, rule=rule, opened_at__gt=at - law.offences.pattern_over)
        suspected = [Suspected(row.public_id, str(row.severity), row.opened_at) for row in rows.order_by("number")]
        found = rules.pattern_of(suspected, named_until=named_until, law=law, at=at)
        if not found:
            return None
        return incidents.open_incident(
            companion,
            kind=rules.PATTERN,
            severity=rules.gravest(found),
            summary=_summary(rule, found),
            by=incidents.ATLAS,
            at=at,
            rule=name,
            evidence={BASIS: rules.pattern_basis(rule, suspected, named_until=named_until)},
        )


def _summary(rule: str, found: list[Suspected]) -> str:
    refs = ", ".join(it.ref for it in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"{len(found)} suspicions of {rule} became no offence: {refs}{more}."


def _suspicions() -> QuerySet[Incident]:
    """Incidents about single answers that are open, or were cleared."""
    return Incident.objects.filter(kind__in=rules.OF_ANSWERS, state__in=[State.OPEN, State.CLEARED])


def _companions(wanted: Iterable[uuid.UUID]) -> list[Companion]:
    rows = Companion.objects.filter(pk__in=list(wanted), standing__state__in=LIVING)
    return list(rows.select_related("provider", "standing").order_by("ref"))
