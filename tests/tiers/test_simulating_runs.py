"""An amendment is tried in the background, in batches; whoever is killed, stopped or slow leaves nothing wrong behind."""

from datetime import timedelta

import pytest

from charter.amending import actions as amending
from charter.models import Amendment
from kaizen.celery import SCHEDULE, app
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from registry.models import Person
from tests.charter.amending import REASON, a_draft
from tests.factories.companions import in_shadow
from tests.tiers.rising import NOW
from tests.tiers.simulating import DAY, summed, tried
from tiers.actions import simulating
from tiers.actions.simulating import LEASE, go_on, simulations_due, start_simulation, stop_simulation
from tiers.models.simulation import Outcome, SimulationRun
from tiers.queries.simulating import latest_simulation
from tiers.simulating import running
from tiers.tasks import simulate_batch, sweep_simulations

pytestmark = pytest.mark.django_db
LONGER = {"shadow": {"window": "10d"}}
BEGAN = NOW - 20 * DAY


@pytest.fixture
def companions(db):
    """Three that leave shadow mode by the law and are held by the draft, and one that does not leave it at all."""
    for n in range(4):
        standing = in_shadow(f"M{n}_001", at=BEGAN)
        if n != 1:
            summed(standing.companion, until=NOW, days=20)


def clock():
    return NOW + timedelta(minutes=1)


def worked(run, *, seconds=0.0, wanted=lambda: True):
    """One task's worth: with no time, one batch."""
    run = SimulationRun.objects.select_related("amendment__base", "against").get(pk=run.pk)
    return go_on(run, clock=clock, seconds=seconds, wanted=wanted)


def to_the_end(run):
    while SimulationRun.objects.get(pk=run.pk).ended_at is None:
        worked(run)
    return SimulationRun.objects.get(pk=run.pk)


def started(person, changes=LONGER):
    amendment = a_draft(person, changes, at=NOW)
    return start_simulation(amendment, by=Actor.person(person), at=NOW)


def test_in_batches_it_finds_what_it_finds_at_once_and_the_report_stands_with_the_amendment(
    companions, steward, monkeypatch
):
    monkeypatch.setattr(simulating, "COMPANION_STEPS", 1)
    run = started(steward)
    reached = []
    for _ in range(run.total):
        assert worked(run) == 1
        row = SimulationRun.objects.get(pk=run.pk)
        reached.append((row.done, row.lease_until))
    assert reached == [(n + 1, None) for n in range(run.total)]
    ended = to_the_end(run)
    assert (ended.outcome, ended.effects) == (Outcome.FINISHED, [])
    amendment = Amendment.objects.get(pk=run.amendment_id)
    expected = tried(LONGER)
    assert amendment.simulation["effects"] == expected["effects"]
    assert amendment.simulation["counts"] == {"held": 3}
    assert amendment.simulation["draft"]["digest"] == amendment.simulated_digest == amendment.law.digest
    assert amending.propose(amendment, by=Actor.person(steward), at=NOW, reason=REASON).state == "proposed"


def test_a_task_tries_as_many_as_its_time_allows(companions, steward):
    run = started(steward)
    assert worked(run, seconds=60) == run.total
    assert SimulationRun.objects.get(pk=run.pk).outcome == Outcome.FINISHED


def test_it_gives_way_when_something_else_waits(companions, steward, monkeypatch):
    monkeypatch.setattr(simulating, "COMPANION_STEPS", 1)
    run = started(steward)
    assert worked(run, seconds=60, wanted=lambda: False) == 1


def test_whoever_is_killed_is_taken_over_when_the_lease_is_over_and_nothing_counts_twice(
    companions, steward, monkeypatch
):
    monkeypatch.setattr(simulating, "COMPANION_STEPS", 1)
    run = started(steward)
    worked(run)

    def killed(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(simulating, "simulated", killed)
        with pytest.raises(KeyboardInterrupt):
            worked(run)
    held = SimulationRun.objects.get(pk=run.pk)
    assert (held.done, held.lease_until) == (1, clock() + LEASE)
    assert worked(run) == 0
    assert not simulations_due(clock()).exists()
    assert simulations_due(clock() + LEASE).get() == run
    SimulationRun.objects.filter(pk=run.pk).update(lease_until=None)
    to_the_end(run)
    assert Amendment.objects.get(pk=run.amendment_id).simulation["counts"] == {"held": 3}


def test_two_workers_do_not_try_the_same_at_once(companions, steward, monkeypatch):
    run = started(steward)
    real = running.simulated

    def slow(*args, **more):
        assert worked(run) == 0
        return real(*args, **more)

    monkeypatch.setattr(simulating, "simulated", slow)
    assert worked(run, seconds=60) == run.total


def test_who_was_stopped_meanwhile_writes_nothing(companions, steward, monkeypatch):
    run = started(steward)
    real = running.simulated

    def stopped(*args, **more):
        assert stop_simulation(run, by=Actor.person(steward), at=NOW)
        return real(*args, **more)

    monkeypatch.setattr(simulating, "simulated", stopped)
    worked(run)
    row = SimulationRun.objects.get(pk=run.pk)
    assert (row.outcome, row.done, row.effects, row.why) == (Outcome.STOPPED, 0, [], "A steward stopped it.")
    assert Amendment.objects.get(pk=run.amendment_id).simulation is None
    assert not stop_simulation(run, by=Actor.person(steward), at=NOW)


def test_a_draft_that_is_changed_meanwhile_gets_no_report(companions, steward, monkeypatch):
    monkeypatch.setattr(simulating, "COMPANION_STEPS", 1)
    run = started(steward)
    worked(run)
    other = {"shadow": {"window": "11d"}}
    amending.redraft(run.amendment, other, title="x", rationale="y", by=Actor.person(steward), at=NOW)
    assert to_the_end(run).why == "It was changed while it was tried."
    assert start_simulation(run.amendment, by=Actor.person(steward), at=NOW).draft_digest != run.draft_digest


def test_what_was_settled_meanwhile_gets_no_report(companions, steward):
    run = started(steward)
    amending.withdraw(run.amendment, by=Actor.person(steward), at=NOW, reason="No.")
    assert to_the_end(run).outcome == Outcome.STOPPED
    with pytest.raises(Refused, match="settled"):
        start_simulation(Amendment.objects.get(pk=run.amendment_id), by=Actor.person(steward), at=NOW)


def test_a_law_that_nobody_can_be_judged_by_says_so(companions, steward):
    run = started(steward, {"shadow": {"confidence": "2"}})
    row = to_the_end(run)
    assert row.outcome == Outcome.FAILED
    assert row.why.startswith("Companions cannot be judged by its numbers")
    assert latest_simulation(run.amendment) == row


def test_times_beyond_the_calendar_are_told(companions, steward):
    row = to_the_end(started(steward, {"shadow": {"window": "9999999d"}}))
    assert (row.outcome, "OverflowError" in row.why) == (Outcome.FAILED, True)


def test_one_trial_of_an_amendment_at_a_time(companions, steward):
    run = started(steward)
    with pytest.raises(Refused, match="being tried already"):
        start_simulation(run.amendment, by=Actor.person(steward), at=NOW)


def test_stewards_try_and_stop_and_nobody_else(companions, steward):
    run = started(steward)
    person = Person.objects.create_user("a@example.org", "correct horse battery", is_staff=True, roles=["auditor"])
    for by in (Actor.person(person), Actor.system("sweep")):
        with pytest.raises(Forbidden):
            start_simulation(run.amendment, by=by, at=NOW)
        with pytest.raises(Forbidden):
            stop_simulation(run, by=by, at=NOW)


def test_the_sweep_sends_only_when_something_is_due_and_tasks_have_a_place(companions, steward, monkeypatch):
    sent = []
    monkeypatch.setattr("tiers.tasks.simulating.send_soon", sent.append)
    sweep_simulations()
    assert sent == []
    started(steward)
    sweep_simulations()
    assert sent == [simulate_batch.name]
    assert "tiers.tasks.sweep_simulations" in SCHEDULE
    assert app.conf.task_routes[simulate_batch.name] == {"queue": "scores"}
    simulate_batch()
    assert SimulationRun.objects.get().outcome == Outcome.FINISHED
    simulate_batch()
