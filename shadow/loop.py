"""One event loop per process, in a thread of its own: batches of calls are handed in, results come out as they end.

    ask ─▶ a place (lines) ─▶ registry.protocols, under its deadline ─▶ Result, with how late the loop was meanwhile

Deadlines are in code, for the threads pool knows no time limits.
"""

import asyncio
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from registry.egress import Outcome, policy_in_force
from registry.protocols import Called, deliberate_async, health_async, validate_async
from shadow.actions.results import Result
from shadow.asking import Asking
from shadow.lines import Flight, Lines, NoPlace
from shadow.probes import Probe
from shadow.rules import DEADLINES

log = logging.getLogger(__name__)
SLOW_AFTER = 2
WAITING_PER_PLACE = 2
BEAT_SECONDS = 0.01
Deliver = Callable[[Result], None]


class Lag:
    """How late the loop is: a heartbeat that notes when it came late."""

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque(maxlen=4096)
        self._due = 0.0
        self._calls = 0
        self._beat: asyncio.TimerHandle | None = None

    def begin(self) -> float:
        """A call begins; the time by which ``end`` will know it."""
        self._calls += 1
        if self._calls == 1:
            self._next()
        return time.perf_counter()

    def end(self, began: float) -> int:
        """How late the loop was at worst since ``began``, in milliseconds."""
        self._calls -= 1
        now = time.perf_counter()
        worst = max(0.0, now - self._due)
        for at, late in reversed(self._late):
            if at < began:
                break
            worst = max(worst, late)
        if not self._calls and self._beat is not None:
            self._beat.cancel()
        return round(worst * 1000)

    def _next(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = time.perf_counter() + BEAT_SECONDS
        self._beat = loop.call_later(BEAT_SECONDS, self._struck)

    def _struck(self) -> None:
        now = time.perf_counter()
        if now - self._due >= BEAT_SECONDS:
            self._late.append((now, now - self._due))
        if self._calls:
            self._next()


class Loop:
    """The loop of a process and its thread, which ends with the process."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._lag = Lag()
        self._timeouts: Counter[str] = Counter()
        self._flight = Flight()
        self._places = policy_in_force().places
        self._lines = Lines(self._places, self._flight)
        self._thread = threading.Thread(target=self._run, name="probe-loop", daemon=True)
        self._thread.start()

    @property
    def room(self) -> int:
        """How many more calls can be taken without waiting long for a place; those in the slow lane do not count."""
        return max(0, self._places * WAITING_PER_PLACE - self._flight.count)

    def ask(self, askings: Sequence[Asking], *, at: datetime, deliver: Deliver) -> None:
        """Make these calls; ``deliver`` hears every result once, on the loop's thread. ``at`` is now."""
        handed_in = time.monotonic()

        def clock() -> datetime:
            return at + timedelta(seconds=time.monotonic() - handed_in)

        # Counted here, before the loop gets to them: whoever asks for room next must see them.
        self._flight.add(len(askings))
        self._loop.call_soon_threadsafe(self._start, askings, clock, deliver)

    def ask_all(self, askings: Sequence[Asking], *, at: datetime) -> list[Result]:
        """Make these calls and wait for all of them."""
        done: Future[None] = Future()
        results: list[Result] = []

        def deliver(result: Result) -> None:
            results.append(result)
            if len(results) == len(askings):
                done.set_result(None)

        if askings:
            self.ask(askings, at=at, deliver=deliver)
            done.result()
        return results

    def close(self) -> None:
        """Break off what is on its way, and end the loop and its thread; for tests."""
        asyncio.run_coroutine_threadsafe(_break_off(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _start(self, askings: Iterable[Asking], clock: Callable[[], datetime], deliver: Deliver) -> None:
        for asking in askings:
            task = self._loop.create_task(self._one(asking, clock, deliver))
            _RUNNING.add(task)
            task.add_done_callback(_RUNNING.discard)

    async def _one(self, asking: Asking, clock: Callable[[], datetime], deliver: Deliver) -> None:
        """One call and its result; it ends by its own deadline, and one that outlives its lease changes nothing."""
        asked_at, called, lag, why = clock(), None, 0, ""
        try:
            place = await self._lines.enter(asking.reach, slow=self._timeouts[asking.reach.origin] >= SLOW_AFTER)
            try:
                asked_at = clock()
                called, lag = await self._timed(asking)
            finally:
                self._lines.leave(place)
        except NoPlace:
            why = "no_place"
        except Exception as error:  # noqa: BLE001  a fault of ours must leave a result: nothing is held against the model
            log.error("a probe broke: probe=%s error=%s", asking.slot.probe, type(error).__name__)  # noqa: TRY400
            called = Called(Outcome.OUR_FAULT, "client_failed")
        finally:
            self._flight.add(-1)
        deliver(Result(asking.slot, asked_at, called, why, lag, asking.prompt, asking.validates))

    async def _timed(self, asking: Asking) -> tuple[Called, int]:
        began, lag = self._lag.begin(), 0
        try:
            called = await _call(asking)
        finally:
            lag = self._lag.end(began)
        if called.outcome is Outcome.TIMEOUT:
            self._timeouts[asking.reach.origin] += 1
        elif called.outcome is not Outcome.OUR_FAULT:
            self._timeouts.pop(asking.reach.origin, None)
        return called, lag


_RUNNING: set[asyncio.Task[Any]] = set()


async def _break_off() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


def _call(asking: Asking) -> Awaitable[Called]:
    deadline = DEADLINES[Probe(asking.slot.probe)]
    if asking.question is not None:
        return deliberate_async(asking.reach, asking.question, deadline=deadline)
    if asking.slot.probe == Probe.SELF_VALIDATION:
        return validate_async(asking.reach, response=asking.text, tier=asking.tier, deadline=deadline)
    return health_async(asking.reach, deadline=deadline)
