"""From stored sums to figures: what the database groups is what the rules say bucket by bucket, at any past time."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from charter.law import shipped_law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from civic.actions import endorse
from ledger.actors import Actor
from ledger.ids import uuid7
from shadow.actions.summing import add_scores
from shadow.models import Bucket
from shadow.probes import Probe
from shadow.queries import bucket_series
from shadow.queries.window import total_of
from shadow.sketch import Sketch
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tests.tiers.test_bundle import a_bundle
from tiers.actions import incidents
from tiers.actions.assessing import assess
from tiers.actions.reviews import ReviewWord, keep_word
from tiers.models import Assessment
from tiers.queries.evidence import bundles, compliance_since, fixed_start, measured
from tiers.rules.bundle import Aged, Counted
from tiers.rules.compliance import compliance
from tiers.rules.gi import Aged as Ended
from tiers.rules.gi import decayed_mean
from tiers.rules.measuring import measure

LAW = shipped_law()
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
ATLAS = Actor.system("atlas")


def scorer():
    return scorer_of(law_at(NOW)).digest


def scored(standing, at, *, n=10, good=10, score=90, **more):
    counts = Counter(scored=n, compliant=good, score_sum=score * n, **more)
    add_scores({(standing.companion_id, scorer(), at): (counts, Counter())})


def called(standing, at, *, probe=Probe.DELIBERATION, done=12, errors=0, latency=200, **more):
    Bucket.objects.create(
        companion=standing.companion,
        probe=probe,
        bucket_at=at,
        **{
            "expected": done,
            "done": done,
            "ok": done - errors,
            "errors": errors,
            "latency_sketch": Sketch.of([latency] * (done - errors)).to_bytes(),
        }
        | more,
    )


def one(standing, *, at=NOW, **more):
    return measured([standing], law=law_at(NOW), at=at, **more)[standing]


# -- against the definition, bucket by bucket ---------------------------------------------------------------------


def by_definition(standing, law, at):
    """The figures from single buckets, by the text of the specification, section 9."""
    series = bucket_series([standing.companion_id], since=at - 31 * DAY, until=at, scorer=scorer())[
        standing.companion_id
    ]

    def since(time):
        begin = time - timedelta(seconds=time.timestamp() % 3600)
        return [it for it in series if it.bucket_at >= begin]

    def mean(part, total, n):
        ended = [Ended(it.bucket_at + HOUR, total(it), n(it)) for it in since(at - law.gi.windows[part])]
        return decayed_mean(ended, factor=law.gi.decay[part], unit=law.gi.decay_unit, at=at)

    day, paid = since(at - DAY), total_of(since(at - 7 * DAY))
    window = total_of(since(max(standing.shadow_since, at - 7 * DAY)))
    seen = sum(any(probe.done for probe in it.probes) for it in day)
    calls, errors = (
        sum(getattr(it, name) for bucket in day for it in (bucket.deliberation, bucket.self_validation))
        for name in ("done", "errors")
    )
    down = total_of(day).down_seconds
    peers = mean("consensus", lambda it: D(it.peers_agreed), lambda it: it.peers_compared)
    closed = mean("consensus", lambda it: D(it.closed_correct), lambda it: it.closed_asked)
    per_1k = paid.cost * 1000 / paid.costed_tokens if paid.costed_tokens else None
    return {
        "constitutional": mean("constitutional", lambda it: D(it.score_sum) / 100, lambda it: it.scored),
        "consensus": closed if peers is None else peers,
        "reliability": max(D(0), 1 - down / (seen * 3600)) * (1 - D(errors) / calls) if seen and calls else None,
        "efficiency": None if per_1k is None else D(1) if per_1k == 0 else min(D(1), D("0.10") / per_1k),
        "expected": sum(it.expected for it in window.probes),
        "done": sum(it.done for it in window.probes),
        "calls": window.deliberation.done + window.self_validation.done,
        "errors": window.deliberation.errors + window.self_validation.errors,
        "latencies": window.latency.counts,
        "agreed": (window.peers_agreed, window.peers_compared),
        "claimed": (window.claimed, window.claimed_sum, window.claimed_ours_sum),
        "cost": window.cost,
    }


few = st.integers(0, 40)
hours = st.integers(-6, 31 * 24)


def an_hour(whole, part, down_ms, cost, latencies):
    """Sums that a probe may leave: parts are no larger than their wholes."""
    wholes = ("expected", "done", "ok", "costed_tokens", "closed_asked", "peers_compared")
    parts = ("errors", "closed_correct", "peers_agreed")
    return (
        dict.fromkeys(wholes, whole)
        | dict.fromkeys(parts, min(part, whole))
        | {
            "down_ms": down_ms,
            "cost": cost,
            "latency_sketch": Sketch.of(latencies).to_bytes(),
        }
    )


sums = st.builds(
    an_hour,
    few,
    few,
    st.integers(0, 3_600_000),
    st.decimals(0, 5, places=8),
    st.lists(st.integers(1, 40_000), max_size=5),
)
probes = st.dictionaries(st.tuples(st.sampled_from(Probe.values), hours), sums, max_size=9)
scores = st.dictionaries(hours, st.tuples(st.integers(1, 12), st.integers(0, 100), few, few), max_size=6)


class WhatTheDatabaseGroups(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(probes, scores, st.integers(0, 40 * 24), st.sampled_from([timedelta(0), SECOND, HOUR - SECOND]))
    def test_is_what_single_buckets_come_to(self, probes, scores, stay, past):
        law, at = law_at(NOW), NOW + past
        standing = in_shadow(at=NOW - stay * HOUR)
        for (probe, hour), row in probes.items():
            Bucket.objects.create(companion=standing.companion, probe=probe, bucket_at=NOW - hour * HOUR, **row)
        for hour, (n, score, claimed, theirs) in scores.items():
            claims = {"claimed": claimed, "claimed_sum": theirs * claimed, "claimed_ours_sum": score * claimed}
            scored(standing, NOW - hour * HOUR, n=n, good=n, score=score, **claims)
        wanted = by_definition(standing, law, at)
        found = measured([standing], law=law, at=at)[standing]
        for name in ("constitutional", "consensus", "reliability", "efficiency"):
            ours = getattr(found.components, name)
            assert (ours is None) == (wanted[name] is None), name
            assert ours is None or abs(ours - wanted[name]) < D("1e-24"), name
        window, told = found.bundle.window, found.evidence
        assert (told.expected, told.done, told.calls, told.errors) == tuple(
            wanted[name] for name in ("expected", "done", "calls", "errors")
        )
        assert found.bundle.sketch.counts == wanted["latencies"]
        assert (told.agreed, told.compared) == wanted["agreed"]
        assert (window.claimed, window.claimed_sum, window.claimed_ours_sum) == wanted["claimed"]
        assert window.cost == wanted["cost"]


# -- ages and edges -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("past", "age"), [(-SECOND, 0), (timedelta(0), 1), (SECOND, 1)])
@pytest.mark.django_db
def test_a_bucket_is_a_day_old_when_a_whole_day_passed_since_it_ended(past, age):
    standing = in_shadow(at=NOW - 3 * DAY)
    scored(standing, NOW - DAY - HOUR)
    found = one(standing, at=NOW + past)
    assert found.bundle.answers == (Aged(age, 900, 10),)


@pytest.mark.parametrize(("past", "counted"), [(-SECOND, 12), (timedelta(0), 12), (HOUR - SECOND, 12), (HOUR, 0)])
@pytest.mark.django_db
def test_a_window_is_of_whole_buckets(past, counted):
    standing = in_shadow(at=NOW - 30 * DAY)
    called(standing, NOW - 7 * DAY)
    assert one(standing, at=NOW + past).evidence.calls == counted


GATES = [
    ("point", 94_999, "fail"),
    ("point", 95_000, "pass"),
    ("point", 95_001, "pass"),
    ("wilson", 95_000, "inconclusive"),
    ("wilson", 95_113, "inconclusive"),
    ("wilson", 95_114, "pass"),
    ("sequence", 94_999, "inconclusive"),
    ("sequence", 95_000, "inconclusive"),
    ("sequence", 95_001, "inconclusive"),
    ("sequence", 96_000, "pass"),
    ("sequence", 94_000, "fail"),
]


@pytest.mark.parametrize(("gate", "good", "verdict"), GATES)
def test_just_below_at_and_above_the_share_each_gate_says_what_it_promises(gate, good, verdict):
    law = replace(LAW, shadow=replace(LAW.shadow, compliance=replace(LAW.shadow.compliance, gate=gate)))
    found = measure(a_bundle(counted=Counted(scored=100_000, compliant=good)), law)
    assert compliance(found.evidence, law).verdict == verdict


def test_the_same_bundle_gives_the_same_figures():
    assert measure(a_bundle(), LAW) == measure(a_bundle(), LAW)
    assert measure(a_bundle(), LAW).bundle == a_bundle()


def test_endorsements_raise_trust_and_nothing_else():
    plain, endorsed = measure(a_bundle(), LAW), measure(a_bundle(endorsements=D(2)), LAW)
    assert (plain.components.trust, endorsed.components.trust) == (D("0.5"), D("0.75"))
    assert endorsed.gi - plain.gi == D("0.0125")


def test_a_part_without_evidence_leaves_gi_unknown_and_unbounded():
    found = measure(a_bundle(answers=()), LAW)
    assert (found.components.constitutional, found.gi, found.evidence.gi_low, found.evidence.gi_high) == (None,) * 4


# -- the fixed start ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_scores_count_from_the_beginning_of_the_stay_and_errors_from_the_windows():
    standing = in_shadow(at=NOW - 20 * DAY)
    for days in (21, 19, 8, 1):
        scored(standing, NOW - days * DAY, n=10, good=9)
        called(standing, NOW - days * DAY, errors=1)
    found = one(standing)
    assert (found.evidence.scored, found.evidence.compliant) == (30, 27)
    assert (found.evidence.calls, found.evidence.errors) == (12, 1)
    assert found.evidence.start == NOW - 20 * DAY
    assert found.bundle.scored_lately == 10


@pytest.mark.django_db
def test_a_confirmed_critical_answer_begins_the_clean_time_anew_and_not_the_count():
    standing = in_shadow(at=NOW - 6 * DAY)
    scored(standing, NOW - 5 * DAY)
    scored(standing, NOW - DAY)
    an_incident(standing, at=NOW - 2 * DAY, confirmed=NOW - 2 * DAY)
    found = one(standing)
    assert found.evidence.clean_since == NOW - 2 * DAY
    assert (found.evidence.start, found.evidence.scored) == (NOW - 6 * DAY, 20)


@pytest.mark.django_db
def test_the_count_begins_with_the_tier_and_anew_with_a_later_stay():
    standing = active(at=NOW - 10 * DAY)
    assert (standing.shadow_since, fixed_start(standing)) == (NOW - 17 * DAY, NOW - 10 * DAY)
    scored(standing, NOW - 11 * DAY, good=0)
    scored(standing, NOW - 9 * DAY)
    assert one(standing).evidence.scored == 10
    standing.shadow_since = NOW - 5 * DAY
    assert fixed_start(standing) == NOW - 5 * DAY
    assert one(standing).evidence.scored == 0


@pytest.mark.django_db
def test_compliance_since_a_fixed_time_is_read_for_many_at_once(django_assert_num_queries):
    first, second = active(at=NOW - 40 * DAY), active("OTHER_001", provider="other-org", at=NOW - 2 * DAY)
    for standing in (first, second):
        scored(standing, NOW - 30 * DAY, n=20, good=15)
        scored(standing, NOW - DAY)
    reader = scorer_of(law_at(NOW))
    with django_assert_num_queries(1):
        found = compliance_since([first, second], at=NOW, scorer=reader)
    assert found == {first: (25, 30), second: (10, 10)}
    given = compliance_since([first], since=NOW - 20 * DAY, at=NOW, scorer=scorer_of(law_at(NOW)))
    assert given == {first: (10, 10)}
    each = compliance_since([second], since={second: NOW - 31 * DAY}, at=NOW - DAY, scorer=scorer_of(law_at(NOW)))
    assert each == {second: (15, 20)}


# -- as it was known then -----------------------------------------------------------------------------------------


def an_incident(standing, *, at, confirmed=None, voided=None, cleared=None, seen_at=None):
    incident = incidents.open_incident(
        standing.companion,
        kind="veto",
        severity="high",
        summary="Seen.",
        by=ATLAS,
        at=at,
        seen_at=seen_at or at,
        rule="privacy.numbers",
    )
    if confirmed:
        incidents.confirm(incident, by=ATLAS, at=confirmed, reason="Again.")
    if cleared:
        incidents.clear(incident, by=ATLAS, at=cleared, reason="Clear.")
    if voided:
        incidents.void(incident, by=ATLAS, at=voided, reason="Granted.")
    return incident


def critical_at(standing, at):
    ((_, bundle),) = bundles([standing], law=law_at(NOW), at=at)
    return bundle.critical.waiting, bundle.critical.confirmed, bundle.critical.last


@pytest.mark.django_db
def test_an_incident_counts_from_when_it_was_opened_confirmed_and_voided():
    standing = in_shadow(at=NOW - 6 * DAY)
    an_incident(standing, at=NOW - 4 * DAY, confirmed=NOW - 3 * DAY, voided=NOW - DAY)
    opened = NOW - 4 * DAY
    assert critical_at(standing, opened - SECOND) == (0, 0, None)
    assert critical_at(standing, opened) == (1, 0, None)
    assert critical_at(standing, NOW - 3 * DAY - SECOND) == (1, 0, None)
    assert critical_at(standing, NOW - 3 * DAY) == (0, 1, opened)
    assert critical_at(standing, NOW - DAY - SECOND) == (0, 1, opened)
    assert critical_at(standing, NOW - DAY) == (0, 0, None)


@pytest.mark.django_db
def test_one_that_was_cleared_waited_until_then():
    standing = in_shadow(at=NOW - 6 * DAY)
    an_incident(standing, at=NOW - 4 * DAY, cleared=NOW - 2 * DAY)
    assert critical_at(standing, NOW - 2 * DAY - SECOND) == (1, 0, None)
    assert critical_at(standing, NOW - 2 * DAY) == (0, 0, None)


@pytest.mark.django_db
def test_critical_answers_that_joined_later_do_not_reach_back():
    standing = in_shadow(at=NOW - 6 * DAY)
    incident = an_incident(standing, at=NOW - 4 * DAY, confirmed=NOW - 4 * DAY)
    for days in (3, 1):
        seen = NOW - days * DAY
        incidents.join(incident, sample_id=uuid7(), slot_at=seen, at=seen)
        incidents.note_critical(incident, seen_at=seen)
    assert critical_at(standing, NOW) == (0, 1, NOW - DAY)
    assert critical_at(standing, NOW - 2 * DAY) == (0, 1, NOW - 3 * DAY)


@pytest.mark.django_db
def test_a_review_counts_from_when_it_was_given():
    standing = in_shadow(at=NOW - 6 * DAY, review=None)
    keep_word(standing.companion, ReviewWord(verdict="escalate", is_positive=False, numbers={}, given_at=NOW - DAY))
    assert one(standing, at=NOW - DAY - SECOND).evidence.review_verdict is None
    assert one(standing, at=NOW - DAY).evidence.review_verdict == "escalate"


@pytest.mark.django_db
def test_who_stands_up_for_it_raises_its_trust_from_then_on(steward):
    standing = in_shadow(at=NOW - 6 * DAY)
    endorse(standing.companion, by=Actor.person(steward), at=NOW - DAY)
    assert one(standing, at=NOW - DAY - SECOND).components.trust == D("0.5")
    assert one(standing, at=NOW - DAY).components.trust == D(20) / 30
    assert D("0.5") < one(standing, at=NOW).components.trust < D(20) / 30


@pytest.mark.django_db
def test_what_came_to_be_known_since_the_last_whole_bucket_is_seen_all_the_same():
    standing = in_shadow(at=NOW - 6 * DAY)
    an_incident(standing, at=NOW + 5 * SECOND)
    assert one(standing, at=NOW).evidence.unconfirmed_critical == 0
    assert one(standing, at=NOW, known_at=NOW + 5 * SECOND).evidence.unconfirmed_critical == 1
    assess([standing], law=law_at(NOW), at=NOW + 6 * SECOND)
    looked_at = next(it for it in Assessment.objects.get().criteria if it["name"] == "critical answers looked at")
    assert looked_at["verdict"] == "inconclusive"


@pytest.mark.django_db
def test_sums_from_after_that_time_are_not_read():
    standing = in_shadow(at=NOW - 6 * DAY)
    for hour in (-1, 0, 1):
        scored(standing, NOW - DAY + hour * HOUR)
        called(standing, NOW - DAY + hour * HOUR)
    found = one(standing, at=NOW - DAY)
    assert (found.evidence.scored, found.evidence.calls, found.bundle.scored_lately) == (10, 12, 10)


# -- what it costs ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_batch_costs_as_many_statements_as_one():
    standings = [in_shadow(f"MODEL{n}_001", provider=f"org-{n}", at=NOW - DAY) for n in range(12)]
    law = law_at(NOW)
    assess(standings[:1], law=law, at=NOW - HOUR)
    counted = []
    for some, at in ((standings[:1], NOW), (standings, NOW + HOUR)):
        with CaptureQueriesContext(connection) as queries:
            assess(some, law=law, at=at)
        counted.append(len(queries))
    assert counted[1] <= counted[0]
    assert counted[1] <= 12


@pytest.mark.django_db
def test_the_trend_is_against_the_last_assessment_of_a_week_ago():
    first, second = (in_shadow(f"MODEL{n}_001", provider=f"org-{n}", at=NOW - 30 * DAY) for n in range(2))
    for standing in (first, second):
        called(standing, NOW - HOUR, cost=D("0.01"), costed_tokens=1000, closed_asked=3, closed_correct=3)
        scored(standing, NOW - HOUR)
    for standing, days, gi in ((first, 9, "0.9"), (first, 7, "0.5"), (first, 6, "0.99"), (second, 6, "0.5")):
        Assessment.objects.create(companion=standing.companion, computed_at=NOW - days * DAY, gi=D(gi))
    assess([first, second], law=law_at(NOW), at=NOW)
    trends = dict(Assessment.objects.filter(computed_at=NOW).values_list("companion__ref", "trend"))
    assert trends == {"MODEL0_001": "improving", "MODEL1_001": ""}
