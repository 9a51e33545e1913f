import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaizen.celery import SCHEDULE, app
from ledger.models import Tick
from shadow import tasks
from shadow.actions.probing import AT_ONCE, finish
from shadow.actions.scoring import LEASE
from shadow.models import Answer, Bucket, Slot
from shadow.prober import Batch
from tests.conftest import NOW
from tests.shadow.making import a_slot, asked, claimed, probed, said

SWEEPS = ("plan_slots", "sweep_probes", "sweep_scores", "close_slots_for_agreement", "sweep_open_answers")


@pytest.fixture
def sent(monkeypatch):
    names = []
    monkeypatch.setattr(tasks, "send_soon", lambda task, **_ids: names.append(task))
    return names


def at(moment):
    return time_machine.travel(moment, tick=False)


@pytest.mark.parametrize("name", [*SWEEPS, "forget_texts"])
def test_every_sweep_is_in_the_schedule_and_known_to_celery(name):
    job = f"shadow.tasks.{name}"
    assert job in SCHEDULE
    assert app.conf.beat_schedule[job]["task"] == getattr(tasks, name).name == job


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_with_nothing_to_do_costs_two_queries_at_most(db, sent, name):
    with at(NOW), CaptureQueriesContext(connection) as queries:
        getattr(tasks, name)()
    assert len(queries) <= 2
    assert sent == []


def test_slots_are_laid_out_and_a_probing_process_is_woken_when_they_are_due(companion, sent):
    with at(NOW):
        tasks.plan_slots()
        assert Slot.objects.exists()
    with at(NOW + timedelta(minutes=1, seconds=59)):
        tasks.sweep_probes()
    assert sent == ["shadow.tasks.probe_batch"]


def test_one_message_goes_out_for_each_full_batch(companion, sent):
    Slot.objects.bulk_create(
        Slot(
            companion=companion, probe="health", slot_at=NOW + timedelta(seconds=n), due_at=NOW, expires_at=NOW + LEASE
        )
        for n in range(AT_ONCE + 1)
    )
    with at(NOW):
        tasks.sweep_probes()
    assert len(sent) == 2


def test_missed_slots_are_counted_by_the_planner(companion):
    a_slot(companion, at=NOW, patience=timedelta(seconds=1))
    with at(NOW + timedelta(seconds=1)):
        tasks.plan_slots()
    assert Bucket.objects.get(probe="deliberation").unknown == 1


def test_an_answer_wakes_a_scoring_process_which_scores_all_that_wait(companion, sent):
    for n in range(3):
        probed(companion, said(), at=NOW + timedelta(minutes=n))
    with at(NOW + timedelta(minutes=3)):
        tasks.sweep_scores()
        tasks.score_batch()
        tasks.sweep_scores()
    assert sent == ["shadow.tasks.score_batch"]
    assert not Answer.objects.filter(scored_by="").exists()


def test_a_second_beat_does_not_forget_twice_in_an_hour(companion):
    with at(NOW):
        tasks.forget_texts()
        tasks.forget_texts()
    assert Tick.objects.filter(job="shadow.forget_texts").count() == 1


def test_a_task_waits_for_its_batch_until_it_is_stored():
    batch = Batch(2)
    batch.one_stored()
    assert not batch.wait(0)
    batch.one_stored()
    assert batch.wait(0)


def test_five_hundred_results_and_more_are_stored_in_several_transactions(companion):
    Slot.objects.bulk_create(
        Slot(
            companion=companion,
            probe="deliberation",
            slot_at=NOW + timedelta(seconds=n),
            due_at=NOW,
            expires_at=NOW + LEASE,
        )
        for n in range(AT_ONCE + 20)
    )
    slots = claimed(at=NOW) + claimed(at=NOW)
    began = time.monotonic()
    assert finish(asked(slots, said(), at=NOW), at=NOW) == AT_ONCE + 20
    assert time.monotonic() - began < 10
    assert Bucket.objects.get().ok == AT_ONCE + 20
