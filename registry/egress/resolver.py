"""Look-ups in a bounded pool of threads, because getaddrinfo itself can block for as long as it likes."""

import os
import queue
import socket
import threading
from concurrent.futures import Future

from registry.egress.reasons import Failed

LOOKUP_SECONDS = 5.0
THREADS = 32
_SERVER_SIDE = {
    socket.EAI_NONAME: "dns_no_answer",
    socket.EAI_NODATA: "dns_no_answer",
    socket.EAI_ADDRFAMILY: "dns_no_answer",
    socket.EAI_AGAIN: "dns_failed",
    socket.EAI_FAIL: "dns_failed",
}


class Lookup(Future[list[object]]):
    """The answers of one look-up to come, each a text that has yet to be checked."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self.host = host

    def overdue(self) -> Failed:
        """What it means that no answer came in time: ours if the look-up never began, the zone's if it did."""
        return Failed("resolver_busy" if self.cancel() else "dns_timeout")

    def run(self) -> None:
        """Ask the system's resolver, once."""
        if not self.set_running_or_notify_cancel():
            return
        try:
            self.set_result(look_up(self.host))
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who waits
            self.set_exception(error)


class Resolver:
    """A few daemon threads that look names up; they start when they are first needed."""

    def __init__(self, threads: int = THREADS) -> None:
        self._most = threads
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0
        self._untaken = 0
        self._waiting: queue.SimpleQueue[Lookup] = queue.SimpleQueue()

    def ask(self, host: str) -> Lookup:
        """Begin a look-up; ``Failed`` where no thread can be had."""
        lookup = Lookup(host)
        self._waiting.put(lookup)
        with self._lock:
            self._untaken += 1
            if self._untaken <= self._idle or self._threads == self._most:
                return lookup
            try:
                threading.Thread(target=self._work, name="egress-dns", daemon=True).start()
            except RuntimeError:
                if not self._threads:
                    raise Failed("out_of_resources") from None
            else:
                self._threads += 1
        return lookup

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            lookup = self._waiting.get()
            with self._lock:
                self._idle -= 1
                self._untaken -= 1
            lookup.run()


def look_up(host: str) -> list[object]:
    """Every address of the host in the system's order of preference; ``Failed`` says whose fault none is."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise Failed(_SERVER_SIDE.get(error.errno or 0, "resolver_failed")) from None
    except UnicodeError:
        raise Failed("dns_no_answer") from None
    return [answer[4][0] for answer in found]


class Pools:
    """The resolver of this process; a forked child begins with a new one, for threads do not survive a fork."""

    def __init__(self) -> None:
        self.resolver = Resolver()

    def renew(self) -> None:
        """Forget the threads of the parent."""
        self.resolver = Resolver()


POOLS = Pools()
os.register_at_fork(after_in_child=POOLS.renew)
