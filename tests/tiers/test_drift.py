"""A companion that changed goes back to shadow mode: what is read, what is decided, what is sealed and told."""

import logging
from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charter.actions import enact
from charter.queries import law_at, version_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Decision
from ledger.queries import evidence_of, history
from onboarding.actions.facts import give_companion_facts
from onboarding.intake.contents import LaterFacts
from registry.models import Endpoint, OutboxMessage
from shadow.actions.identity import note_declared
from shadow.models import Bucket, IdentityChange, ScoreBucket, Watch
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, active, in_shadow
from tests.tiers.drifting import HOUR, write_hours
from tiers.actions.assessing import judge_exit
from tiers.actions.drifting import look_for_drift, return_declared
from tiers.actions.returning import return_to_shadow
from tiers.actions.standing import graduate
from tiers.actions.suspending import end_suspension, suspend
from tiers.models import DriftLook, Incident, Standing
from tiers.queries.drift import comparable, latest_look
from tiers.rules.drift import Measure
from tiers.rules.returning import replay_declared, replay_measured
from tiers.tasks.drifting import sweep_drift

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REASON = "Because the story needs it."


def steady(ref="YOURMODEL_001", *, since=20 * DAY, **more):
    """Active for so long, with eight days of sums behind it; the last day as ``more`` says."""
    standing = active(ref, at=NOW - since, provider=ref.lower())
    write_hours(standing.companion, until=NOW - DAY, hours=7 * 24, rhythm=0.4)
    write_hours(standing.companion, until=NOW, hours=24, rhythm=0.4, **more)
    return standing


def look(at=NOW):
    return look_for_drift(at=at)


def state(standing):
    row = Standing.objects.get(pk=standing.pk)
    return row.state, row.tier, row.vote_weight


def the_decision(standing):
    return Decision.objects.get(subject_ref=standing.companion.ref, move="return_to_shadow")


def test_a_steady_companion_stays_whatever_its_nights_are_like():
    standing = steady()
    found = look()
    assert (found.tests, found.found, found.returned) == (3, 0, 0)
    assert state(standing) == ("active", "standard", D("0.7"))


@pytest.mark.parametrize(
    ("more", "measure", "words"),
    [
        ({"latency": 3200}, "latency", "Its median latency rose from"),
        ({"score": 86}, "scores", "Its mean score fell from"),
        ({"right": 14}, "correctness", "Right answers fell from 100 of 100 to"),
    ],
)
def test_whoever_changed_goes_back_keeps_its_tier_and_loses_its_vote(more, measure, words):
    standing = steady(**more)
    found = look()
    assert (found.found, found.returned) == (1, 1)
    assert state(standing) == ("shadow", "standard", D(0))
    row = Standing.objects.get(pk=standing.pk)
    assert row.window_opened_at == row.shadow_since == row.state_since == NOW
    (told,) = [it for it in history([("companion", standing.companion.ref)]) if it.move == "return_to_shadow"]
    assert told.reason.startswith(words)
    assert told.facts["changed"] == [measure]
    assert told.actor == ("system", "rule")


def test_it_is_a_precaution_and_nobody_is_blamed():
    standing = steady(latency=3200)
    look()
    assert not Incident.objects.exists()
    message = OutboxMessage.objects.get(kind="companion.return_to_shadow")
    assert message.body == {"state": "shadow", "tier": "standard", "precaution": "free"}
    watch = Watch.objects.get(companion=standing.companion)
    assert (watch.closed_at, watch.is_active, watch.tier) == (None, False, "standard")


def test_the_decision_is_derived_again_from_what_was_sealed():
    standing = steady(latency=3200, score=86)
    look()
    decision = the_decision(standing)
    (named,) = [it for it in decision.evidence if it["name"] == "basis"]
    basis = evidence_of(named["sha256"])
    again = replay_measured(basis, law=law_at(NOW), at=NOW)
    (told,) = [it for it in history([("companion", standing.companion.ref)]) if it.move == "return_to_shadow"]
    assert (again.move, again.to) == (decision.move, decision.to_state)
    assert again.facts == {name: told.facts[name] for name in again.facts}
    assert basis["look"] == {"tests": 3, "found": 2, "slowness_is_ours": False}
    assert (decision.law_digest, len(basis["before"])) == (law_at(NOW).digest, 7)


def test_the_exit_gives_the_vote_back_at_the_tier_that_was_kept():
    standing = steady(latency=3200)
    look()
    row = Standing.objects.get(pk=standing.pk)
    back = graduate(row, tier="research", by=Actor.system("rule"), at=NOW + 7 * DAY, reason="", evidence={})
    assert (back.state, back.tier, back.vote_weight) == ("active", "standard", D("0.7"))


def test_it_does_not_leave_again_before_its_new_window_is_over():
    standing = steady(latency=3200)
    look()
    assert judge_exit(Standing.objects.get(pk=standing.pk), at=NOW + HOUR) is None


def test_nothing_is_compared_with_what_was_before_the_stay_or_the_endpoint():
    standing = steady(since=20 * DAY)
    law = law_at(NOW)
    assert [it.since for it in comparable(law=law, until=NOW).values()] == [NOW - 8 * DAY]
    Standing.objects.filter(pk=standing.pk).update(shadow_since=NOW - 5 * DAY)
    assert [it.since for it in comparable(law=law, until=NOW).values()] == [NOW - 5 * DAY]
    Endpoint.objects.filter(companion=standing.companion).update(created_at=NOW - 4 * DAY - HOUR)
    assert [it.since for it in comparable(law=law, until=NOW).values()] == [NOW - 4 * DAY]
    Endpoint.objects.filter(companion=standing.companion).update(created_at=NOW - 3 * DAY)
    assert comparable(law=law, until=NOW) == {}


def test_scores_of_another_scorer_are_never_compared():
    standing = active(at=NOW - 20 * DAY)
    write_hours(standing.companion, until=NOW - DAY, hours=7 * 24, scorer="e" * 64)
    write_hours(standing.companion, until=NOW, hours=24, score=60)
    found = look()
    assert (found.tests, found.found) == (2, 0)
    assert state(standing)[0] == "active"


def test_latencies_that_change_for_many_at_once_are_ours(caplog):
    slow = [steady(f"SLOW_{number:03d}", latency=3200) for number in range(2)]
    with caplog.at_level(logging.WARNING):
        found = look()
    assert (found.tests, found.withheld, found.returned) == (4, 2, 0)
    assert [state(it)[0] for it in slow] == ["active", "active"]
    assert "taken for our own" in caplog.text


def test_a_worse_model_is_found_while_our_network_is_slow():
    slow = [steady(f"SLOW_{number:03d}", latency=3200, score=86 if number else 92) for number in range(3)]
    found = look()
    assert (found.withheld, found.returned) == (3, 2)
    assert sorted(state(it)[0] for it in slow) == ["active", "shadow", "shadow"]
    (told,) = {
        tuple(it.facts["changed"])
        for it in history([("companion", slow[1].companion.ref)])
        if it.move == "return_to_shadow"
    }
    assert told == (Measure.SCORES,)


def test_our_own_outage_is_nobody_s_change():
    standing = steady()
    Bucket.objects.filter(bucket_at__gte=NOW - 20 * HOUR).update(
        latency_sketch=b"", closed_asked=0, closed_correct=0, ok=0
    )
    ScoreBucket.objects.filter(bucket_at__gte=NOW - 20 * HOUR).delete()
    assert (look().found, state(standing)[0]) == (0, "active")


def test_those_who_are_not_active_are_not_looked_at():
    standing = in_shadow(at=NOW - 20 * DAY)
    write_hours(standing.companion, until=NOW - DAY, hours=7 * 24)
    write_hours(standing.companion, until=NOW, hours=24, latency=9000)
    assert (look().tests, state(standing)[0]) == (0, "shadow")


def test_a_look_at_many_costs_few_queries():
    for number in range(6):
        steady(f"MANY_{number:03d}")
    look(NOW)  # what is read once per process
    with CaptureQueriesContext(connection) as queries:
        look(NOW + HOUR)
    assert len([it for it in queries if "SAVEPOINT" not in it["sql"]]) <= 9
    assert latest_look().looked_at == NOW + HOUR


# Declared.


def changed(standing, *, at, kind="model", before="m-1", after="m-2"):
    IdentityChange.objects.create(companion=standing.companion, kind=kind, before=before, after=after, seen_at=at)


def test_another_name_is_enough():
    standing = active(at=NOW - DAY)
    changed(standing, at=NOW - HOUR)
    assert [it.pk for it in return_declared(at=NOW)] == [standing.pk]
    assert state(standing) == ("shadow", "standard", D(0))
    (told,) = [it for it in history([("companion", standing.companion.ref)]) if it.move == "return_to_shadow"]
    assert told.reason == "Its answers name another model than before: m-2, and until then m-1."
    assert told.facts["changed"] == ["model"]
    basis = evidence_of(told.evidence[0]["sha256"])
    assert replay_declared(basis, law=law_at(NOW), at=NOW).move == "return_to_shadow"
    assert return_declared(at=NOW + HOUR) == []


@pytest.mark.parametrize(("late", "returned"), [(timedelta(0), 0), (timedelta(seconds=1), 1)])
def test_a_change_of_before_it_was_active_was_in_view(late, returned):
    standing = active(at=NOW - DAY)
    changed(standing, at=NOW - DAY + late)
    assert len(return_declared(at=NOW)) == returned


def test_a_change_during_a_suspension_is_not_lost(steward):
    standing = active(at=NOW - 5 * DAY)
    suspend(standing, hours=24, by=Actor.person(steward), at=NOW - 3 * DAY, reason=REASON)
    note_declared(standing.companion, before="1.0", after="2.0", at=NOW - 3 * DAY + HOUR)
    end_suspension(
        Standing.objects.get(pk=standing.pk), by=Actor.person(steward), at=NOW - 2 * DAY - HOUR, reason=REASON
    )
    assert [it.pk for it in return_declared(at=NOW)] == [standing.pk]


@pytest.mark.parametrize(("versions", "returned"), [(["1.0"], 0), (["1.0", "1.0"], 0), (["1.0", "1.1"], 1)])
def test_a_provider_that_gives_another_version_starts_anew(versions, returned):
    standing = active(at=NOW - DAY)
    for number, version in enumerate(versions):
        facts = LaterFacts(model_version=version)
        at = NOW - timedelta(minutes=10 - number)
        give_companion_facts(standing.companion, facts, by=PROVIDER, at=at)
    assert len(return_declared(at=NOW)) == returned


def test_another_endpoint_is_another_model():
    standing = active(at=NOW - DAY)
    Endpoint.objects.filter(companion=standing.companion).update(created_at=NOW - HOUR, version=2)
    return_declared(at=NOW)
    (told,) = [it for it in history([("companion", standing.companion.ref)]) if it.move == "return_to_shadow"]
    assert told.reason == "It is reached at another endpoint than before: version 2, and until then the one before."


def test_many_who_changed_nothing_cost_two_queries():
    for number in range(4):
        active(f"MANY_{number:03d}", at=NOW - DAY, provider=f"p{number}")
    with CaptureQueriesContext(connection) as queries:
        assert return_declared(at=NOW) == []
    assert len(queries) == 2


def test_a_steward_may_return_one_and_a_stranger_may_not(steward):
    standing = active(at=NOW - DAY)
    with pytest.raises(Forbidden):
        return_to_shadow(standing, by=Actor.provider("your-org"), at=NOW, reason=REASON)
    assert return_to_shadow(standing, by=Actor.person(steward), at=NOW, reason=REASON).state == "shadow"
    with pytest.raises(Refused):
        return_to_shadow(standing, by=Actor.person(steward), at=NOW, reason=REASON)


def test_the_law_in_force_is_the_law_of_the_new_window():
    standing = active(at=NOW - DAY)
    document = {**version_at(NOW).document, "version": "9.9.9"}
    newer = enact(document, by=Actor.system("bootstrap"), at=NOW - HOUR, reason=REASON)
    returned = return_to_shadow(standing, by=Actor.system("rule"), at=NOW, reason=REASON)
    assert returned.law == Watch.objects.get(companion=standing.companion).law == newer


def test_the_sweep_looks_once_an_hour_and_at_declarations_always():
    standing = steady()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        sweep_drift()
        sweep_drift()
        assert DriftLook.objects.count() == 1
        changed(standing, at=NOW)
        sweep_drift()
    assert (DriftLook.objects.count(), state(standing)[0]) == (1, "shadow")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        sweep_drift()
    assert DriftLook.objects.count() == 2
