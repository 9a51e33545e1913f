"""The door for single calls: ``requests`` over a guarded socket."""

import http.client
import io
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import BaseAdapter

from registry.egress.answer import GRACE_SECONDS, HEARD, Answer
from registry.egress.connecting import Attempts, literal, lookup_seconds
from registry.egress.exchange import Ask, Exchange, Reply, prepare
from registry.egress.faults import failure
from registry.egress.places import PLACES
from registry.egress.reasons import Failed, Refused
from registry.egress.resolver import POOLS
from registry.egress.tls import check_expiry, context, expiry

RECEIVE_BYTES = 64 * 1024


def ask(wanted: Ask) -> Reply:
    """Make one call and wait for its whole answer; ``Failed`` for anything but a 2xx within all bounds (E5-E9)."""
    exchange = prepare(wanted)
    with _place(exchange):
        exchange.start()
        adapter = _Adapter(exchange)
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.headers.clear()
                session.mount(f"{exchange.target.scheme}://", adapter)
                request = requests.Request(wanted.method, exchange.target.url, headers=exchange.headers)
                session.send(request.prepare(), allow_redirects=False)
        except (Failed, Refused, OSError, MemoryError, http.client.HTTPException) as error:
            raise failure(error, exchange) from None
        answer = adapter.answer
        return exchange.reply(
            answer.status, answer.headers, bytes(answer.body), size=answer.size, ended=answer.ended_at
        )


@contextmanager
def _place(exchange: Exchange) -> Iterator[None]:
    """Hold a place for the time of the exchange; waiting too long for one is our fault."""
    in_all = exchange.rules.places
    ticket = PLACES.ask(exchange.target.origin, most=exchange.ask.places, in_all=in_all)
    try:
        ticket.result(timeout=exchange.ask.patience)
    except TimeoutError:
        PLACES.abandon(ticket, in_all=in_all)
        raise Failed("no_place") from None
    except BaseException:
        PLACES.abandon(ticket, in_all=in_all)
        raise
    try:
        yield
    finally:
        PLACES.release(ticket, in_all=in_all)


class _Adapter(BaseAdapter):
    """One exchange over one connection of its own: no pool, no proxy, no retry, no redirect, no cookie."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.answer = Answer(max_body=exchange.ask.max_body, count_only=exchange.ask.count_only)
        self._exchange = exchange

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Connect, send, and read the whole answer before the library sees that there is one."""
        exchange = self._exchange
        connection = http.client.HTTPConnection(exchange.target.host, exchange.target.port)
        wire = _connect(exchange)
        try:
            connection.sock = _GuardedSocket(wire, exchange, self.answer)
            connection.putrequest(
                exchange.ask.method, exchange.target.request_target, skip_host=True, skip_accept_encoding=True
            )
            for name, value in exchange.headers.items():
                connection.putheader(name, value)
            connection.endheaders(exchange.ask.body)
            response = requests.Response()
            response.request, response.url = request, exchange.target.url
            response.raw = connection.getresponse()
            response.status_code = self.answer.status
            return response
        finally:
            wire.close()

    def close(self) -> None:
        """Nothing outlives an exchange."""


def _addresses(exchange: Exchange) -> list[object]:
    answers = literal(exchange)
    if answers is not None:
        return answers
    lookup = POOLS.resolver.ask(exchange.target.host)
    try:
        return lookup.result(timeout=lookup_seconds(exchange))
    except TimeoutError:
        raise lookup.overdue() from None


def _connect(exchange: Exchange) -> socket.socket:
    """A connection to one of the checked addresses, its peer checked again, under TLS where the URL says so."""
    addresses = exchange.checked(_addresses(exchange))
    exchange.stage = "connect"
    attempts = Attempts(exchange, addresses)
    for address, seconds in attempts:
        try:
            wire = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6)  # noqa: PLR2004
        except OSError as error:
            attempts.failed(error)
            continue
        try:
            wire.settimeout(seconds)
            wire.connect((str(address), exchange.target.port))
            exchange.check_peer(wire.getpeername(), address)
            return _secured(wire, exchange)
        except OSError as error:
            wire.close()
            if exchange.stage != "connect":
                raise
            attempts.failed(error)
        except BaseException:
            wire.close()
            raise
    raise attempts.error()


def _secured(wire: socket.socket, exchange: Exchange) -> socket.socket:
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if exchange.target.scheme == "https":
        exchange.stage = "tls"
        wire.settimeout(exchange.left())
        secure = context("requests").wrap_socket(wire, server_hostname=exchange.target.host, suppress_ragged_eofs=False)
        try:
            exchange.certificate_expires_at = expiry(secure.getpeercert())
            check_expiry(exchange.certificate_expires_at, wanted=exchange.ask.certificate_valid_at)
        except BaseException:
            secure.close()
            raise
        wire = secure
    exchange.stage = "answer"
    return wire


class _GuardedSocket:
    """What ``http.client`` takes for a socket: every byte passes the clock and the strict reader."""

    def __init__(self, wire: socket.socket, exchange: Exchange, answer: Answer) -> None:
        self._wire = wire
        self._exchange = exchange
        self._answer = answer
        self._request = bytearray()

    def sendall(self, data: bytes) -> None:
        """Keep what the library writes: head and body leave together, so that a hasty server has all of it at once."""
        self._request += data

    def _send(self) -> None:
        """Send within the deadline; a server that has closed its ear may still have answered."""
        view = memoryview(bytes(self._request))
        try:
            while view:
                self._wire.settimeout(self._exchange.left())
                view = view[self._wire.send(view) :]
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return

    def makefile(self, *_args: Any) -> io.BytesIO:
        """Send the request and read the whole answer, then let the library hear that it is there."""
        self._send()
        while not self._answer.complete:
            self._wire.settimeout(self._exchange.left())
            try:
                data = self._wire.recv(RECEIVE_BYTES)
            except (ConnectionError, ssl.SSLEOFError):
                self._answer.end(cleanly=False)
                break
            if data:
                self._answer.feed(data)
            else:
                self._answer.end()
        self._listen_on()
        return io.BytesIO(HEARD)

    def _listen_on(self) -> None:
        """Bytes behind the whole answer refuse it; silence, an end or an error does not."""
        self._wire.settimeout(GRACE_SECONDS)
        try:
            data = self._wire.recv(RECEIVE_BYTES)
        except OSError:
            return
        self._answer.feed(data)

    def close(self) -> None:
        """The adapter closes the wire."""
