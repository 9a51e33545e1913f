import threading
import time
import uuid
from contextlib import ExitStack
from datetime import timedelta
from queue import SimpleQueue

import pytest

from registry.egress import Outcome
from registry.protocols import Reach
from shadow import loop as loop_module
from shadow.actions.probing import finish
from shadow.actions.results import Claimed
from shadow.asking import Asking, prepared, slot_key
from shadow.loop import Loop
from shadow.models import Answer, Sample, Slot
from shadow.probes import Probe
from shadow.prompts import by_id
from tests.conftest import NOW
from tests.shadow.making import a_slot, claimed, failed, probed, said, watched
from tests.shadow.serving import Model, failing, hanging, well_behaved

# Nothing here takes so long but on a machine that does something else; no test waits for it to pass.
PATIENCE = 20


@pytest.fixture
def allow(settings):
    def these(*models, places=16):
        settings.KAIZEN_EGRESS_DEV_ALLOW = [f"127.0.0.1:{model.port}" for model in models]
        settings.KAIZEN_EGRESS_PLACES = places

    return these


@pytest.fixture
def loops():
    made = []

    def make():
        made.append(Loop())
        return made[-1]

    yield make
    for one in made:
        one.close()


def asking(model, *, probe=Probe.HEALTH, lease=60, places=2):
    slot = Claimed(uuid.uuid4(), uuid.uuid4(), probe, NOW, NOW, NOW + timedelta(seconds=lease), uuid.uuid4())
    return Asking(slot, Reach(model.url, model.url, "masl", places=places), "standard")


def test_a_claimed_slot_is_asked_stored_and_summed(db, allow, loops):
    with Model() as model:
        allow(model)
        companion = watched(at=NOW, url=model.url)
        for probe in (Probe.HEALTH, Probe.DELIBERATION):
            a_slot(companion, at=NOW, probe=probe)
        askings, ready = prepared(claimed(at=NOW), at=NOW)
        assert ready == []
        assert finish(loops().ask_all(askings, at=NOW), at=NOW) == 2
    assert sorted(model.asked) == ["/health", "/v1/deliberate"]
    assert {sample.outcome for sample in Sample.objects.all()} == {"ok"}
    assert Answer.objects.get().text == "Yes, gladly."
    sample = Sample.objects.get(probe=Probe.DELIBERATION)
    assert by_id(sample.prompt_id).text == next(body for body in model.bodies if body)["prompt"]
    assert sample.latency_ms is not None
    assert sample.loop_lag_ms is not None


def test_the_model_is_asked_about_its_own_answer(db, allow, loops):
    with Model() as model:
        allow(model)
        companion = watched(at=NOW, url=model.url)
        about = probed(companion, said("My answer."), at=NOW, validates=True)
        Slot.objects.all().delete()
        a_slot(companion, at=NOW, probe=Probe.SELF_VALIDATION, about=about)
        askings, _ = prepared(claimed(at=NOW), at=NOW)
        finish(loops().ask_all(askings, at=NOW), at=NOW)
    assert model.bodies == [{"response": "My answer.", "tier": "standard"}]
    assert Sample.objects.get(probe=Probe.SELF_VALIDATION).claimed_score == 100


def test_everybody_gets_the_same_prompt_and_no_slot_can_be_foretold(db):
    companions = [watched(at=NOW) for _ in range(3)]
    for companion in companions:
        for hours in range(12):
            slot_at = NOW + timedelta(hours=hours)
            a_slot(companion, at=NOW, slot_at=slot_at)
    askings, _ = prepared(claimed(at=NOW), at=NOW)
    by_time = {}
    for one in askings:
        by_time.setdefault(one.slot.slot_at, set()).add(one.prompt.id)
    assert len(askings) == 36
    assert all(len(prompts) == 1 for prompts in by_time.values())
    assert len({next(iter(prompts)) for prompts in by_time.values()}) > 6
    assert slot_key(NOW) != slot_key(NOW + timedelta(minutes=5))


def test_health_that_is_not_offered_is_the_last_deliberations(db):
    companion = watched(at=NOW, protocol="openai-chat")
    a_slot(companion, at=NOW, probe=Probe.HEALTH)
    askings, (result,) = prepared(claimed(at=NOW), at=NOW)
    assert (askings, result.outcome, result.is_ours) == ([], "unknown", True)
    finish([result], at=NOW)
    for seconds, called in ((60, said()), (120, failed())):
        at = NOW + timedelta(seconds=seconds)
        probed(companion, called, at=at)
        a_slot(companion, at=at, probe=Probe.HEALTH)
        askings, (result,) = prepared(claimed(at=at), at=at)
        assert (askings, result.outcome) == ([], called.outcome)


def test_a_companion_without_endpoint_is_unknown_by_our_fault(companion):
    companion.endpoints.update(replaced_at=NOW)
    a_slot(companion, at=NOW)
    askings, (result,) = prepared(claimed(at=NOW), at=NOW)
    assert (askings, result.reason, result.is_ours) == ([], "no_endpoint", True)


def healthy_when_let_go(path):
    return None, *well_behaved(path)[1:]


def heard(loop, askings):
    """Hand the calls in; their results as they come, by a queue."""
    results = SimpleQueue()
    loop.ask(askings, at=NOW, deliver=results.put)
    return results


def until(true):
    """Wait for what another thread is about to do."""
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.005)


def deadline(monkeypatch, seconds):
    monkeypatch.setitem(loop_module.DEADLINES, Probe.HEALTH, seconds)


def test_a_hanging_model_costs_its_deadline(allow, loops, monkeypatch):
    deadline(monkeypatch, 0.3)
    with Model(hanging) as bad:
        allow(bad)
        began = time.monotonic()
        results = loops().ask_all([asking(bad) for _ in range(2)], at=NOW)
        took = time.monotonic() - began
    assert [result.outcome for result in results] == ["timeout", "timeout"]
    assert 0.3 <= took < PATIENCE


def test_a_hanging_model_costs_nobody_else_anything(allow, loops, monkeypatch):
    deadline(monkeypatch, 3 * PATIENCE)
    with Model(hanging) as bad, Model() as good:
        allow(bad, good)
        askings = [asking(bad) for _ in range(2)] + [asking(good, places=8) for _ in range(30)]
        results = heard(loops(), askings)
        assert {results.get(timeout=PATIENCE).outcome for _ in range(30)} == {"ok"}
        assert results.empty()


def test_origins_that_keep_hanging_leave_places_for_the_rest(allow, loops, monkeypatch):
    """Eight hanging origins could hold all sixteen places; once known, they share a quarter."""
    with ExitStack() as models:
        good = models.enter_context(Model())
        bad = [models.enter_context(Model(hanging)) for _ in range(8)]
        allow(good, *bad)
        loop = loops()
        deadline(monkeypatch, 0.3)
        loop.ask_all([asking(one) for one in bad for _ in range(2)], at=NOW)
        deadline(monkeypatch, 3 * PATIENCE)
        hanging_results = heard(loop, [asking(one) for one in bad for _ in range(2)])
        results = heard(loop, [asking(good, places=8) for _ in range(40)])
        assert {results.get(timeout=PATIENCE).outcome for _ in range(40)} == {"ok"}
        assert hanging_results.empty()


def test_one_that_recovers_leaves_the_slow_lane(allow, loops, monkeypatch):
    deadline(monkeypatch, 0.2)
    with Model(hanging) as model:
        allow(model)
        loop = loops()
        for _ in range(3):
            loop.ask_all([asking(model)], at=NOW)
        assert loop._timeouts[model.url] == 3
        deadline(monkeypatch, PATIENCE)
        model.manner = well_behaved
        assert loop.ask_all([asking(model)], at=NOW)[0].outcome == "ok"
        assert not loop._timeouts


def test_who_finds_no_place_in_time_is_unknown_and_not_the_models_fault(allow, loops, monkeypatch):
    monkeypatch.setattr("shadow.lines.GRACE", timedelta(seconds=1.2))
    deadline(monkeypatch, PATIENCE)
    with Model(healthy_when_let_go) as model:
        allow(model)
        results = heard(loops(), [asking(model) for _ in range(3)])
        first = results.get(timeout=PATIENCE)
        assert (first.outcome, first.reason, first.is_ours) == ("unknown", "no_place", True)
        model.let_go()
        assert [results.get(timeout=PATIENCE).outcome for _ in range(2)] == ["ok", "ok"]


def test_a_failing_model_ends_in_its_outcome(allow, loops):
    with Model(failing) as model:
        allow(model)
        (result,) = loops().ask_all([asking(model)], at=NOW)
    assert (result.outcome, result.called.reason) == (Outcome.HTTP_ERROR, "server_error")


def test_a_blocked_loop_shows_as_lag(allow, loops):
    with Model() as model:
        allow(model)
        loop = loops()

        def blocking(path):
            # By now the call is on its way, and its answer is not.
            loop._loop.call_soon_threadsafe(time.sleep, 0.5)
            return well_behaved(path)

        model.manner = blocking
        (blocked,) = loop.ask_all([asking(model)], at=NOW)
        model.manner = well_behaved
        (calm,) = loop.ask_all([asking(model)], at=NOW)
    assert 450 <= blocked.lag_ms < 5000
    assert calm.lag_ms < 250


def test_room_is_what_the_places_leave_and_waiting_behind_ones_own_origin_takes_none(allow, loops, monkeypatch):
    deadline(monkeypatch, PATIENCE)
    with Model(healthy_when_let_go) as model:
        allow(model, places=4)
        loop = loops()
        assert loop.room == 8
        busy = threading.Event()
        loop._loop.call_soon_threadsafe(busy.wait, PATIENCE)
        results = heard(loop, [asking(model) for _ in range(3)])
        assert loop.room == 5
        busy.set()
        until(lambda: loop.room == 6)
        model.let_go()
        assert [results.get(timeout=PATIENCE).outcome for _ in range(3)] == ["ok"] * 3
        assert loop.room == 8
