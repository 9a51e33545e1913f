import socket
import subprocess
import sys

import pytest

from kaizen import home as folders
from kaizen import up
from kaizen.lifelines import held


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("KAIZEN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KAIZEN_PORT", raising=False)


def test_a_port_in_use_is_an_error_that_names_the_variable(capsys, monkeypatch, taken):
    monkeypatch.setenv("KAIZEN_PORT", str(taken))
    assert up.main([]) == 1
    said = capsys.readouterr().err
    assert f"Port {taken} cannot be used" in said
    assert f"KAIZEN_PORT={taken + 1} make run" in said


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.5", "²"])
def test_a_port_that_is_none_is_an_error_that_names_the_variable(capsys, monkeypatch, port):
    monkeypatch.setenv("KAIZEN_PORT", port)
    assert up.main([]) == 1
    assert "KAIZEN_PORT is" in capsys.readouterr().err


def test_a_second_start_is_told_that_it_is_the_second_though_the_port_is_taken_too(
    capsys, monkeypatch, taken, tmp_path
):
    monkeypatch.setenv("KAIZEN_PORT", str(taken))
    home = folders.prepare(tmp_path / "home")
    with held(home.lock):
        assert up.main([]) == 1
    assert f"Kaizen runs already in {home.root}" in capsys.readouterr().err


def test_the_demo_runs_beside_the_real_one_in_a_folder_of_its_own(capsys, monkeypatch, taken, tmp_path):
    monkeypatch.setenv("KAIZEN_PORT", str(taken))
    with held(folders.prepare(tmp_path / "home").lock):
        assert up.main(["--demo"]) == 1
    assert "make demo" in capsys.readouterr().err
    assert (tmp_path / "home" / "demo" / "run" / "up.lock").exists()


def test_help_shows_examples_and_needs_no_settings():
    command = [sys.executable, folders.PROJECT / "manage.py", "up", "--help"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env={"KAIZEN_ENV": "nonsense"}).stdout
    assert "KAIZEN_PORT=8080 python manage.py up" in told
    assert "--demo" in told


def test_the_demo_lets_exactly_its_three_models_through_the_egress_policy(tmp_path):
    home = folders.Home(tmp_path)
    settings = up.demo_settings(home, {"good": 9001, "flaky": 9002, "violator": 9003})
    assert settings["KAIZEN_EGRESS_DEV_ALLOW"] == "127.0.0.1:9001,127.0.0.1:9002,127.0.0.1:9003"
    assert settings["KAIZEN_LAW"].endswith("charter/law.demo.toml")
    assert "flaky=http://127.0.0.1:9002" in settings["KAIZEN_DEMO_MODELS"]
    assert f"violator={tmp_path}/violator.challenge" in settings["KAIZEN_DEMO_CHALLENGES"]
    assert up.demo_settings(home, {}) == {}


def test_the_addresses_say_when_it_is_not_ready_yet(tmp_path):
    home = folders.Home(tmp_path)
    ready = up.addresses(home, 8000, ready=True, models={})
    assert "http://127.0.0.1:8000/admin/" in ready
    assert str(tmp_path) in ready
    assert "not ready" not in ready
    assert "not ready" in up.addresses(home, 8000, ready=False, models={})
