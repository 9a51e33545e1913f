import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

WAIT = 15.0


class Run:
    """A supervisor in a process of its own, and the small programs it looks after."""

    def __init__(self, folder: Path, processes: list[dict]) -> None:
        self.folder = folder
        self.token = f"token-{uuid.uuid4().hex}"
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "tests.kaizen.supervised", folder, json.dumps(processes), self.token],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.seen: list[str] = []

    def until(self, words: str) -> None:
        """Read on until a line holds ``words``."""
        for line in self.popen.stdout:
            self.seen.append(line.rstrip("\n"))
            if words in line:
                return
        raise AssertionError(f"{words!r} never came:\n" + "\n".join(self.seen))

    def end(self) -> int:
        """Wait for its end; the exit code."""
        rest, _ = self.popen.communicate(timeout=WAIT)
        self.seen += rest.splitlines()
        return self.popen.returncode

    def marks(self) -> list[str]:
        path = self.folder / "marks"
        return path.read_text().split() if path.exists() else []

    def left(self) -> list[int]:
        """The processes of this run that live, the supervisor's own included."""
        return [int(folder.name) for folder in Path("/proc").iterdir() if self._is_ours(folder)]

    def _is_ours(self, folder: Path) -> bool:
        try:
            return folder.name.isdecimal() and self.token.encode() in (folder / "cmdline").read_bytes()
        except OSError:
            return False

    def lives_as(self, number: int) -> bool:
        """Whether ``number`` processes live once all are named; one in the middle of its exec has no command line yet."""
        limit = time.monotonic() + 5
        while len(self.left()) < number and time.monotonic() < limit:
            time.sleep(0.05)
        time.sleep(0.2)
        return len(self.left()) == number

    def nothing_is_left(self) -> bool:
        limit = time.monotonic() + 5
        while self.left() and time.monotonic() < limit:
            time.sleep(0.05)
        return not self.left()


@pytest.fixture
def supervise(tmp_path):
    runs = []

    def start(*processes: dict) -> Run:
        runs.append(Run(tmp_path, list(processes)))
        return runs[-1]

    yield start
    for run in runs:
        for number in run.left():
            os.kill(number, signal.SIGKILL)
        run.popen.communicate()
