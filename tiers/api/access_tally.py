"""Answers are counted in the process that gives them and written down once a second: asking itself writes nothing."""

import atexit
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Lock, Thread

from django.db import Error, connection
from django.utils import timezone

from tiers.actions.access import Counted, add_counts

EVERY_SECONDS = 1.0
IDLE_ROUNDS = 30
# So many kinds of answers are held while the database is away; what comes beyond is dropped, and the log says so.
MOST_HELD = 100_000

logger = logging.getLogger(__name__)
Keep = Callable[[Mapping[Counted, int], datetime], None]


class Tally:
    """Counts by kind, and a thread that hands them to ``keep`` while there are any. One to a process.

    What a process counted in its last second is lost if it is killed, and only then.
    """

    def __init__(self, keep: Keep, *, every: float = EVERY_SECONDS) -> None:
        self.keep, self.every = keep, every
        self._held: Counter[Counted] = Counter()
        self._lock = Lock()
        self._runs_in = 0

    def add(self, counted: Iterable[Counted]) -> None:
        """Count these, each one answer."""
        with self._lock:
            self._held.update(counted)
            # After a fork the thread is the parent's.
            if self._runs_in != os.getpid():
                self._runs_in = os.getpid()
                self._start()

    def flush(self) -> None:
        """Write down what is held; what cannot be written is held on to."""
        with self._lock:
            taken, self._held = self._held, Counter()
        if not taken:
            return
        try:
            self.keep(taken, timezone.now())
        except Error as error:
            logger.warning("Answers could not be counted yet (%s); they are held", type(error).__name__)
            self._hold(taken)

    def _hold(self, taken: Counter[Counted]) -> None:
        with self._lock:
            self._held += taken
            dropped = list(self._held)[MOST_HELD:]
            for kind in dropped:
                del self._held[kind]
        if dropped:
            logger.error("%d kinds of answers were dropped and are not counted", len(dropped))

    def _start(self) -> None:
        Thread(target=self._run, name="access-tally", daemon=True).start()

    def _run(self) -> None:
        idle = 0
        try:
            while not self._is_done(idle):
                time.sleep(self.every)
                idle = 0 if self._held else idle + 1
                self.flush()
        finally:
            connection.close()

    def _is_done(self, idle: int) -> bool:
        """Nothing was asked for a while: the next one who asks starts another thread."""
        with self._lock:
            done = idle >= IDLE_ROUNDS and not self._held
            if done:
                self._runs_in = 0
            return done


def _keep(counts: Mapping[Counted, int], at: datetime) -> None:
    add_counts(counts, at=at)


TALLY = Tally(_keep)
atexit.register(TALLY.flush)
