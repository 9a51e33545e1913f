"""A strict reader of one HTTP/1 answer, fed with bytes as they come (RFC 9112, narrowed).

Both doors put it between the wire and their client library. It holds every bound of security E8 exactly, which the
libraries' own parsers do not (one counts the empty line as a header, one skips interim answers without end, both
forgive a short or doubly marked length). What the library then gets to read is ``HEARD``: that the answer is there.
"""

import re
import time

from registry.egress.head import MAX_LINE, Head
from registry.egress.reasons import Failed

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t -~\x80-\xff]*)?")
_PREFIX = b"HTTP/1."
HEARD = b"HTTP/1.1 200 Heard\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
"""What a client library reads once the whole answer has been read here: nothing in it is the server's."""
GRACE_SECONDS = 0.05
"""How long a door listens for surplus bytes behind a whole answer where the server keeps the connection open."""


class Answer:
    """Feed it the bytes of the wire; once ``complete``, ``status``, ``headers``, ``body`` and ``size`` are final.

    ``feed`` and ``end`` raise ``Failed`` at the first byte that breaks a rule.
    """

    def __init__(self, *, max_body: int, count_only: bool = False) -> None:
        self.head = Head()
        self.body = bytearray()
        self.size = 0
        self.complete = False
        self.ended_at = 0.0
        self._max_body = max_body
        self._count_only = count_only
        self._buffer = bytearray()
        self._scanned = 0
        self._received = False
        self._left = 0
        self._step = self._read_head

    @property
    def status(self) -> int:
        """The status of the final answer."""
        return self.head.status

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the final answer, names in lower case, repeated ones joined by a comma."""
        return self.head.headers

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take what has just been received."""
        self._received = self._received or bool(data)
        self._buffer += data
        while not self.complete and self._step():
            pass
        if self.complete and self._buffer:
            raise Failed("surplus_bytes", status=self.status)

    def end(self, *, cleanly: bool = True) -> None:
        """The other side has closed; ``cleanly`` is false for a reset and for TLS without its closing notice."""
        if self.complete:
            return
        if not self._received:
            raise Failed("closed_without_answer" if cleanly else "connection_reset")
        if self._step == self._read_until_close and cleanly:
            self._finish()
            return
        raise Failed("truncated", status=self.status or None)

    def _finish(self) -> None:
        self.complete = True
        self.ended_at = time.perf_counter()

    def _line(self) -> bytes | None:
        """The next line without its CRLF, or None until it is whole; bounded."""
        end = self._buffer.find(b"\r\n", self._scanned)
        if end < 0:
            self._scanned = max(0, len(self._buffer) - 1)
            if len(self._buffer) > MAX_LINE + 1:
                raise self.head.line_too_long()
            return None
        if end > MAX_LINE:
            raise self.head.line_too_long()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        self._scanned = 0
        return line

    def _read_head(self) -> bool:
        if not self.head.begun and not self._buffer.startswith(_PREFIX[: len(self._buffer)]):
            raise Failed("not_http")
        line = self._line()
        if line is None:
            self.head.check_room(len(self._buffer))
            return False
        if self.head.take(line):
            self._choose_framing()
        return True

    def _choose_framing(self) -> None:
        self.head.check_final()
        if self.head.chunked:
            self._step = self._read_chunk_size
        elif self.head.length is None:
            self._step = self._read_until_close
        elif self.head.length > self._max_body:
            raise Failed("body_too_large", status=self.status)
        elif self.head.length == 0:
            self._finish()
        else:
            self._left = self.head.length
            self._step = self._read_counted

    def _take_body(self, most: int) -> int:
        """Move at most so many bytes from the buffer into the body."""
        taken = min(most, len(self._buffer))
        self.size += taken
        if self.size > self._max_body:
            raise Failed("body_too_large", status=self.status)
        if not self._count_only:
            self.body += memoryview(self._buffer)[:taken]
        del self._buffer[:taken]
        return taken

    def _read_until_close(self) -> bool:
        self._take_body(len(self._buffer))
        return False

    def _read_counted(self) -> bool:
        self._left -= self._take_body(self._left)
        if self._left == 0:
            self._finish()
        return False

    def _read_chunk_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        match = _CHUNK.fullmatch(line)
        if match is None:
            raise Failed("bad_framing", "a chunk's size", status=self.status)
        self._left = int(match[1], 16)
        if self.size + self._left > self._max_body:
            raise Failed("body_too_large", status=self.status)
        self._step = self._read_chunk if self._left else self._read_trailer
        return True

    def _read_chunk(self) -> bool:
        self._left -= self._take_body(self._left)
        if self._left or len(self._buffer) < 2:  # noqa: PLR2004 - the CRLF behind a chunk
            return False
        if not self._buffer.startswith(b"\r\n"):
            raise Failed("bad_framing", "the end of a chunk", status=self.status)
        del self._buffer[:2]
        self._step = self._read_chunk_size
        return True

    def _read_trailer(self) -> bool:
        line = self._line()
        if line is None:
            self.head.check_room(len(self._buffer))
            return False
        if not line:
            self._finish()
            return False
        self.head.take_trailer(line)
        return True
