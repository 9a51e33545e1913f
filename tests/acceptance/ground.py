"""A ground of its own for a story: a database, a data folder, and the processes of an installation, to start and kill."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kaizen.lifelines import dies_with_parent

ROOT = Path(__file__).resolve().parents[2]
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "kaizen.celery:app")
POOLS = {
    "probes": ("-P", "threads", "-Q", "probes", "-c", "4"),
    "checks": ("-P", "threads", "-Q", "checks", "-c", "4"),
    "scores": ("-P", "prefork", "-Q", "default,scores", "-c", "1"),
}
BARE = ("KAIZEN_EGRESS_DEV_ALLOW", "KAIZEN_LAW", "DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Reply:
    """What came back: header names in lower case, and how many seconds it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self):
        return json.loads(self.body)


class Ground:
    """An installation. Use it as a context manager; whatever was started is killed at the end."""

    def __init__(self, database, home, *, redis="", **settings):
        self.home = Path(home)
        (self.home / "static").mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if name not in BARE}
        self.env = {
            **kept,
            "DATABASE_URL": database,
            "KAIZEN_HOME": str(self.home),
            "KAIZEN_PORT": str(self.port),
            "PYTHONWARNINGS": "ignore",
            **({"REDIS_URL": redis} if redis else {}),
            **settings,
        }
        self.processes = {}

    def __enter__(self) -> Self:
        self.manage("migrate", "--no-input", "--verbosity", "0")
        self.manage("bootstrap")
        return self

    def __exit__(self, *_exc):
        for name in list(self.processes):
            self.kill(name)

    def manage(self, *words, given=None, check=True):
        """What a management command printed."""
        done = self._run([sys.executable, "manage.py", *words], given)
        if check and done.returncode:
            raise AssertionError(f"manage.py {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def stage(self, verb, **words):
        """What a verb of ``tests.acceptance.stage`` told, in a process of its own."""
        done = self._run([sys.executable, "-m", "tests.acceptance.stage", verb, json.dumps(words)])
        if done.returncode:
            raise AssertionError(f"{verb}: {done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def _run(self, argv, given=None):
        return subprocess.run(argv, check=False, cwd=ROOT, env=self.env, capture_output=True, text=True, input=given)

    def start(self, name, argv, **env):
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                argv,
                cwd=ROOT,
                env={**self.env, **env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - nothing else runs here meanwhile
            )
        return self.processes[name]

    def web(self, *, workers=2, threads=8):
        argv = [sys.executable, "-m", "gunicorn", "kaizen.wsgi:application", "--worker-class", "gthread"]
        argv += ["--workers", str(workers), "--threads", str(threads), "--bind", f"127.0.0.1:{self.port}"]
        self.start("web", [*argv, "--no-control-socket", "--log-level", "warning"])
        self.until(lambda: self.get("/livez").status == 200, 30, "web answers")
        return self

    def worker(self, name, *, instance=""):
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO", "-n", f"{name}{instance}-{self.port}@%h"]
        self.start(f"{name}{instance}", [*CELERY, "worker", *POOLS[name], *quiet])

    def beat(self, *, instance=""):
        schedule = self.home / f"beat{instance}-schedule"
        self.start(f"beat{instance}", [*CELERY, "beat", "--pidfile=", "--schedule", str(schedule)])

    def everything(self):
        for name in POOLS:
            self.worker(name)
        self.beat()
        return self

    def kill(self, name, number=signal.SIGKILL):
        """End a process and its group without a word, and see it end."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        process.wait(20)

    def log(self, name):
        return (self.home / f"{name}.log").read_text(errors="replace")

    def rss(self, name):
        """Resident bytes of a process."""
        pages = Path(f"/proc/{self.processes[name].pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def post(self, path, document, **headers):
        """POST a document as JSON; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, json.dumps(document).encode(), {"Content-Type": "application/json", **named})

    def ask(self, method, path, body=None, headers=None, timeout=20):
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, told, answer.read(), time.monotonic() - began)
        except (OSError, http.client.HTTPException):
            return Reply(0, {}, b"", time.monotonic() - began)
        finally:
            line.close()

    def raw(self, sent, timeout=20):
        """What the server says to these very bytes."""
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as line:
            line.sendall(sent)
            answer = http.client.HTTPResponse(line)
            try:
                answer.begin()
                told = {name.lower(): value for name, value in answer.getheaders()}
                return Reply(answer.status, told, answer.read(), time.monotonic() - began)
            except (OSError, http.client.HTTPException):
                return Reply(0, {}, b"", time.monotonic() - began)

    def until(self, question, seconds, says):
        """Ask until the answer is true; what it answered."""
        limit = time.monotonic() + seconds
        while not (found := question()):
            if time.monotonic() > limit:
                raise AssertionError(f"not within {seconds} s: {says}")
            time.sleep(0.1)
        return found


def a_law(folder, changes):
    """The demo law with ``changes`` (TOML of sections) laid over, as a file; its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("law.toml", "law.demo.toml"):
        (folder / name).write_text((ROOT / "charter" / name).read_text())
    head = 'extends = "law.demo.toml"\nversion = "1.0.0-story"\ntitle = "The law of a story"\n'
    (folder / "law.story.toml").write_text(head + changes)
    return {"KAIZEN_LAW": str(folder / "law.story.toml"), "KAIZEN_SWEEP_SECONDS": "1"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
