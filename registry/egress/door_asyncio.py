"""The door for scheduled batches: ``aiohttp`` on the running loop, over a guarded protocol."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from registry.egress.answer import Answer
from registry.egress.connecting import Attempts, literal, lookup_seconds
from registry.egress.exchange import Ask, Exchange, Reply, prepare
from registry.egress.faults import failure
from registry.egress.guarded_protocol import GuardedProtocol
from registry.egress.places import PLACES
from registry.egress.reasons import Failed, Refused
from registry.egress.resolver import POOLS
from registry.egress.tls import check_expiry, context, expiry

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
        except (Failed, Refused, OSError, MemoryError, aiohttp.ClientError) as error:
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


async def _connect(exchange: Exchange, answer: Answer) -> GuardedProtocol:
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


async def _secured(wire: socket.socket, exchange: Exchange, answer: Answer) -> GuardedProtocol:
    loop = asyncio.get_running_loop()
    try:
        secure = _tls_options(exchange)
    except BaseException:
        wire.close()
        raise
    protocol: GuardedProtocol
    _, protocol = await loop.create_connection(lambda: GuardedProtocol(loop, answer), sock=wire, **secure)
    if secure:
        try:
            exchange.certificate_expires_at = expiry(protocol.fact("peercert"))
            check_expiry(exchange.certificate_expires_at, wanted=exchange.ask.certificate_valid_at)
        except BaseException:
            protocol.abort()
            raise
    exchange.stage = "answer"
    return protocol


def _tls_options(exchange: Exchange) -> dict[str, Any]:
    """What the loop needs for TLS by name; nothing where the URL asks for none."""
    if exchange.target.scheme != "https":
        return {}
    exchange.stage = "tls"
    return {
        "ssl": context("asyncio"),
        "server_hostname": exchange.target.host,
        "ssl_handshake_timeout": exchange.left() + 1,  # our own deadline ends it first
    }


class _Ready(aiohttp.BaseConnector):
    """Hands out the one connection that was made and checked before; there is no second."""

    def __init__(self, protocol: GuardedProtocol) -> None:
        super().__init__(force_close=True)
        self._protocol: GuardedProtocol | None = protocol

    async def _create_connection(self, *_args: Any) -> ResponseHandler:
        protocol, self._protocol = self._protocol, None
        if protocol is None:
            raise Failed("client_failed", "a second connection was asked for")
        return protocol
