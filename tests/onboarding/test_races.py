"""Who asks side by side: one is served, the others are told, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.usefixtures("raced")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def raced(request, tmp_path_factory):
    home = tmp_path_factory.mktemp("race")
    if request.param == "sqlite":
        url = f"sqlite:///{home}/race.sqlite3"
    else:
        server = request.getfixturevalue("postgres")
        url = server.url(server.create_database())
    environment = {**os.environ, "DATABASE_URL": url, "KAIZEN_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.onboarding.racing"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def kinds(outcomes):
    return sorted(kind for kind, _ in outcomes)


def test_two_stewards_at_once_make_one_decision_and_the_other_is_told_who_and_when(raced):
    for race in raced["two_stewards"]:
        assert kinds(race["outcomes"]) == ["AlreadyDecided", "done"]
        winner = next(place for place, (kind, _) in enumerate(race["outcomes"]) if kind == "done")
        [told] = [words for kind, words in race["outcomes"] if kind == "AlreadyDecided"]
        assert f"by {race['deciders'][winner]}, 2026-11-20 09:00:00 UTC" in told
        assert race["decisions"] == 1


def test_of_eight_applications_of_one_model_one_is_taken(raced):
    race = raced["the_same_model"]
    assert kinds(race["outcomes"]) == ["Refused"] * 7 + ["done"]
    assert race["rows"] == 1


def test_of_eight_applications_of_one_email_domain_five_are_taken(raced):
    race = raced["one_domain"]
    assert kinds(race["outcomes"]) == ["Refused"] * 3 + ["done"] * 5
    assert race["rows"] == 5


def test_of_two_applications_with_one_endpoint_one_is_approved(raced):
    race = raced["one_endpoint"]
    assert kinds(race["outcomes"]) == ["Refused", "done"]
    assert race["approved"] == 1


def test_a_token_that_mounts_twice_at_once_makes_one_companion_with_one_live_key(raced):
    race = raced["two_mounts"]
    assert kinds(race["outcomes"]) == ["done", "done"]
    assert (race["companions"], race["live_keys"]) == (1, 1)


def test_the_log_is_whole_after_all_races(raced):
    assert raced["verified"] > 40
