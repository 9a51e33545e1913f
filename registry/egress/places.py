"""How many exchanges may run at once: per origin and in all, for both doors of a process together (security E9)."""

import os
import threading
from collections import Counter, deque
from concurrent.futures import Future


class Ticket(Future[None]):
    """A wait for a place at one origin."""

    def __init__(self, origin: str, most: int) -> None:
        super().__init__()
        self.origin = origin
        self.most = most


class Places:
    """Places given out first come, first served, except that nobody waits behind an origin that is full."""

    def __init__(self) -> None:
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()
        self._in_all = 0
        self._waiting: deque[Ticket] = deque()

    def ask(self, origin: str, *, most: int, in_all: int) -> Ticket:
        """A ticket, done as soon as a place is free; it is to be given back by ``release`` or ``abandon``."""
        ticket = Ticket(origin, most)
        with self._lock:
            if self._free(ticket, in_all):
                self._grant(ticket)
            else:
                self._waiting.append(ticket)
        return ticket

    def release(self, ticket: Ticket, *, in_all: int) -> None:
        """Give a place back and hand it to whoever has waited longest and fits."""
        with self._lock:
            self._in_all -= 1
            self._taken[ticket.origin] -= 1
            if not self._taken[ticket.origin]:
                del self._taken[ticket.origin]
            while self._in_all < in_all:
                following = next((waiting for waiting in self._waiting if self._free(waiting, in_all)), None)
                if following is None:
                    break
                self._waiting.remove(following)
                self._grant(following)

    def abandon(self, ticket: Ticket, *, in_all: int) -> None:
        """Stop waiting; a place that was granted in the same moment goes to the next."""
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return
        self.release(ticket, in_all=in_all)

    def _free(self, ticket: Ticket, in_all: int) -> bool:
        return self._in_all < in_all and self._taken[ticket.origin] < ticket.most

    def _grant(self, ticket: Ticket) -> None:
        self._in_all += 1
        self._taken[ticket.origin] += 1
        ticket.set_result(None)

    @property
    def taken(self) -> int:
        """How many exchanges hold a place now."""
        return self._in_all


PLACES = Places()
