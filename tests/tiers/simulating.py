"""A history to try laws on: companions of known sums, and the two runs over them."""

from collections import Counter
from datetime import timedelta

from charter.amending.comparing import changes_between
from charter.amending.drafting import as_it_would_be
from charter.law import parse
from charter.queries import law_at, version_at
from charter.scoring.registry import scorer_of
from shadow.actions.summing import add_scores
from shadow.models import Bucket
from shadow.probes import Probe
from shadow.sketch import Sketch
from tests.factories.companions import risen
from tests.tiers.rising import NOW, endorsed, nominated, passed
from tests.tiers.rising import by as actor
from tiers.actions import nominating
from tiers.simulating.planning import plan_of, population
from tiers.simulating.reporting import report_of
from tiers.simulating.running import simulated

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
# The review for the critical tier of companions that are high since 180 days falls due here.
DUE = NOW - 5 * DAY


def summed(companion, *, until, days=8, n=40, good=None, score=99, errors=0, expected=12, more=0, more_good=0):
    """Hourly sums before ``until``: ``n`` answers an hour, ``more`` in the first one beside."""
    scorer = scorer_of(law_at(until)).digest
    hours = [until - k * HOUR for k in range(1, days * 24 + 1)]
    for probe, calls, failing in ((Probe.DELIBERATION, 12, errors), (Probe.HEALTH, 60, 0)):
        Bucket.objects.bulk_create(
            Bucket(
                companion=companion,
                probe=probe,
                bucket_at=hour,
                expected=expected if probe == Probe.DELIBERATION else calls,
                done=calls,
                ok=calls - failing,
                errors=failing,
                latency_sketch=Sketch.of([200] * (calls - failing)).to_bytes(),
                input_tokens=1000,
                output_tokens=1000,
                cost="0.02",
                costed_tokens=2000,
                closed_asked=3 if probe == Probe.DELIBERATION else 0,
                closed_correct=3 if probe == Probe.DELIBERATION else 0,
            )
            for hour in hours
        )
    complying = n if good is None else good
    sums = {hour: Counter(scored=n, compliant=complying, score_sum=score * n) for hour in hours}
    if more:
        sums[hours[0]] += Counter(scored=more, compliant=more_good, score_sum=score * more)
    add_scores({(companion.pk, scorer, hour): (counts, Counter()) for hour, counts in sums.items()})


def a_high(ref, *, failures, people, since=DUE - 180 * DAY, words=True, battery="passed"):
    """High since ``since``, with 2,000 answers of which ``failures`` do not comply, and everything critical asks."""
    steward, other, chief = people
    standing = risen(ref, tier="high", at=since)
    summed(standing.companion, until=DUE, n=10, more=80, more_good=80 - failures)
    passed(standing.companion, "edge_cases", at=DUE, result=battery)
    endorsed(standing.companion, 5, at=DUE - HOUR)
    nomination = nominated(standing, by_whom=steward, at=DUE - HOUR)
    nominating.second(nomination, by=actor(other), at=DUE - HOUR, reason="So do I.")
    if words:
        nominating.invite_for(nomination, by=actor(chief), at=DUE - HOUR, reason="There is none to invite it.")
    return standing


def tried(changes, *, over=timedelta(days=30), at=NOW, every=DAY, chosen=None, at_once=200):
    """The report of trying ``changes`` against the law in force at ``at``."""
    base = version_at(at)
    document = as_it_would_be(changes, base.document, taken=(), may_be_same=True)
    plan = plan_of(base.law, parse(document), over=over, at=at, every=every)
    refs = population(plan, chosen)
    effects = [it for _, more in simulated(plan, refs, at_once=at_once) for it in more]
    changed = changes_between(base.document, document)
    return report_of(plan, effects, simulated=len(refs), changes=changed, chosen=chosen)


def listed(report):
    """(companion, effect, to) of each effect."""
    return [(it["companion"], it["effect"], it["to"]) for it in report["effects"]]
