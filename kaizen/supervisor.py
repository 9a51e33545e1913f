"""Starts a list of processes in order, watches over them, and stops them in reverse.

It knows nothing of Kaizen: what is started stands in ``kaizen.processes``. It has one thread and needs only the
standard library. A process that dies is started again after 1, 2, 4 … seconds; one that dies more than ``DEATHS`` times
within ``DEATHS_WITHIN`` seconds ends the whole, because something is wrong that starting again does not mend.
"""

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaizen.lifelines import Undertaker, dies_with_parent, kill_group
from kaizen.loglines import Lines, Splitter

DEATHS = 5
DEATHS_WITHIN = 60.0
READY_WITHIN = 60.0
SETTLED_WITHIN = 30.0
TICK = 0.1
SELF = "kaizen"


class Failed(Exception):
    """Something did not start, or would not stay; the message says which and where its lines are."""


class Stopped(Exception):
    """Somebody asked for the end while the start was under way."""


@dataclass(frozen=True)
class Process:
    """One thing to start.

    ``ready`` is asked until it says yes, before the next is started; ``None`` is ready at once. With ``once`` the
    process must end with 0 before the next is started, may take as long as it needs, and never starts again. With
    ``logged=False`` its lines go to the terminal as they are and to no file: for a secret that is shown once.
    ``grace`` is how many seconds it has between SIGTERM and SIGKILL. Lines that hold one of ``unsaid`` are dropped.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    grace: float = 5.0
    once: bool = False
    logged: bool = True
    unsaid: Sequence[bytes] = ()


@dataclass
class Child:
    """A process that runs."""

    process: Process
    popen: subprocess.Popen[bytes]
    splitter: Splitter = field(default_factory=Splitter)


class Supervisor:
    """One run of a list of processes. ``pause`` is how many seconds pass before the first restart; it doubles."""

    def __init__(self, processes: Sequence[Process], *, lines: Lines, cwd: Path, pause: float = 1.0) -> None:
        self.processes = processes
        self.lines = lines
        self.cwd = cwd
        self.pause = pause
        self.children: dict[str, Child] = {}
        self.deaths: dict[str, deque[float]] = {}
        self.again: dict[str, tuple[float, Process]] = {}
        self.selector = selectors.DefaultSelector()
        self.signals = 0

    def run(self, *, settled: Callable[[], bool] | None = None, announce: Callable[[bool], None] | None = None) -> int:
        """Start all, watch until a signal comes, stop all; the exit code is 1 if something failed.

        When all are started ``settled`` is asked for a while, and ``announce`` told what it said at last.
        """
        self.undertaker = Undertaker()
        self._listen()
        try:
            for process in self.processes:
                self._start(process)
                self._await(process)
            calm = settled is None or self._await_calm(settled)
            if announce is not None:
                announce(calm)
            while True:
                self._turn()
        except Stopped:
            return 0
        except Failed as failure:
            self.say(str(failure))
            return 1
        finally:
            self._stop_all()
            self.undertaker.dismiss()

    def say(self, text: str) -> None:
        """A line of the supervisor's own."""
        self.lines.show(SELF, text.encode())

    def _listen(self) -> None:
        def heard(_number: int, _frame: object) -> None:
            self.signals += 1

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup the hang-up is ignored, and stays so.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, heard)

    def _start(self, process: Process) -> None:
        try:
            popen = subprocess.Popen(  # noqa: S603 - the list of processes is ours
                process.argv,
                cwd=self.cwd,
                env={**os.environ, **process.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Otherwise Ctrl-C would reach it before we do.
                preexec_fn=dies_with_parent(),  # noqa: PLW1509 - this process has one thread
            )
        except OSError as error:
            raise Failed(f"{process.name} cannot be started: {error}") from error
        self.undertaker.watch(popen.pid)
        child = Child(process, popen)
        self.children[process.name] = child
        if popen.stdout is not None:
            os.set_blocking(popen.stdout.fileno(), False)
            self.selector.register(popen.stdout, selectors.EVENT_READ, child)

    def _await(self, process: Process) -> None:
        """Wait until ``process`` is ready, or ended if it runs once."""
        limit = time.monotonic() + READY_WITHIN
        while self.children.get(process.name) is not None:
            if not process.once and (process.ready is None or process.ready()):
                return
            if not process.once and time.monotonic() > limit:
                raise Failed(f"{process.name} was not ready within {READY_WITHIN:.0f} s; {self._where(process)}")
            self._turn(awaited=process)

    def _await_calm(self, settled: Callable[[], bool]) -> bool:
        limit = time.monotonic() + SETTLED_WITHIN
        while not (calm := settled()) and time.monotonic() < limit:
            self._turn()
        return calm

    def _turn(self, *, awaited: Process | None = None) -> None:
        """Pass lines on for a moment, then see who died and who is due to start again."""
        if self.signals:
            raise Stopped
        self._pump(TICK)
        for child in [child for child in self.children.values() if child.popen.poll() is not None]:
            code = self._bury(child)
            self._judge(child.process, code, starting=child.process is awaited)
        now = time.monotonic()
        for name, (due, process) in list(self.again.items()):
            if now >= due:
                del self.again[name]
                self._start(process)

    def _judge(self, process: Process, code: int, *, starting: bool) -> None:
        """What follows from a process's end."""
        if process.once and code == 0:
            return
        if process.once or starting:
            raise Failed(f"{process.name} ended with {_told(code)} while starting; {self._where(process)}")
        now = time.monotonic()
        deaths = self.deaths.setdefault(process.name, deque())
        deaths.append(now)
        while now - deaths[0] > DEATHS_WITHIN:
            deaths.popleft()
        if len(deaths) > DEATHS:
            often = f"{process.name} died {len(deaths)} times within a minute, at last with {_told(code)}"
            raise Failed(f"{often}; {self._where(process)}")
        pause = self.pause * 2 ** (len(deaths) - 1)
        self.say(f"{process.name} ended with {_told(code)}; it starts again in {pause:g} s")
        self.again[process.name] = (now + pause, process)

    def _where(self, process: Process) -> str:
        return f"its lines are in {self.lines.path(process.name)}" if process.logged else "its lines stand above"

    def _pump(self, seconds: float) -> None:
        for key, _events in self.selector.select(seconds):
            self._read(key.data)

    def _read(self, child: Child) -> bool:
        """Pass on what ``child`` wrote; false if there was nothing."""
        stream = child.popen.stdout
        try:
            chunk = os.read(stream.fileno(), 65_536) if stream and not stream.closed else b""
        except BlockingIOError:
            return False
        if not chunk and stream and not stream.closed:
            self.selector.unregister(stream)
            stream.close()
        for line in child.splitter.feed(chunk) if chunk else child.splitter.end():
            self._pass_on(child.process, line)
        return bool(chunk)

    def _pass_on(self, process: Process, line: bytes) -> None:
        if any(words in line for words in process.unsaid):
            return
        if process.logged:
            self.lines.show(process.name, line)
        else:
            self.lines.plain(line.decode(errors="replace"))

    def _bury(self, child: Child) -> int:
        """Kill what is left of an ended child's group, pass on its last words, and return its exit code."""
        code = child.popen.wait()
        kill_group(child.popen.pid)
        self.undertaker.forget(child.popen.pid)
        while self._read(child):
            pass
        if child.popen.stdout and not child.popen.stdout.closed:
            self.selector.unregister(child.popen.stdout)
            child.popen.stdout.close()
        del self.children[child.process.name]
        return code

    def _stop_all(self) -> None:
        """Last in the list, first stopped. A second signal ends the patience."""
        if self.children:
            self.say("stopping (Ctrl-C again ends it at once)")
        # By the order of the list: one that died meanwhile was started again later than its place says.
        for child in [self.children[one.name] for one in reversed(self.processes) if one.name in self.children]:
            if self.signals <= 1:
                child.popen.terminate()
            limit = time.monotonic() + child.process.grace
            while child.popen.poll() is None and self.signals <= 1 and time.monotonic() < limit:
                self._pump(TICK)
            if child.popen.poll() is None:
                self.say(f"{child.process.name} is killed")
                kill_group(child.popen.pid)
        for child in list(self.children.values()):
            self._bury(child)
        self.say("stopped")
        self.lines.close()


def _told(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
