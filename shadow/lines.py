"""Waiting for a place: per origin, then in all; an origin whose calls keep ending in a timeout waits in a slow lane.

The slow lane holds a part of all places, so that hanging models wait for each other and not the healthy ones for them.
``registry.egress`` keeps the same bounds for every caller; waiting here costs it nothing.
"""

import asyncio
import threading
from dataclasses import dataclass, field

from registry.protocols import Reach
from shadow.rules import GRACE

SLOW_SHARE = 4
MARGIN_SECONDS = 1.0


class NoPlace(Exception):
    """No place came free while the lease still left time for a whole call."""


class Flight:
    """How many calls are on their way; counted from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def add(self, more: int) -> None:
        with self._lock:
            self.count += more


class _Line(asyncio.Semaphore):
    """The places of one origin; ``users`` hold one or wait for one."""

    users = 0


@dataclass(slots=True)
class Place:
    """What somebody holds, or is waiting to hold, at an origin."""

    origin: str
    line: _Line
    held: list[asyncio.Semaphore] = field(default_factory=list)


class Lines:
    """The places of a loop. Whoever waits behind its own origin or in the slow lane is not counted as in ``flight``."""

    def __init__(self, places: int, flight: Flight) -> None:
        self._origins: dict[str, _Line] = {}
        self._slow = asyncio.Semaphore(max(1, places // SLOW_SHARE))
        self._all = asyncio.Semaphore(places)
        self._flight = flight

    async def enter(self, reach: Reach, *, slow: bool) -> Place:
        """A place for a call, to be given back by ``leave``; raises NoPlace when none came free in a lease's grace."""
        line = self._origins.setdefault(reach.origin, _Line(reach.places))
        line.users += 1
        place = Place(reach.origin, line)
        try:
            if line.locked() or slow or self._all.locked():
                await self._wait([line, self._slow] if slow else [line], place.held)
            else:
                for free in (line, self._all):
                    await free.acquire()
                    place.held.append(free)
        except BaseException:
            self.leave(place)
            raise
        return place

    def leave(self, place: Place) -> None:
        """Give back what the place holds; a line that nobody uses is forgotten."""
        for one in place.held:
            one.release()
        place.line.users -= 1
        if not place.line.users:
            self._origins.pop(place.origin, None)

    async def _wait(self, behind: list[asyncio.Semaphore], held: list[asyncio.Semaphore]) -> None:
        try:
            async with asyncio.timeout(GRACE.total_seconds() - MARGIN_SECONDS):
                self._flight.add(-1)
                try:
                    for one in behind:
                        await one.acquire()
                        held.append(one)
                finally:
                    self._flight.add(1)
                await self._all.acquire()
                held.append(self._all)
        except TimeoutError:
            raise NoPlace from None
