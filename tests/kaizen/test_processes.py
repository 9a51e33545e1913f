import http.server
import socket
import subprocess
import threading
import time

import pytest

from kaizen import home as folders
from kaizen import processes
from tests.services.valkey import Valkey


@pytest.fixture
def home(tmp_path):
    return folders.prepare(tmp_path)


def names(home, **words):
    return [process.name for process in processes.everything(home, port=8000, **words)]


def test_the_order_of_the_start(home):
    own = home.run / "broker.sock"
    assert names(home, own_broker=own, models={}) == [
        "broker",
        "migrate",
        "bootstrap",
        "embedder",
        "probes",
        "checks",
        "scores",
        "beat",
        "web",
    ]


def test_a_broker_that_is_there_already_is_used(home):
    assert names(home, own_broker=None, models={})[0] == "migrate"


def test_the_demo_has_its_models_before_the_workers_and_its_people_when_all_is_up(home):
    order = names(home, own_broker=None, models={"good": 1, "flaky": 2, "violator": 3})
    assert order == [
        "migrate",
        "bootstrap",
        "embedder",
        "good",
        "flaky",
        "violator",
        "probes",
        "checks",
        "scores",
        "beat",
        "web",
        "people",
    ]


def test_the_password_of_the_first_steward_reaches_no_file(home):
    bootstrap = next(
        one for one in processes.everything(home, port=1, own_broker=None, models={}) if one.name == "bootstrap"
    )
    assert bootstrap.once
    assert not bootstrap.logged


def test_the_broker_answers_on_its_socket_alone_and_never_forgets_to_make_room(home):
    path = home.run / "broker.sock"
    process = processes.broker(path, home)
    with subprocess.Popen(process.argv, stdout=subprocess.DEVNULL) as running:
        try:
            limit = time.monotonic() + 10
            while not process.ready() and time.monotonic() < limit:
                time.sleep(0.02)
            client = Valkey()
            client.socket = path
            assert client.ask("PING") == "+PONG"
            assert "noeviction" in client.ask("CONFIG GET maxmemory-policy", lines=5)
            assert client.ask("CONFIG GET port", lines=5).endswith("0")
            assert path.stat().st_mode & 0o777 == 0o700
        finally:
            running.terminate()


def test_a_broker_that_is_not_there_does_not_answer(home):
    assert not processes.broker_answers(home.run / "none.sock")


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/livez" else 503)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def port():
    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("path", "ready"), [("/livez", True), ("/readyz", False)])
def test_only_200_is_ready(port, path, ready):
    assert processes.answers(port, path)() is ready


def test_a_proxy_of_the_machine_is_not_asked_for_our_own_loopback(port, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert processes.answers(port, "/livez")()


def test_a_port_is_free_until_somebody_listens(port):
    assert not processes.is_free(port)


def test_the_demos_models_keep_their_ports(home):
    ports = processes.model_ports(home)
    assert list(ports) == ["good", "flaky", "violator"]
    assert len(set(ports.values())) == 3
    assert all(processes.is_free(port) for port in ports.values())
    assert all(9001 <= port < 10_001 for port in ports.values())
    assert processes.model_ports(home) == ports


def test_the_demos_models_go_round_a_port_that_is_taken(home):
    first = processes.model_ports(home)["good"]
    with socket.create_server(("127.0.0.1", first)):
        (home.root / "model_ports.json").unlink()
        assert first not in processes.model_ports(home).values()
