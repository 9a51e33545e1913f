"""Answers are counted in the process and written down once a second, whatever happens to the database meanwhile."""

import os
import time
import uuid
from collections import Counter
from datetime import timedelta
from threading import Thread

import pytest
from django.db import OperationalError

from tests.conftest import NOW
from tiers.actions.access import Counted
from tiers.api import access_tally
from tiers.api.access_tally import Tally

KEY = uuid.UUID(int=1)


def an_answer(ref="YOURMODEL_001", **more):
    given = {"hour": NOW, "credential": KEY, "operation": "explore", "reason": "allowed", "law_digest": "a" * 64}
    return Counted(companion_ref=ref, **{**given, **more})


class Kept:
    """Stands for the database: adds what it is handed, or is away for the first ``away`` times."""

    def __init__(self, away=0):
        self.counts, self.away, self.times = Counter(), away, 0

    def __call__(self, counts, at):
        self.times += 1
        if self.times <= self.away:
            raise OperationalError("The database is away.")
        self.counts.update(counts)


def until(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def no_connection(monkeypatch):
    """The thread closes a connection of its own; here it has none."""
    monkeypatch.setattr(access_tally.connection, "close", lambda: None)


@pytest.fixture(autouse=True)
def soon_idle(monkeypatch):
    monkeypatch.setattr(access_tally, "IDLE_ROUNDS", 2)


def test_what_many_threads_count_is_kept_whole_and_the_thread_ends_when_nobody_asks():
    kept = Kept()
    tally = Tally(kept, every=0.01)

    def asks():
        for number in range(200):
            tally.add([an_answer(), an_answer(f"OTHER_{number % 3:03}")])

    threads = [Thread(target=asks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: tally._runs_in == 0)
    assert kept.counts[an_answer()] == 800
    assert kept.counts.total() == 1600
    assert kept.times < 200
    tally.add([an_answer()])
    until(lambda: kept.counts[an_answer()] == 801 and tally._runs_in == 0)


def test_what_cannot_be_written_is_held_until_it_can():
    kept = Kept(away=3)
    tally = Tally(kept, every=0.01)
    tally.add([an_answer()] * 5)
    until(lambda: tally._runs_in == 0)
    assert (kept.counts[an_answer()], kept.times) == (5, 4)


def test_no_more_is_held_than_memory_bears(monkeypatch, caplog):
    monkeypatch.setattr(access_tally, "MOST_HELD", 2)
    tally = Tally(Kept(away=9))
    monkeypatch.setattr(tally, "_start", lambda: None)
    tally.add(an_answer(hour=NOW + timedelta(hours=number)) for number in range(5))
    tally.flush()
    assert len(tally._held) == 2
    assert "3 kinds of answers were dropped" in caplog.text


def test_a_child_of_a_fork_starts_a_thread_of_its_own(monkeypatch):
    started = []
    tally = Tally(Kept())
    monkeypatch.setattr(tally, "_start", lambda: started.append(os.getpid()))
    tally.add([an_answer()])
    tally.add([an_answer()])
    assert len(started) == 1
    monkeypatch.setattr(access_tally.os, "getpid", lambda: -1)
    tally.add([an_answer()])
    assert len(started) == 2
