"""Workers that are killed while they take a battery: real processes on real databases of their own."""

import json
import subprocess
import sys
import time

import pytest

from tests.shadow.taking import Taking, good_reply
from tests.shadow.test_between_processes import ROOT, arena  # noqa: F401  a fixture

WORKER = [sys.executable, "-m", "tests.shadow.battery_worker"]
SPEED = 20
# A lease is 80 s: whoever comes so much later finds what the killed one held.
AHEAD = 200


def do(ground, *words):
    return ground.run([*WORKER, *map(str, words)])


def look(ground):
    return json.loads(do(ground, "look"))


def asking(ground, *words):
    argv = [*WORKER, "ask", *map(str, words)]
    return subprocess.Popen(argv, cwd=ROOT, env=ground.env, stdout=subprocess.PIPE, text=True)


def killed_after(ground, model, more, *, ahead):
    """A worker that is killed as soon as the model has been asked so much more often, while it waits for an answer."""
    before = len(model.asked)
    with asking(ground, SPEED, ahead) as worker:
        assert worker.stdout.readline() == "ready\n"
        limit = time.monotonic() + 60
        while len(model.asked) < before + more and time.monotonic() < limit:
            time.sleep(0.005)
        worker.kill()
    assert len(model.asked) >= before + more


def slowly(prompt, number):
    return 0.25, 200, {"response": good_reply(prompt, number)}


@pytest.mark.system
def test_a_worker_killed_in_the_middle_leaves_nothing_unasked(arena):  # noqa: F811
    with Taking(slowly) as model:
        ground = arena(KAIZEN_EGRESS_DEV_ALLOW=f"127.0.0.1:{model.port}")
        do(ground, "begin", model.url)
        killed_after(ground, model, 6, ahead=0)
        between = look(ground)
        assert (between["result"], between["sealed"]) == ("", ["battery.started"])
        assert 0 < between["done"] < between["prompts"]
        do(ground, "ask", SPEED, AHEAD)
        found = look(ground)
    assert (found["result"], found["prompts"], found["measured"], found["good"]) == ("passed", 40, 40, 40)
    assert found["attempts"] == {"1": 39, "2": 1}
    assert len(model.asked) == 41
    assert found["sealed"] == ["battery.started", "battery.passed"]


@pytest.mark.system
def test_two_workers_at_one_run_ask_every_prompt_once(arena):  # noqa: F811
    with Taking(slowly) as model:
        ground = arena(KAIZEN_EGRESS_DEV_ALLOW=f"127.0.0.1:{model.port}")
        do(ground, "begin", model.url)
        workers = [asking(ground, SPEED, 0) for _ in range(2)]
        for worker in workers:
            worker.communicate(timeout=120)
        found = look(ground)
    assert [worker.returncode for worker in workers] == [0, 0]
    assert (found["result"], found["measured"], found["attempts"]) == ("passed", 40, {"1": 40})
    assert len(model.asked) == 40
    assert found["sealed"] == ["battery.started", "battery.passed"]
