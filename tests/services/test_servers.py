"""The servers that other tests lean on are real, quick, and leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.services.postgres import Postgres
from tests.services.valkey import Valkey


@pytest.fixture(scope="module")
def server():
    with Postgres() as running:
        yield running


@pytest.fixture
def broker():
    with Valkey() as running:
        yield running


def connect(server, database):
    return psycopg.connect(host=str(server.socket), user="postgres", dbname=database)


def test_it_is_postgresql_18_and_waits_for_no_disk(server):
    assert server.sql("SHOW server_version").startswith("18")
    assert server.sql("SHOW fsync") == "off"


def test_it_does_not_run_as_root(server):
    assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0


def test_databases_are_strangers_to_each_other(server):
    one, other = server.create_database(), server.create_database()
    with connect(server, one) as connection:
        connection.execute("CREATE TABLE mine (n int)")
    with connect(server, other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM mine")
    server.drop_database(one)
    assert one not in server.sql("SELECT datname FROM pg_database")
    server.drop_database(other)


def test_it_comes_back_after_a_kill_with_what_was_committed():
    with Postgres() as server:
        name = server.create_database()
        server.kill()
        assert not server.answers()
        server.start()
        assert name in server.sql("SELECT datname FROM pg_database")


def test_a_command_gets_a_server_of_its_own_and_its_exit_code_comes_back():
    code = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(7)"
    command = [sys.executable, "-m", "tests.services.postgres", "--", sys.executable, "-c", code]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 7
    assert done.stdout.startswith("postgres://postgres@//")
    assert not Path(done.stdout.split("@/")[1].strip()).parent.exists()


def test_a_killed_wrapper_leaves_neither_server_nor_command_behind(request):
    code = "import os, time; print(os.environ['PGHOST'], os.getpid(), flush=True); time.sleep(100)"
    command = [sys.executable, "-m", "tests.services.postgres", "--", sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as wrapper:
        host, child = wrapper.stdout.readline().split()
        server = int((Path(host).parent / "data" / "postmaster.pid").read_text().split()[0])
        wrapper.send_signal(signal.SIGKILL)
    request.addfinalizer(lambda: shutil.rmtree(Path(host).parent))
    limit = time.monotonic() + 5
    while any(alive(number) for number in (server, int(child))) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not alive(server)
    assert not alive(int(child))


def alive(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_valkey_is_emptied_killed_and_started_again(broker):
    broker.ask("SET key value")
    broker.flush()
    assert broker.ask("GET key") == "$-1"
    broker.kill()
    assert not broker.answers()
    broker.start()
    assert broker.answers()


def test_valkey_forgets_all_when_it_restarts(broker):
    broker.ask("SET key value")
    broker.restart()
    assert broker.ask("GET key") == "$-1"
