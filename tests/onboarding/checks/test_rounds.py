"""Rounds as the worker makes them: rows, leases, findings, and where the application goes."""

from datetime import timedelta

import pytest
import time_machine
from cryptography.exceptions import InvalidTag

from onboarding import actions, queries
from onboarding.checks import REQUIRED, rounds
from onboarding.models import CheckRun
from onboarding.models.application import State
from onboarding.tasks import check_application, sweep_applications
from onboarding.tasks import sweeping as sweep_module
from registry.egress import policy_in_force
from tests.deploy.test_reference_provider import KEY
from tests.factories import onboarding as factory
from tests.factories.onboarding import NOW

pytestmark = pytest.mark.django_db


class Clock:
    """Time as a test sets it."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


def applied(monkeypatch, origin, **fields):
    """An application for a development endpoint, in checking."""
    monkeypatch.setattr(factory, "Policy", policy_in_force)
    fields = {"endpoint": f"{origin}/v1/deliberate", "auth": {"type": "api_key", "key": KEY}} | fields
    return factory.an_application(State.CHECKING, modelCard=f"{origin}/model-card", **fields)


def run_of(application):
    return queries.latest_run(application)


def found(application):
    return {it.check_name: it for it in run_of(application).findings.all()}


def test_a_good_provider_that_serves_its_token_comes_to_the_sentinel(reference, monkeypatch, tmp_path):
    tokens = tmp_path / "tokens"
    origin = reference("--challenge-file", str(tokens))
    application = applied(monkeypatch, origin, commitments={"uptime": 99.9})
    tokens.write_text(application.challenge)
    done = rounds.work_on(run_of(application).pk, clock=Clock(NOW + timedelta(seconds=2)))
    assert done.state == State.SENTINEL_REVIEW
    assert {it.outcome for it in found(application).values()} == {"pass"}
    assert set(found(application)) == {*REQUIRED, "model_card", "health", "validation", "uptime"}


def test_a_failed_required_check_gives_the_application_back(reference, monkeypatch):
    application = applied(monkeypatch, reference(), auth={"type": "api_key", "key": "wrong"})
    done = rounds.work_on(run_of(application).pk, clock=Clock(NOW + timedelta(seconds=2)))
    assert done.state == State.RETURNED
    assert found(application)["auth"].reason == "unauthorized"


def test_an_unserved_token_is_waited_for_and_nothing_else_is_asked_again(reference, monkeypatch, tmp_path):
    tokens = tmp_path / "tokens"
    application = applied(monkeypatch, reference("--challenge-file", str(tokens)))
    clock = Clock(NOW + timedelta(seconds=2))
    assert rounds.work_on(run_of(application).pk, clock=clock).state == State.CHECKING
    assert (found(application)["control"].outcome, found(application)["auth"].outcome) == ("inconclusive", "pass")
    timed = found(application)["latency"].measured
    tokens.write_text(application.challenge)
    assert rounds.work_on(run_of(application).pk, clock=clock) is None
    clock.now += actions.checking.TRY_AGAIN_AFTER
    assert rounds.work_on(run_of(application).pk, clock=clock).state == State.SENTINEL_REVIEW
    assert found(application)["latency"].measured == timed
    assert run_of(application).attempt == 2


def test_a_token_never_served_ends_at_the_deadline_as_a_waiver_asked(reference, monkeypatch):
    application = applied(monkeypatch, reference())
    clock = Clock(application.due_at)
    assert rounds.work_on(run_of(application).pk, clock=clock).state == State.SENTINEL_REVIEW
    assert queries.checks_to_waive(application) == ["control"]


def test_a_round_is_worked_on_once_and_taken_up_again_after_its_lease(reference, monkeypatch):
    application = applied(monkeypatch, reference())
    run, clock = run_of(application), Clock(NOW + timedelta(seconds=2))
    # A worker claimed it and was killed.
    assert actions.claim_check_run(run.pk, lease=rounds.LEASE, at=clock())
    assert rounds.work_on(run.pk, clock=clock) is None
    clock.now += rounds.LEASE
    assert rounds.work_on(run.pk, clock=clock) is not None
    assert found(application)


def test_the_lease_is_renewed_while_the_round_runs(reference, monkeypatch):
    application = applied(monkeypatch, reference())
    leases = set()

    def passing():
        clock.now += timedelta(seconds=1)
        leases.add(CheckRun.objects.get(application=application).lease_until)
        return clock.now

    clock = Clock(NOW + timedelta(seconds=2))
    rounds.work_on(run_of(application).pk, clock=passing)
    assert len(leases) > 10


@pytest.mark.parametrize("error", [InvalidTag, RuntimeError])
def test_a_fault_of_ours_fails_nobody(reference, monkeypatch, error):
    application = applied(monkeypatch, reference())

    def breaks(_endpoint):
        raise error

    monkeypatch.setattr(rounds, "reach_of", breaks)
    assert rounds.work_on(run_of(application).pk, clock=Clock(NOW + timedelta(seconds=2))).state == State.CHECKING
    assert {(it.outcome, it.reason) for it in found(application).values()} == {("inconclusive", "our_fault")}


def test_another_s_endpoint_and_model_are_found(reference, monkeypatch):
    origin = reference()
    first = applied(monkeypatch, origin, modelName="First")
    first.endpoint.companion = factory_companion()
    first.endpoint.save()
    second = applied(monkeypatch, origin, modelName="Second")
    done = rounds.work_on(run_of(second).pk, clock=Clock(NOW + timedelta(seconds=2)))
    assert (done.state, found(second)["duplicate"].reason) == (State.RETURNED, "taken")


def factory_companion():
    from tests.factories.companions import a_companion

    companion = a_companion("OTHER_001")
    companion.endpoints.all().delete()
    return companion


def test_the_sweep_sends_one_message_to_a_round_and_the_task_does_it(reference, monkeypatch):
    application = applied(monkeypatch, reference())
    sent = []
    monkeypatch.setattr(sweep_module, "send_soon", lambda task, **ids: sent.append((task, ids)) or True)
    with time_machine.travel(NOW + timedelta(seconds=2), tick=False):
        sweep_applications()
    assert sent == [("onboarding.tasks.check_application", {"run_id": str(run_of(application).pk)})]
    with time_machine.travel(NOW + timedelta(seconds=2), tick=True):
        check_application(**sent[0][1])
    assert found(application)["deliberation"].outcome == "pass"


def test_a_broker_that_is_away_is_asked_once(reference, monkeypatch):
    for name in ("One", "Two", "Three"):
        factory.an_application(State.CHECKING, modelName=name)
    asked = []
    monkeypatch.setattr(sweep_module, "send_soon", lambda task, **ids: bool(asked.append(task)))
    with time_machine.travel(NOW + timedelta(seconds=2), tick=False):
        sweep_applications()
    assert asked == ["onboarding.tasks.check_application"]
