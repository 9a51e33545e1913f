"""The hands of a probing process: it claims what is due, the loop asks, and one writer stores what comes back.

    probe_batch ─▶ claim ─▶ Loop ─▶ results as they end ─▶ the writer: ``finish``, many results to a transaction

A task waits a moment for its batch and then goes: calls that hang are stored by the writer when they end, so that they
hold no thread of the pool. What is lost with the process comes back with its lease.
"""

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from shadow.actions.probing import AT_ONCE, claim, finish
from shadow.actions.results import Result
from shadow.asking import prepared
from shadow.loop import Loop

log = logging.getLogger(__name__)
GATHER_SECONDS = 0.1
SETTLE_SECONDS = 2.0
# A task that went on while anything is due would never end, and a worker that must go waits for its tasks.
TASK_SECONDS = 4.0
TRIES = 5
AGAIN_SECONDS = 1.0


class Batch:
    """Results that a task waits for until they are stored."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()
        self._stored = threading.Event()

    def one_stored(self) -> None:
        with self._lock:
            self._left -= 1
            if not self._left:
                self._stored.set()

    def wait(self, seconds: float) -> bool:
        return self._stored.wait(seconds)


class Prober:
    """Claims, asks and stores for one process; ``after_answers`` is called when answers were stored to be scored."""

    def __init__(self, *, clock: Callable[[], datetime], after_answers: Callable[[], None]) -> None:
        self._clock = clock
        self._after_answers = after_answers
        self._loop = Loop()
        self._results: queue.SimpleQueue[tuple[Result, Batch]] = queue.SimpleQueue()
        threading.Thread(target=self._write, name="probe-writer", daemon=True).start()

    def probe(self, *, wait: float = SETTLE_SECONDS) -> int:
        """Ask what is due, batch after batch, until nothing is due, no place is free or a task's time is over.

        How many slots were claimed.
        """
        claimed, until = 0, time.monotonic() + TASK_SECONDS
        while time.monotonic() < until:
            batch, size = self._hand_in()
            claimed += size
            if batch is None or not batch.wait(wait):
                break
        return claimed

    def _hand_in(self) -> tuple[Batch | None, int]:
        at = self._clock()
        slots = claim(min(self._loop.room, AT_ONCE), at=at, token=uuid.uuid4())
        if not slots:
            return None, 0
        askings, results = prepared(slots, at=at)
        batch = Batch(len(slots))
        for result in results:
            self._results.put((result, batch))
        self._loop.ask(askings, at=at, deliver=lambda result: self._results.put((result, batch)))
        return batch, len(slots)

    def _write(self) -> None:
        while True:
            found = [self._results.get()]
            limit = time.monotonic() + GATHER_SECONDS
            while len(found) < AT_ONCE and (left := limit - time.monotonic()) > 0:
                try:
                    found.append(self._results.get(timeout=left))
                except queue.Empty:
                    break
            self._store([result for result, _ in found])
            for _, batch in found:
                batch.one_stored()

    def _store(self, results: list[Result]) -> None:
        """Store, and again where the database was away: a result that is stored twice counts once."""
        for _ in range(TRIES):
            try:
                close_old_connections()
                finish(results, at=self._clock())
            except (OperationalError, InterfaceError) as error:
                log.warning("results could not be stored and are tried again: error=%s", type(error).__name__)
                time.sleep(AGAIN_SECONDS)
            except Exception as error:  # noqa: BLE001  the writer must live; the slots come back with their leases
                log.error("results could not be stored: error=%s", type(error).__name__)  # noqa: TRY400
                return
            else:
                if any(result.answer for result in results):
                    self._after_answers()
                return


@cache
def the_prober(after_answers: Callable[[], None]) -> Prober:
    """The prober of this process, made when it is first asked to probe."""
    return Prober(clock=timezone.now, after_answers=after_answers)
