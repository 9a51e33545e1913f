"""A breaker for calls that no clock schedules (security rule R12): who fails five times is left alone for a minute."""

import threading
import time
from collections.abc import Callable

FAILURES = 5
OPEN_SECONDS = 60.0


class Breaker:
    """Closed lets calls through; open lets none; half-open lets one through, which closes it or opens it again."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened: float | None = None
        self._probing = False

    def lets_through(self) -> bool:
        """Whether a call may be made now; whoever hears yes has to report its end."""
        with self._lock:
            if self._opened is None:
                return True
            if self._probing or self._clock() - self._opened < OPEN_SECONDS:
                return False
            self._probing = True
            return True

    def report(self, *, ok: bool) -> None:
        """How a call ended that was let through."""
        with self._lock:
            self._probing = False
            if ok:
                self._failures, self._opened = 0, None
                return
            self._failures += 1
            if self._failures >= FAILURES:
                self._opened = self._clock()
