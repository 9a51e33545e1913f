"""Trials of scorers between real processes: killed, side by side, and promoted by two people at once."""

import os
import subprocess
import sys

import pytest

from tests.shadow.test_between_processes import ROOT, Arena

ANSWERS = 240


class Trials(Arena):
    def start(self, *words):
        argv = [sys.executable, "-m", "tests.shadow.rescoring_worker", *map(str, words)]
        return subprocess.Popen(argv, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True)

    def do(self, *words):
        return self.run([sys.executable, "-m", "tests.shadow.rescoring_worker", *map(str, words)])


@pytest.fixture(params=["sqlite", "postgresql"])
def trials(request, tmp_path):
    url = f"sqlite:///{tmp_path}/kaizen.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    keys = {name: os.environ[name] for name in ("KAIZEN_ENTRY_KEY", "KAIZEN_ATTESTATION_KEY", "KAIZEN_FIELD_KEY")}
    made = Trials(url, tmp_path, KAIZEN_ENV="development", **keys)
    made.do("prepare", ANSWERS)
    return made


@pytest.mark.system
def test_a_killed_reader_leaves_no_gap_and_counts_nothing_twice_and_two_people_make_one_decision(trials, tmp_path):
    with trials.start("read", 0) as reader:
        assert reader.stdout.readline() == "a slice\n"
        reader.kill()
    assert reader.returncode < 0
    left = trials.recount()
    assert 0 < left["done"] == left["scores"] == left["summed"] < ANSWERS
    side_by_side = [trials.start("read", 60), trials.start("read", 60)]
    for it in side_by_side:
        it.communicate(timeout=120)
    assert [it.returncode for it in side_by_side] == [0, 0]
    whole = trials.recount()
    assert (whole["state"], whole["done"], whole["scores"], whole["summed"]) == ("finished", *[ANSWERS] * 3)
    gate = tmp_path / "gate"
    people = [trials.start("promote", gate, number) for number in (1, 2)]
    assert [it.stdout.readline().strip() for it in people] == ["ready", "ready"]
    gate.touch()
    assert sorted(it.communicate(timeout=60)[0].strip() for it in people) == ["AlreadyDecided", "promoted"]
    settled = trials.recount()
    assert (settled["state"], settled["laws"] - whole["laws"], settled["promotions"]) == ("promoted", 1, 1)
