"""No process outlives its supervisor, however that one ends; and no two supervisors share a folder.

Three lines hold a child: it leads a process group of its own, which is killed as one; on Linux the kernel tells it when
its parent dies; and an undertaker, a process that does nothing else, kills what is left of the groups if the supervisor
is gone without having done so itself.
"""

import ctypes
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PR_SET_PDEATHSIG = 1
# How long orphans may take to end by themselves after the supervisor was killed.
LAST_GRACE = 8.0
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class AlreadyRunning(Exception):
    """Another supervisor holds this folder."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock at ``path``; it is free again when the last process that inherited it has ended.

    The undertaker inherits it, so that nobody starts beside processes that are still being ended.
    Raises ``AlreadyRunning`` with the number of the process that holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(os.read(handle, 32).decode(errors="replace").strip() or "unknown") from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def dies_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """What a child runs between fork and exec so that the kernel sends it ``number`` when its parent dies.

    Call it in the parent's main thread: the kernel watches the thread that forked, not the process.
    """
    parent = os.getpid()

    def follow() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:  # The parent died before the kernel was told.
                os._exit(1)

    return follow


def kill_group(group: int, number: int = signal.SIGKILL) -> None:
    """Signal every process of ``group``, if there is one left."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def lives(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Undertaker:
    """A process that waits for the supervisor's end and then ends what it left behind."""

    def __init__(self) -> None:
        reading, self.writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.writing)
            _bury(reading)
        os.close(reading)

    def _tell(self, word: str) -> None:
        try:
            os.write(self.writing, word.encode())
        except BrokenPipeError:
            return

    def watch(self, group: int) -> None:
        """A child was started."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """A child's group is gone."""
        self._tell(f"-{group}\n")

    def dismiss(self) -> None:
        """All is ended; the undertaker goes too."""
        os.close(self.writing)
        os.waitpid(self.pid, 0)


def _bury(reading: int) -> None:
    """The undertaker's whole life; it never returns."""
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        groups = _groups_left(reading)
        if LIBC is None:
            for group in groups:
                kill_group(group, signal.SIGTERM)
        last = time.monotonic() + LAST_GRACE
        while groups:
            # A leader that ended has had its say; what it left in its group has nobody to wait for.
            for group in [group for group in groups if not lives(group) or time.monotonic() > last]:
                kill_group(group)
                groups.discard(group)
            time.sleep(0.05)
    finally:
        os._exit(0)


def _groups_left(reading: int) -> set[int]:
    """Read until the supervisor is gone: the groups it started and did not see end."""
    groups: set[int] = set()
    with os.fdopen(reading, "rb", buffering=0) as words:
        rest = b""
        while chunk := words.read(4096):
            *whole, rest = (rest + chunk).split(b"\n")
            for word in whole:
                (groups.add if word[:1] == b"+" else groups.discard)(int(word[1:]))
    return groups
