"""Workers side by side decide nothing twice about a companion's standing, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys

import pytest

from tests.tiers.racing import COMPANIONS, WORKERS


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def raced(request, tmp_path_factory):
    home = tmp_path_factory.mktemp("race")
    if request.param == "sqlite":
        url = f"sqlite:///{home}/race.sqlite3"
    else:
        server = request.getfixturevalue("postgres")
        url = server.url(server.create_database())
    done = subprocess.run(
        [sys.executable, "-m", "tests.tiers.racing"],
        env={**os.environ, "DATABASE_URL": url, "KAIZEN_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_workers_who_read_the_same_assessments_begin_and_end_each_clock_once(raced):
    race = raced["falling"]
    assert {kind for kind, _ in race["alerted"] + race["fell"]} == {"done"}
    assert (race["declines"], race["states"]) == (COMPANIONS, {"fell": COMPANIONS})
    assert (race["tiers"], race["monitorings"]) == ({"research": COMPANIONS}, COMPANIONS)
    assert race["decisions"] == {"alert": COMPANIONS, "fall": COMPANIONS}


def test_offences_confirmed_at_once_stand_on_rungs_of_their_own(raced):
    race = raced["offences"]
    assert {kind for kind, _ in race["outcomes"]} == {"done"}
    assert race["rungs"] == list(range(1, WORKERS + 1))


def test_a_suspension_ends_once(raced):
    race = raced["suspensions"]
    assert sorted({kind for kind, _ in race["outcomes"]}) in (["AlreadyDecided", "done"], ["Refused", "done"], [
        "AlreadyDecided", "Refused", "done",
    ])  # fmt: skip
    assert race["ended"] == 1


def test_a_low_rate_opens_one_incident(raced):
    assert {kind for kind, _ in raced["rates"]["outcomes"]} == {"done"}
    assert raced["rates"]["incidents"] == 1


def test_all_of_it_replays_and_the_log_holds(raced):
    assert raced["differing"] == []
    assert raced["replayed"] > 0
    assert raced["verified"] > 0
