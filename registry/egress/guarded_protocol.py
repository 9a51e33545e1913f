"""The strict reader between an asyncio transport and ``aiohttp``."""

import asyncio
import ssl

from aiohttp.client_proto import ResponseHandler

from registry.egress.answer import GRACE_SECONDS, HEARD, Answer
from registry.egress.reasons import Failed
from registry.egress.tls import tls_failure


class GuardedProtocol(ResponseHandler):
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
        """A FIN; under TLS it is a clean end only where the closing notice came before it."""
        secure = self.fact("ssl_object")
        self._end(None, cleanly=not isinstance(secure, ssl.SSLObject) or _notice_came(secure))

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


def _notice_came(secure: ssl.SSLObject) -> bool:
    """Whether the TLS closing notice was received: only then does one more read say "end" and not "more to come"."""
    try:
        return not secure.read(1)
    except ssl.SSLError:
        return False
