"""Two workers at one queue, and workers that are killed: real processes on real databases of their own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.shadow.serving import Model, well_behaved

ROOT = str(Path(__file__).resolve().parents[2])
COMPANIONS = 40


class Arena:
    """A database that stands as ``bootstrap`` leaves it, and processes that work on it."""

    def __init__(self, url, home, **settings):
        self.env = {**os.environ, "DATABASE_URL": url, "KAIZEN_HOME": str(home), "PYTHONWARNINGS": "ignore", **settings}
        for command in (["migrate", "--verbosity", "0"], ["bootstrap"]):
            self.run([sys.executable, "manage.py", *command])

    def run(self, argv):
        return subprocess.run(argv, check=True, cwd=ROOT, env=self.env, capture_output=True, text=True).stdout

    def start(self, *words):
        argv = [sys.executable, "-m", "tests.shadow.worker", *map(str, words)]
        return subprocess.Popen(argv, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True)

    def do(self, *words):
        return self.run([sys.executable, "-m", "tests.shadow.worker", *map(str, words)])

    def recount(self):
        return json.loads(self.do("recount"))


@pytest.fixture(params=["sqlite", "postgresql"])
def arena(request, tmp_path):
    def make(**settings):
        if request.param == "sqlite":
            return Arena(f"sqlite:///{tmp_path}/arena.sqlite3", tmp_path, **settings)
        return Arena(request.getfixturevalue("postgres_url"), tmp_path, **settings)

    environment = {
        "KAIZEN_ENV": "development",
        "KAIZEN_ENTRY_KEY": os.environ["KAIZEN_ENTRY_KEY"],
        "KAIZEN_ATTESTATION_KEY": os.environ["KAIZEN_ATTESTATION_KEY"],
        "KAIZEN_FIELD_KEY": os.environ["KAIZEN_FIELD_KEY"],
    }
    return lambda **settings: make(**environment | settings)


def check(found):
    """Nothing lost, nothing twice: every slot has one sample, and the sums are a recount of the samples."""
    assert found["slots"] == 0
    assert found["samples"] == found["keys"] == found["sums"]["expected"] == 2 * COMPANIONS + found["judged"]
    assert found["sums"]["ok"] == found["outcomes"].get("ok", 0)
    assert found["sums"]["unknown"] == found["outcomes"].get("unknown", 0)
    assert found["sums"]["errors"] == found["errors"]
    assert found["sums"]["cost"] == found["cost"]


@pytest.mark.system
def test_two_workers_at_one_queue_count_every_slot_once(arena, tmp_path):
    ground = arena()
    ground.do("prepare", COMPANIONS)
    gate = tmp_path / "gate"
    workers = [ground.start("race", gate, seed) for seed in (1, 2)]
    time.sleep(2.5)
    gate.touch()
    counted = [int(worker.communicate(timeout=120)[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sum(counted) == 2 * COMPANIONS
    assert all(counted)
    found = ground.recount()
    check(found)
    assert found["scored"] == found["answers"] > 0


def celery(*words):
    return [sys.executable, "-m", "celery", "--quiet", "-A", "kaizen.celery:app", *words, "--loglevel", "ERROR"]


@pytest.mark.system
def test_the_schedule_probes_scores_and_survives_a_restarted_broker(arena, valkey):
    """Beat, a probing and a scoring worker under the demo law: a health call and a deliberation a second."""
    with Model() as model:
        ground = arena(
            KAIZEN_EGRESS_DEV_ALLOW=f"127.0.0.1:{model.port}",
            KAIZEN_LAW=f"{ROOT}/charter/law.demo.toml",
            REDIS_URL=valkey.url,
        )
        ground.do("watch", 3, model.url)
        quiet = ("--without-gossip", "--without-mingle")
        argvs = (
            celery("beat", "--pidfile=", "--schedule", f"{ground.env['KAIZEN_HOME']}/beat"),
            celery("worker", "-P", "threads", "-Q", "probes", "-c", "4", "-n", "p@%h", *quiet),
            celery("worker", "-P", "prefork", "-Q", "default,scores", "-c", "1", "-n", "s@%h", *quiet),
        )
        processes = [subprocess.Popen(argv, cwd=ROOT, env=ground.env) for argv in argvs]
        try:
            time.sleep(15)
            valkey.restart()
            time.sleep(15)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)
        found = ground.recount()
    assert found["samples"] == found["keys"] == found["sums"]["expected"]
    assert found["outcomes"]["ok"] > 3 * 2 * 12
    assert found["outcomes"].get("unknown", 0) == 0
    assert found["sums"]["errors"] == found["errors"] == 0
    assert 0 < found["scored"] >= found["answers"] - 12


@pytest.mark.system
def test_a_worker_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(arena):
    with Model(lambda path: (0.4, *well_behaved(path)[1:])) as model:
        ground = arena(KAIZEN_EGRESS_DEV_ALLOW=f"127.0.0.1:{model.port}", KAIZEN_EGRESS_PLACES="4")
        ground.do("prepare", COMPANIONS, model.url)
        for turn, lived in enumerate((0.6, 1.0, 1.7)):
            with ground.start("probe", 50 * turn) as worker:
                assert worker.stdout.readline() == "ready\n"
                time.sleep(lived)
                worker.kill()
        between = ground.recount()
        assert 0 < between["samples"] < 2 * COMPANIONS
        assert between["samples"] == between["sums"]["expected"]
        assert between["samples"] + between["slots"] == 2 * COMPANIONS + between["judged"]
        ground.do("probe", 150)
    found = ground.recount()
    check(found)
    assert found["judged"] < found["answers"]
    assert found["outcomes"] == {"ok": 2 * COMPANIONS + found["judged"]}
