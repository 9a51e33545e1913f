"""Batteries from their start to their sealed end, asked of models on loopback."""

import logging
import uuid
from datetime import timedelta

import pytest

from charter.models import LawVersion
from charter.queries import law_at, version_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Decision, Evidence
from ledger.queries import evidence_of, history
from registry.models import Endpoint, OutboxMessage, Person
from shadow import battery_rules as rules
from shadow.actions.batteries import ask_due, conclude_over, next_turn_at, start, startable
from shadow.actions.batteries.claiming import LEASE, claim, give_up
from shadow.actions.batteries.finishing import finish
from shadow.actions.watching import close_watch
from shadow.models import Answer, BatteryItem, BatteryRun, Sample, ScoreBucket
from shadow.prompts import CLAUSES, Kind, by_id, grade, kind_of
from shadow.queries.batteries import latest_batteries, outcomes_of_run, progress_of, runs_of, valid_battery
from tests.conftest import NOW
from tests.shadow.making import failed, said, watched
from tests.shadow.scripted import Scripted, enact_law, keep
from tests.shadow.taking import (
    ATLAS,
    EDGE_CASES,
    REASONING,
    Clock,
    RunningClock,
    Taking,
    enact_batteries,
    expected_of,
    good_reply,
    taken,
    violating,
)

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def at_work(db, settings):
    """A companion whose model answers by this reply."""
    models = []

    def make(reply, **facts):
        models.append(Taking(reply))
        settings.KAIZEN_EGRESS_DEV_ALLOW = [f"127.0.0.1:{model.port}" for model in models]
        companion = watched(at=NOW, url=models[-1].url, **{"requests_per_minute": 600, **facts})
        companion.model_server = models[-1]
        return companion

    yield make
    for model in models:
        model.__exit__()


def provider_of(companion):
    return Actor.provider(companion.provider.slug)


def begun(companion, battery=REASONING, *, at=NOW, **how):
    return start(companion, battery, at=at, **{"by": provider_of(companion), **how})


def ended(companion, result, *, at, lives=180 * DAY, battery=REASONING):
    return BatteryRun.objects.create(
        companion=companion,
        law=version_at(NOW),
        battery=battery,
        asked_by_ref="story",
        started_at=at - HOUR,
        due_at=at + DAY,
        ended_at=at,
        result=result,
        prompts=40,
        measured=40,
        good=40,
        valid_until=at + lives if result == "passed" else None,
    )


def test_a_good_model_passes_both_batteries_as_the_shipped_law_asks_them(at_work, clock, law):
    companion = at_work(good_reply)
    for battery in (REASONING, EDGE_CASES):
        run = taken(begun(companion, battery), clock=clock, step=2 * SECOND)
        clock.at = NOW
        asked = law.batteries[battery]
        assert (run.result, run.prompts, run.measured) == ("passed", asked.prompts, asked.prompts)
        assert run.good >= asked.passes_at * asked.prompts
        assert run.valid_until == run.ended_at + asked.lives
        assert run.ended_at == NOW + (asked.prompts - 1) * 2 * SECOND
    assert len(companion.model_server.asked) == 100


def test_one_that_answers_wrongly_fails_the_reasoning(at_work, clock):
    enact_batteries(at=NOW, prompts=10)
    run = taken(begun(at_work(lambda *_: "Forty-two, give or take.")), clock=clock)
    assert (run.result, run.measured, run.good, run.valid_until) == ("failed", 10, 0, None)
    assert set(run.items.values_list("reason", flat=True)) == {"wrong"}


def test_one_that_violates_the_charter_fails_the_edge_cases(at_work, clock):
    enact_batteries(at=NOW, prompts=21)
    run = taken(begun(at_work(violating()), EDGE_CASES), clock=clock)
    assert (run.result, run.measured) == ("failed", 21)
    assert set(run.items.filter(is_good=False).values_list("reason", flat=True)) == {"below"}


def test_one_that_refuses_what_is_harmless_fails_though_it_violates_nothing(at_work, clock):
    enact_batteries(at=NOW, prompts=21)
    run = taken(begun(at_work(lambda *_: "I'm sorry, but I can't help with that."), EDGE_CASES), clock=clock)
    kinds = {(kind_of(item.prompt_id), item.is_good, item.reason) for item in run.items.all()}
    assert kinds == {(Kind.CONSTITUTIONAL, True, "refused"), (Kind.OVER_REFUSAL, False, "refused")}
    assert (run.result, run.measured, run.good) == ("failed", 21, 14)


def test_one_that_fails_half_of_the_calls_fails_by_its_own_fault(at_work, clock):
    enact_batteries(at=NOW, prompts=10)

    def reply(prompt, number):
        return (0, 500, {"error": "out of order"}) if number % 2 else good_reply(prompt, number)

    run = taken(begun(at_work(reply)), clock=clock)
    assert (run.result, run.measured, run.good) == ("failed", 10, 5)
    assert outcomes_of_run(run) == {"http_error": 5, "ok": 5}


def test_one_that_hangs_on_half_of_the_calls_fails_by_its_own_fault(at_work, clock):
    enact_batteries(at=NOW, prompts=6)

    def reply(prompt, number):
        return (None, 200, {}) if number % 2 else good_reply(prompt, number)

    run = taken(begun(at_work(reply)), clock=clock, deadline=0.7)
    assert (run.result, run.measured, run.good) == ("failed", 6, 3)
    assert outcomes_of_run(run) == {"ok": 3, "timeout": 3}


def test_what_our_own_egress_could_not_send_is_asked_twice_and_held_against_nobody(at_work, clock):
    enact_batteries(at=NOW, prompts=4)
    companion = at_work(good_reply)
    # Credentials of another origin are never sent: the call fails on our side, before the model hears of it.
    endpoint = Endpoint.objects.get(companion=companion)
    endpoint.origin, endpoint.auth_kind = "https://elsewhere.example.com", "api_key"
    endpoint.keep_auth({"key": "a-key-of-elsewhere"})
    endpoint.save()
    run = taken(begun(companion), clock=clock)
    assert (run.result, run.measured, run.good) == ("inconclusive", 0, 0)
    assert outcomes_of_run(run) == {"our_fault": 4}
    assert set(run.items.values_list("attempt", "reason")) == {(2, "credentials_elsewhere")}
    assert companion.model_server.asked == []


def test_a_server_that_asks_for_patience_gets_it_once_and_then_is_not_measured(at_work, clock):
    enact_batteries(at=NOW, prompts=3)
    run = taken(begun(at_work(lambda *_: (0, 429, {"error": "slowly"}))), clock=clock)
    assert (run.result, outcomes_of_run(run)) == ("inconclusive", {"throttled": 3})
    assert set(run.items.values_list("attempt", flat=True)) == {2}


def test_without_an_endpoint_nothing_is_measured(at_work, clock):
    enact_batteries(at=NOW, prompts=2)
    companion = at_work(good_reply)
    run = begun(companion)
    Endpoint.objects.filter(companion=companion).update(replaced_at=NOW)
    run = taken(run, clock=clock)
    assert (run.result, set(run.items.values_list("reason", flat=True))) == ("inconclusive", {"no_endpoint"})


def test_a_companion_that_nobody_asks_any_more_is_left_alone_until_the_time_is_over(at_work, clock):
    enact_batteries(at=NOW, prompts=3)
    companion = at_work(good_reply)
    run = begun(companion)
    ask_due(clock=clock, seconds=0.01)
    close_watch(companion, at=NOW + SECOND)
    clock.on(HOUR)
    assert ask_due(clock=clock, seconds=0.01) == 0
    assert next_turn_at(clock.at) is None
    assert conclude_over(at=run.due_at - SECOND) == 0
    assert conclude_over(at=run.due_at) == 1
    run.refresh_from_db()
    assert (run.result, run.measured, run.ended_at) == ("inconclusive", 1, run.due_at)
    assert sorted(run.items.values_list("reason", flat=True)) == ["", "not_asked", "not_asked"]
    assert not run.items.filter(is_done=False).exists()


def test_the_end_is_sealed_with_every_item_and_derived_anew_from_that(at_work, clock):
    enact_batteries(at=NOW, prompts=8)
    for battery, reply in ((REASONING, good_reply), (EDGE_CASES, violating())):
        clock.at = NOW
        run = taken(begun(at_work(reply), battery), clock=clock)
        sealed = run.sealed_as
        assert (sealed.type, sealed.actor_kind, sealed.actor_ref) == (f"battery.{run.result}", "system", "atlas")
        assert (sealed.subject_ref, sealed.at, sealed.law_digest) == (run.public_id, run.ended_at, run.law.digest)
        basis = sealed_fact(sealed, "basis")
        assert len(basis["items"]) == 8
        assert [row["good"] for row in basis["items"]] == list(
            run.items.order_by("nth").values_list("is_good", flat=True)
        )
        derived = rules.replay(basis, law=law_of(sealed), at=sealed.at)
        assert (derived.move, derived.to) == (sealed.move, sealed.to_state)
        assert derived.facts == {"prompts": 8, "measured": run.measured, "good": run.good}


def test_the_beginning_is_sealed_with_who_began_it_and_derived_anew(at_work, steward):
    companion = at_work(good_reply)
    run = begun(companion, by=Actor.person(steward), reason="The nomination asks for it.")
    (sealed,) = Decision.objects.filter(type="battery.started")
    assert (sealed.actor_ref, sealed.subject_ref) == (f"urn:uuid:{steward.pk}", run.public_id)
    derived = rules.replay_begin(sealed_fact(sealed, "basis"), law=law_of(sealed), at=sealed.at)
    assert (derived.move, derived.to, derived.facts) == (sealed.move, sealed.to_state, {"prompts": 40})
    assert len(history([("battery", run.public_id)])) == 1


def test_its_provider_is_told_how_it_ended(at_work, clock):
    enact_batteries(at=NOW, prompts=2)
    companion = at_work(good_reply)
    run = taken(begun(companion), clock=clock)
    (told,) = OutboxMessage.objects.filter(subject_kind="battery")
    assert (told.kind, told.provider, told.subject_ref) == ("battery.passed", companion.provider, run.public_id)
    assert (told.body["companionId"], told.body["result"], told.body["good"]) == (companion.ref, "passed", 2)


def test_no_text_of_an_answer_is_kept_and_nothing_of_it_enters_gi(at_work, clock, caplog):
    enact_batteries(at=NOW, prompts=8)
    companion = at_work(lambda *_: "A peculiar marmalade sentence.")
    with caplog.at_level(logging.DEBUG):
        for battery in (REASONING, EDGE_CASES):
            clock.at = NOW
            taken(begun(companion, battery), clock=clock)
    kept = [str(row) for model in (BatteryItem, BatteryRun, Decision) for row in model.objects.values()]
    kept += [str(Evidence.objects.values_list()), caplog.text, str(OutboxMessage.objects.values_list())]
    assert "marmalade" not in "".join(kept)
    assert not Answer.objects.exists()
    assert not Sample.objects.exists()
    assert not ScoreBucket.objects.exists()


def test_a_provisional_score_counts_at_its_value_and_an_unscored_answer_is_not_measured(
    at_work, clock, monkeypatch, caplog
):
    scorer = Scripted("fixed", "1", says={"good": 70, "bad": 69, "none": None}, uncertain={"good", "bad"})
    keep(monkeypatch, scorer)
    enact_law(scorer, at=NOW)
    enact_batteries(at=NOW, prompts=3)
    words = ["good", "bad", "none"]
    run = taken(begun(at_work(lambda _prompt, number: words[number - 1]), EDGE_CASES), clock=clock)
    found = list(run.items.order_by("nth").values_list("score", "is_good", "reason"))
    assert found == [(70, True, ""), (69, False, "below"), (None, None, "unscored")]
    assert sealed_fact(run.sealed_as, "basis")["scorer"] == scorer.digest
    assert "is unscored" in caplog.text


def test_prompts_are_new_for_every_run_and_edge_cases_are_covert_ones_of_both_kinds(at_work):
    companions = [at_work(good_reply) for _ in range(2)]
    runs = [[begun(companion, battery) for companion in companions] for battery in (REASONING, EDGE_CASES)]
    for one, other in runs:
        assert set(one.items.values_list("prompt_id", flat=True)) != set(
            other.items.values_list("prompt_id", flat=True)
        )
    assert {kind_of(item.prompt_id) for item in runs[0][0].items.all()} == {Kind.CLOSED_FORM}
    for run in runs[1]:
        asked = [by_id(item.prompt_id) for item in run.items.all()]
        assert all(prompt.covert for prompt in asked)
        assert (len(asked), len(set(asked))) == (60, 60)
        assert [prompt.kind for prompt in asked].count(Kind.OVER_REFUSAL) in range(18, 23)
        assert {prompt.clause for prompt in asked} == set(CLAUSES)


def test_the_pace_keeps_to_a_quarter_of_the_declared_calls_also_when_we_come_late(at_work, clock):
    companion = at_work(good_reply, requests_per_minute=60)
    run = begun(companion)
    clock.on(HOUR)
    for _ in range(10):
        assert ask_due(clock=clock, seconds=0.01) == 1
        assert ask_due(clock=clock, seconds=0.01) == 0
        assert next_turn_at(clock.at) == clock.at + 4 * SECOND
        clock.on(4 * SECOND - timedelta(milliseconds=1))
        assert ask_due(clock=clock, seconds=0.01) == 0
        clock.on(timedelta(milliseconds=1))
    assert progress_of(run).asked == 10


def test_a_batch_goes_on_while_the_next_turn_comes_soon(at_work):
    enact_batteries(at=NOW, prompts=3)
    run = begun(at_work(good_reply))
    real = RunningClock(NOW)
    assert ask_due(clock=real, seconds=20) == 3
    assert conclude_over(at=real()) == 1
    assert BatteryRun.objects.get(pk=run.pk).result == "passed"


def test_no_more_than_half_of_the_provider_s_exchanges_are_taken_at_once(at_work):
    for places, at_once in ((1, 1), (2, 1), (5, 2)):
        companion = at_work(good_reply, places=places)
        begun(companion)
        held = [claim(8, at=NOW + turn * 2 * SECOND, token=uuid.uuid4()) for turn in range(5)]
        assert sum(map(len, held)) == at_once
        BatteryRun.objects.update(due_at=NOW)


def test_a_prompt_is_claimed_by_one_of_two_workers(at_work):
    begun(at_work(good_reply, places=8))
    first, second = (claim(8, at=NOW, token=uuid.uuid4()) for _ in range(2))
    assert (len(first), len(second)) == (1, 0)


def test_what_a_lost_worker_held_is_asked_once_more_and_then_not_measured(at_work):
    enact_batteries(at=NOW, prompts=1)
    run = begun(at_work(good_reply))
    for turn in range(2):
        assert len(claim(8, at=NOW + turn * LEASE, token=uuid.uuid4())) == 1
        assert claim(8, at=NOW + (turn + 1) * LEASE - SECOND, token=uuid.uuid4()) == []
        assert give_up(at=NOW + (turn + 1) * LEASE - SECOND) == 0
    assert claim(8, at=NOW + 2 * LEASE, token=uuid.uuid4()) == []
    assert conclude_over(at=NOW + 2 * LEASE) == 1
    run.refresh_from_db()
    assert (run.result, run.items.get().reason, run.items.get().attempt) == ("inconclusive", "attempts_exhausted", 2)


def test_a_late_answer_counts_while_nobody_else_has_the_prompt_and_never_twice(at_work):
    enact_batteries(at=NOW, prompts=1)
    run = begun(at_work(good_reply))
    (early,) = claim(8, at=NOW, token=uuid.uuid4())
    (late,) = claim(8, at=NOW + LEASE, token=uuid.uuid4())
    right = said(expected_of(run.items.get()))
    assert finish(early, right, at=NOW + LEASE) is False
    assert finish(late, right, at=NOW + 3 * LEASE) is True
    assert finish(late, right, at=NOW + 3 * LEASE) is False
    assert conclude_over(at=NOW + 3 * LEASE) == 1
    run.refresh_from_db()
    assert (run.result, run.measured, run.good) == ("passed", 1, 1)


def test_an_answer_after_the_end_changes_nothing(at_work):
    enact_batteries(at=NOW, prompts=2)
    run = begun(at_work(good_reply))
    (held,) = claim(8, at=NOW, token=uuid.uuid4())
    conclude_over(at=run.due_at)
    assert finish(held, failed(), at=run.due_at + SECOND) is False
    run.refresh_from_db()
    assert (run.result, run.measured, set(run.items.values_list("is_good", flat=True))) == ("inconclusive", 0, {None})


def test_a_run_ends_once_whoever_comes(at_work, clock):
    enact_batteries(at=NOW, prompts=1)
    run = taken(begun(at_work(good_reply)), clock=clock)
    assert conclude_over(at=clock.on(DAY)) == 0
    assert Decision.objects.filter(subject_ref=run.public_id, move="conclude").count() == 1


def test_its_provider_a_steward_and_the_rule_may_start_and_nobody_else(at_work, steward):
    of_its_own = Person.objects.create_user("its@example.org", "correct horse battery", name="Its", roles=["steward"])
    citizen = Person.objects.create_user("cy@example.org", "correct horse battery", name="Cy")
    for by in (Actor.person(steward), ATLAS):
        begun(at_work(good_reply), by=by)
    companion = at_work(good_reply)
    of_its_own.organisation = companion.provider
    for by in (Actor.person(citizen), Actor.provider("somebody-else")):
        with pytest.raises(Forbidden):
            begun(companion, by=by)
    begun(companion, by=Actor.person(of_its_own))


def test_one_run_at_a_time_and_the_next_exactly_when_the_law_says(at_work, clock):
    enact_batteries(at=NOW, prompts=1)
    companion = at_work(good_reply)
    run = begun(companion)
    with pytest.raises(Refused, match="under way"):
        begun(companion, at=NOW + SECOND)
    taken(run, clock=clock)
    with pytest.raises(Refused, match="may be taken again from 2026-11-21T09:00:00"):
        begun(companion, at=NOW + DAY - SECOND)
    assert startable(companion, at=NOW + DAY - SECOND) == [EDGE_CASES]
    begun(companion, EDGE_CASES, at=NOW + DAY - SECOND)
    begun(companion, at=NOW + DAY)


def test_two_starts_in_the_same_moment_are_one_run(at_work, monkeypatch):
    companion = at_work(good_reply)
    begun(companion)
    monkeypatch.setattr("shadow.actions.batteries.starting.why_not_now", lambda *_args, **_how: "")
    with pytest.raises(Refused, match="under way"):
        begun(companion, at=NOW + SECOND)
    assert BatteryItem.objects.count() == BatteryRun.objects.get().prompts


@pytest.mark.parametrize("how", ["unwatched", "closed", "no endpoint", "unknown", "too many prompts"])
def test_what_cannot_be_asked_does_not_begin(at_work, how):
    companion = at_work(good_reply)
    battery, says = EDGE_CASES, "shadow mode"
    if how == "unwatched":
        companion.watch.delete()
    elif how == "closed":
        close_watch(companion, at=NOW)
    elif how == "no endpoint":
        Endpoint.objects.filter(companion=companion).update(replaced_at=NOW)
    elif how == "unknown":
        battery, says = "swimming", "no battery swimming"
    else:
        enact_batteries(at=NOW, prompts=85)
        says = "holds 84 prompts"
    with pytest.raises(Refused, match=says):
        begun(companion, battery)
    assert not BatteryRun.objects.exists()


def test_a_run_keeps_the_law_that_it_began_under(at_work, clock):
    enact_batteries(at=NOW, prompts=4, passes_at="0.5", version="6.0.0")
    companion = at_work(lambda prompt, number: good_reply(prompt, number) if number % 2 else "wrong")
    run = begun(companion)
    enact_batteries(at=NOW + 2 * SECOND, prompts=4, passes_at="0.9", version="6.1.0")
    run = taken(run, clock=clock)
    assert law_at(run.ended_at).batteries[REASONING].passes_at > law_of(run.sealed_as).batteries[REASONING].passes_at
    assert (run.result, run.good, run.sealed_as.law_version) == ("passed", 2, "6.0.0")


def test_a_passed_run_counts_until_it_is_over_or_a_later_one_failed(companion):
    passed = ended(companion, "passed", at=NOW, lives=10 * DAY)

    def found(at):
        return valid_battery([companion.pk, uuid.uuid4()], REASONING, at)

    assert found(NOW - SECOND) == {}
    assert found(NOW) == {companion.pk: passed}
    assert found(NOW + 10 * DAY - SECOND) == {companion.pk: passed}
    assert found(NOW + 10 * DAY) == {}
    ended(companion, "inconclusive", at=NOW + DAY)
    assert found(NOW + 2 * DAY) == {companion.pk: passed}
    ended(companion, "failed", at=NOW + 3 * DAY, battery=EDGE_CASES)
    ended(companion, "failed", at=NOW + 4 * DAY)
    assert found(NOW + 4 * DAY - SECOND) == {companion.pk: passed}
    assert found(NOW + 4 * DAY) == {}
    again = ended(companion, "passed", at=NOW + 5 * DAY)
    assert found(NOW + 6 * DAY) == {companion.pk: again}


def test_whether_batteries_are_valid_is_one_query_for_all(companion, django_assert_num_queries):
    others = [watched(at=NOW) for _ in range(5)]
    for one in others:
        ended(one, "passed", at=NOW)
    with django_assert_num_queries(1):
        assert len(valid_battery([companion.pk, *(it.pk for it in others)], REASONING, NOW)) == 5


def test_the_latest_run_of_each_battery_stands_for_it(companion, django_assert_num_queries):
    ended(companion, "passed", at=NOW)
    newest = ended(companion, "failed", at=NOW + DAY)
    edge = ended(companion, "passed", at=NOW - DAY, battery=EDGE_CASES)
    with django_assert_num_queries(1):
        assert latest_batteries(companion) == [edge, newest]
    assert list(runs_of(companion)) == [newest, BatteryRun.objects.get(started_at=NOW - HOUR), edge]


def test_a_claim_costs_no_more_for_many_runs(at_work, django_assert_max_num_queries):
    companions = [at_work(good_reply) for _ in range(6)]
    for companion in companions:
        begun(companion)
    with django_assert_max_num_queries(8):
        assert len(claim(8, at=NOW, token=uuid.uuid4())) == 6


def test_the_answer_that_is_graded_is_the_one_to_the_prompt(at_work, clock):
    enact_batteries(at=NOW, prompts=5)
    heard = []

    def reply(prompt, number):
        heard.append(prompt)
        return good_reply(prompt, number)

    run = taken(begun(at_work(reply)), clock=clock)
    for item, prompt in zip(run.items.order_by("nth"), heard, strict=True):
        assert grade(good_reply(prompt, 0), expected_of(item))


def sealed_fact(decision, name):
    (named,) = [one for one in decision.evidence if one["name"] == name]
    return evidence_of(named["sha256"])


def law_of(decision):
    return LawVersion.objects.get(digest=decision.law_digest).law
