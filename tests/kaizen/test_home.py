import os
import threading
from pathlib import Path

import pytest

from kaizen import home as folders


@pytest.fixture
def home(tmp_path):
    return folders.prepare(tmp_path / "home")


def test_the_data_folder_is_beside_manage_py_unless_it_is_named(tmp_path):
    assert folders.resolve({}) == folders.PROJECT / ".kaizen"
    assert (folders.PROJECT / "manage.py").exists()
    assert folders.resolve({"KAIZEN_HOME": str(tmp_path)}) == tmp_path
    assert folders.resolve({"KAIZEN_HOME": str(tmp_path)}, demo=True) == tmp_path / "demo"


def test_only_its_owner_may_read_the_data_folder(home):
    for folder in (home.root, home.logs, home.run, home.secrets):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_names_the_variable(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(folders.HomeError, match="KAIZEN_HOME"):
        folders.prepare(tmp_path / "file" / "home")


def test_a_secret_is_made_once_and_for_its_owner_alone(home):
    path = home.secrets / "key"
    assert folders.keep_once(path, lambda: "first") == "first"
    assert folders.keep_once(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(home.secrets.iterdir()) == [path]


def test_of_two_that_make_a_secret_at_once_both_get_the_same(home):
    gate = threading.Barrier(8)
    got = []

    def make(number):
        gate.wait()
        got.append(folders.keep_once(home.secrets / "key", lambda: str(number)))

    threads = [threading.Thread(target=make, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1


def test_the_embedded_defaults_stand_in_the_data_folder(home):
    settings = folders.development_settings(home, {})
    assert settings["KAIZEN_ENV"] == "development"
    assert settings["KAIZEN_HOME"] == str(home.root)
    assert settings["DATABASE_URL"] == f"sqlite:///{home.root}/kaizen.sqlite3"
    assert settings["REDIS_URL"].endswith("/broker.sock?virtual_host=0")
    assert len(Path(settings["KAIZEN_SECRET_KEY_FILE"]).read_text()) >= 50
    assert folders.development_settings(home, {}) == settings


@pytest.mark.parametrize("given", ["DATABASE_URL", "REDIS_URL", "KAIZEN_SECRET_KEY"])
@pytest.mark.parametrize("suffix", ["", "_FILE"])
def test_what_the_environment_says_wins(home, given, suffix):
    settings = folders.development_settings(home, {f"{given}{suffix}": "mine"})
    assert given not in settings
    assert f"{given}_FILE" not in settings


def test_an_environment_that_says_production_stays_in_production(home):
    assert folders.development_settings(home, {"KAIZEN_ENV": "production"})["KAIZEN_ENV"] == "production"


def test_a_socket_whose_path_is_too_long_goes_to_a_short_folder_the_same_at_every_start(tmp_path):
    (tmp_path / "run").mkdir()
    home = folders.Home(tmp_path / ("x" * 120))
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path / "run")}
    path = folders.socket_path(home, "broker.sock", runtime)
    assert path == folders.socket_path(home, "broker.sock", runtime)
    assert path.parent.parent == tmp_path / "run"
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path != folders.socket_path(folders.Home(tmp_path / ("y" * 120)), "broker.sock", runtime)


@pytest.mark.parametrize("length", [0, 1])
def test_the_longest_path_that_fits_is_used_as_it_is(tmp_path, length):
    start = len(os.fsencode(tmp_path / "run" / "b.sock")) + 1
    home = folders.Home(tmp_path / ("x" * (folders.LONGEST_SOCKET_PATH - start + length)))
    (tmp_path / "r").mkdir()
    path = folders.socket_path(home, "b.sock", {"XDG_RUNTIME_DIR": str(tmp_path / "r")})
    assert (path == home.run / "b.sock") is (length == 0)


def test_a_short_folder_that_others_may_enter_is_refused(tmp_path):
    home = folders.Home(tmp_path / ("x" * 120))
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path)}
    folders.socket_path(home, "broker.sock", runtime).parent.chmod(0o777)
    with pytest.raises(folders.HomeError, match="somebody else"):
        folders.socket_path(home, "broker.sock", runtime)


def test_a_short_folder_that_is_a_link_is_refused(tmp_path):
    home = folders.Home(tmp_path / ("x" * 120))
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path)}
    folder = folders.socket_path(home, "broker.sock", runtime).parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(folders.HomeError):
        folders.socket_path(home, "broker.sock", runtime)
