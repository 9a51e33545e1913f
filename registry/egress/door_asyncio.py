"""The door for scheduled batches: ``aiohttp`` on the running loop, over a guarded protocol."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from registry.egress.answer import GRACE_SECONDS, HEARD, Answer
from registry.egress.connecting import Attempts, literal, lookup_seconds
from registry.egress.exchange import Ask, Exchange, Reply, prepare
from registry.egress.faults import failure
from registry.egress.places import PLACES
from registry.egress.reasons import Failed
from registry.egress.resolver import POOLS
from registry.egress.tls import check_expiry, context, expiry, tls_failure

_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_read=None, sock_connect=None)
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


async def ask_async(wanted: Ask) -> Reply:
    """Make one call on this loop; the same answers and the same ``Failed`` as ``ask``."""
    exchange = prepare(wanted)
    answer = Answer(max_body=wanted.max_body, count_only=wanted.count_only)
    async with _place(exchange):
        exchange.start()
        try:
            async with asyncio.timeout(wanted.deadline):
                await _converse(exchange, answer)
        except (Failed, OSError, MemoryError, aiohttp.ClientError) as error:
            raise failure(error, exchange) from None
        return exchange.reply(
            answer.status, answer.headers, bytes(answer.body), size=answer.size, ended=answer.ended_at
        )


@asynccontextmanager
async def _place(exchange: Exchange) -> AsyncIterator[None]:
    """Hold a place for the time of the exchange; waiting too long for one is our fault."""
    in_all = exchange.rules.places
    ticket = PLACES.ask(exchange.target.origin, most=exchange.ask.places, in_all=in_all)
    if not ticket.done():
        waiting = asyncio.wrap_future(ticket)
        try:
            await asyncio.wait({waiting}, timeout=exchange.ask.patience)
        except BaseException:
            PLACES.abandon(ticket, in_all=in_all)
            waiting.cancel()
            raise
        if not waiting.done():
            PLACES.abandon(ticket, in_all=in_all)
            waiting.cancel()
            raise Failed("no_place")
    try:
        yield
    finally:
        PLACES.release(ticket, in_all=in_all)


async def _converse(exchange: Exchange, answer: Answer) -> None:
    """Connect, ask and hear the answer out; the guard's verdict counts before whatever the library makes of it."""
    protocol = await _connect(exchange, answer)
    try:
        async with aiohttp.ClientSession(
            connector=_Ready(protocol),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=_NO_TIMEOUT,
            skip_auto_headers=_AUTOMATIC,
            auto_decompress=False,
        ) as session:
            url = URL(exchange.target.url, encoded=True)
            async with session.request(
                exchange.ask.method, url, headers=exchange.headers, data=exchange.ask.body, allow_redirects=False
            ):
                pass
    except (Failed, OSError, aiohttp.ClientError):
        if protocol.failed is None and not answer.complete:
            raise
    finally:
        protocol.abort()
    if protocol.failed is not None:
        raise protocol.failed


async def _addresses(exchange: Exchange) -> list[object]:
    answers = literal(exchange)
    if answers is not None:
        return answers
    lookup = POOLS.resolver.ask(exchange.target.host)
    coming = asyncio.wrap_future(lookup)
    try:
        await asyncio.wait({coming}, timeout=lookup_seconds(exchange))
        if not coming.done():
            raise lookup.overdue()
        return coming.result()
    finally:
        coming.cancel()


async def _connect(exchange: Exchange, answer: Answer) -> "_GuardedProtocol":
    """A connection to one of the checked addresses, its peer checked again, under TLS where the URL says so."""
    addresses = exchange.checked(await _addresses(exchange))
    exchange.stage = "connect"
    attempts = Attempts(exchange, addresses)
    loop = asyncio.get_running_loop()
    for address, seconds in attempts:
        try:
            wire = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6)  # noqa: PLR2004
        except OSError as error:
            attempts.failed(error)
            continue
        try:
            wire.setblocking(False)
            async with asyncio.timeout(seconds):
                await loop.sock_connect(wire, (str(address), exchange.target.port))
            exchange.check_peer(wire.getpeername(), address)
        except OSError as error:
            wire.close()
            attempts.failed(error)
        except BaseException:
            wire.close()
            raise
        else:
            return await _secured(wire, exchange, answer)
    raise attempts.error()


async def _secured(wire: socket.socket, exchange: Exchange, answer: Answer) -> "_GuardedProtocol":
    loop = asyncio.get_running_loop()
    secure: dict[str, Any] = {}
    if exchange.target.scheme == "https":
        exchange.stage = "tls"
        secure = {
            "ssl": context("asyncio"),
            "server_hostname": exchange.target.host,
            "ssl_handshake_timeout": exchange.left() + 1,  # our own deadline ends it first
        }
    protocol: _GuardedProtocol
    _, protocol = await loop.create_connection(lambda: _GuardedProtocol(loop, answer), sock=wire, **secure)
    if secure:
        try:
            exchange.certificate_expires_at = expiry(protocol.fact("peercert"))
            check_expiry(exchange.certificate_expires_at, wanted=exchange.ask.certificate_valid_at)
        except BaseException:
            protocol.abort()
            raise
    exchange.stage = "answer"
    return protocol


class _Ready(aiohttp.BaseConnector):
    """Hands out the one connection that was made and checked before; there is no second."""

    def __init__(self, protocol: "_GuardedProtocol") -> None:
        super().__init__(force_close=True)
        self._protocol: _GuardedProtocol | None = protocol

    async def _create_connection(self, *_args: Any) -> ResponseHandler:
        protocol, self._protocol = self._protocol, None
        if protocol is None:
            raise Failed("client_failed", "a second connection was asked for")
        return protocol


class _GuardedProtocol(ResponseHandler):
    """The library's own protocol behind the strict reader: it hears only that a whole answer is there, or a failure."""

    def __init__(self, loop: asyncio.AbstractEventLoop, answer: Answer) -> None:
        super().__init__(loop)
        self.failed: Failed | None = None
        self._answer = answer
        self._told = False
        self._wire: asyncio.Transport | None = None
        self._grace: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport: the library forgets it when it closes, and closing under TLS can take its time."""
        assert isinstance(transport, asyncio.Transport)
        self._wire = transport
        super().connection_made(transport)

    def fact(self, name: str) -> object:
        """A fact of the connection, such as the peer's certificate."""
        return None if self._wire is None else self._wire.get_extra_info(name)

    def data_received(self, data: bytes) -> None:
        """Read what came; once told, the library drains its own copy through here."""
        if self._told:
            if data == HEARD:
                super().data_received(data)
            return
        try:
            self._answer.feed(data)
        except Failed as failed:
            self._tell(failed)
            return
        if self._answer.complete and self._grace is None:
            self._grace = self._loop.call_later(GRACE_SECONDS, self._tell)

    def eof_received(self) -> None:
        """A clean end: a FIN, or under TLS the closing notice, for nothing else is reported here."""
        self._end(None, cleanly=True)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Any other end; after a clean one there is nothing left to say."""
        self._end(exc, cleanly=False)
        super().connection_lost(exc)

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._grace is not None:
            self._grace.cancel()
        self._told = True
        if self._wire is not None:
            self._wire.abort()

    def _end(self, error: BaseException | None, *, cleanly: bool) -> None:
        if self._told:
            return
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError) and not self._answer.complete:
            self._tell(tls_failure(error, shaking_hands=False))
            return
        try:
            self._answer.end(cleanly=cleanly)
        except Failed as failed:
            self._tell(failed)
        else:
            self._tell()

    def _tell(self, failed: Failed | None = None) -> None:
        """Let the library know how it ended."""
        if self._told:
            return
        self._told = True
        if self._grace is not None:
            self._grace.cancel()
        if failed is None:
            super().data_received(HEARD)
            return
        self.failed = failed
        self.set_exception(failed)
        if self._wire is not None:
            self._wire.abort()
