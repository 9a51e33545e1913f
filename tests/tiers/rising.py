"""Companions with all the evidence that a rise rests on, and the people who speak for them."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from charter.queries import law_at, version_at
from charter.scoring.registry import scorer_of
from civic.actions import endorse
from ledger.actors import Actor
from ledger.queries import last_decision
from registry.models import Person
from shadow.actions.summing import add_scores
from shadow.models import BatteryRun, Bucket
from shadow.probes import Probe
from shadow.sketch import Sketch
from tests.conftest import NOW as BEFORE
from tests.factories.companions import risen
from tiers.actions import nominating
from tiers.rules.nominating import Item

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Rises rest on more time than the law of these tests is old: their stories end years later.
NOW = BEFORE + 800 * DAY
REASON = "It has led the council's reviews for three months."


def measured(companion, *, at=NOW, days=8, compliant=40, scored=40, score=99):
    """Some days of hourly sums before ``at``, all hours alike, good enough for every tier."""
    scorer = scorer_of(law_at(at)).digest
    hours = [at - n * HOUR for n in range(1, days * 24 + 1)]
    for probe, n in ((Probe.DELIBERATION, 12), (Probe.HEALTH, 60)):
        Bucket.objects.bulk_create(
            Bucket(
                companion=companion,
                probe=probe,
                bucket_at=hour,
                expected=n,
                done=n,
                ok=n,
                latency_sketch=Sketch.of([200] * n).to_bytes(),
                input_tokens=1000,
                output_tokens=1000,
                cost=Decimal("0.02"),
                costed_tokens=2000,
                closed_asked=3 if probe == Probe.DELIBERATION else 0,
                closed_correct=3 if probe == Probe.DELIBERATION else 0,
            )
            for hour in hours
        )
    counts = Counter(scored=scored, compliant=compliant, score_sum=score * scored)
    add_scores({(companion.pk, scorer, hour): (counts, Counter()) for hour in hours})


def passed(companion, battery, *, at=NOW, result="passed", ended=HOUR, lives=180 * DAY):
    """A run of the battery that ended ``ended`` before ``at``."""
    law = version_at(at)
    return BatteryRun.objects.create(
        companion=companion,
        law=law,
        battery=battery,
        asked_by_ref="your-org",
        started_at=at - ended - HOUR,
        due_at=at,
        ended_at=at - ended,
        result=result,
        prompts=60,
        measured=60,
        good=60 if result == "passed" else 10,
        valid_until=at - ended + lives if result == "passed" else None,
    )


def a_person(name, *roles, organisation=None):
    known = Person.objects.filter(email=f"{name}@example.org").first()
    return known or Person.objects.create_user(
        f"{name}@example.org", "correct horse battery", name=name.title(), roles=roles, organisation=organisation
    )


def by(person):
    return Actor.person(person)


def evidence_of(companion):
    """One piece, which links to the decision by which the companion came here."""
    link = last_decision("companion", companion.ref, moves=["enrol"]).public_id
    return [Item("case_study", "It found the flaw that three people had missed.", link)]


def nominated(standing, *, by_whom, at=NOW, **more):
    evidence = evidence_of(standing.companion)
    return nominating.nominate(standing, by=by(by_whom), at=at, reason=REASON, evidence=evidence, **more)


def endorsed(companion, n=5, *, at=NOW):
    for number in range(n):
        endorse(companion, by=by(a_person(f"citizen{number}", "citizen")), at=at, reason="It helps us.")


def ready_for(tier, ref="YOURMODEL_001", *, at=NOW, held=None, steward=None, chief=None, other=None, **more):
    """Its standing, below ``tier`` for as long as that asks, with everything there; words only of those who are named.

    A companion of the tier below holds it since a whole number of the law's review periods before ``at``.
    """
    law = law_at(at)
    rise = law.rising[tier]
    held = held or rise.days_below
    standing = risen(ref, tier=law.tier_below(tier), at=at - held, **more)
    measured(standing.companion, at=at)
    passed(standing.companion, rise.battery, at=at)
    if rise.endorsements:
        endorsed(standing.companion, rise.endorsements, at=at - HOUR)
    if steward:
        nomination = nominated(standing, by_whom=steward, at=at - HOUR)
        if other:
            nominating.second(nomination, by=by(other), at=at - HOUR, reason=REASON)
        if chief:
            nominating.invite_for(nomination, by=by(chief), at=at - HOUR, reason=REASON)
    return standing
