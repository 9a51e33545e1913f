"""The head of an HTTP/1 answer: status line, interim answers, header lines, and what they say of the body's length."""

import re
from email.utils import parsedate_to_datetime

from registry.egress.reasons import Failed

MAX_HEADER_LINES = 100
MAX_HEADER_BYTES = 64 * 1024
MAX_LINE = MAX_HEADER_BYTES
MAX_INTERIM = 10
MAX_LOCATION = 2048
MAX_RETRY_AFTER = 86_400.0
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [\t -~\x80-\xff]*)?")
_FIELD = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\t -~\x80-\xff]*)")
_LENGTH = re.compile(r"[0-9]{1,18}")
_SEPARATOR = ", "
_INTERIM, _REDIRECTS, _CLIENT_ERRORS, _SERVER_ERRORS = 100, 300, 400, 500
_SWITCHING, _NO_CONTENT, _RESET_CONTENT, _PARTIAL = 101, 204, 205, 206
_NAMED = {401: "unauthorized", 403: "forbidden", 429: "rate_limited"}


class Head:
    """The lines of an answer's head as they come; ``Failed`` at the first that breaks a rule."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.chunked = False
        self.length: int | None = None
        self.begun = False
        self._old = False
        self._interim = 0
        self._lines = self._bytes = 0

    def take(self, line: bytes) -> bool:
        """Take one line; true once the head of the final answer is whole."""
        if not self.begun:
            self._take_status(line)
            return False
        if line:
            self._take_field(line)
            return False
        if self.status >= _INTERIM + 100:
            return True
        self._skip_interim()
        return False

    def take_trailer(self, line: bytes) -> None:
        """Take a line behind the last chunk: it counts to the bounds and is dropped."""
        self._count(line)
        if not _FIELD.fullmatch(line):
            raise Failed("bad_header", "a trailer", status=self.status)

    def check_room(self, waiting: int) -> None:
        """Refuse an unfinished line as soon as it is too long."""
        if self.begun and self._bytes + waiting > MAX_HEADER_BYTES + 1:
            raise Failed("headers_too_large", status=self.status)

    def line_too_long(self) -> Failed:
        """What a line beyond all bounds is called."""
        return Failed("headers_too_large" if self.begun else "not_http", status=self.status or None)

    def check_final(self) -> None:
        """Judge the whole head: status first, then what may stand in a good answer, then its length."""
        self._check_status()
        if self.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
            raise Failed("content_encoding", status=self.status)
        self._find_length()

    def _take_status(self, line: bytes) -> None:
        match = _STATUS.fullmatch(line)
        if match is None:
            raise Failed("not_http")
        self._old = match[1] == b"0"
        self.status = int(match[2])
        self.begun = True
        self.headers = {}
        self._lines = self._bytes = 0

    def _count(self, line: bytes) -> None:
        self._lines += 1
        self._bytes += len(line) + 2
        if self._lines > MAX_HEADER_LINES:
            raise Failed("too_many_headers", status=self.status)
        if self._bytes > MAX_HEADER_BYTES:
            raise Failed("headers_too_large", status=self.status)

    def _take_field(self, line: bytes) -> None:
        self._count(line)
        match = _FIELD.fullmatch(line)
        if match is None:
            raise Failed("bad_header", status=self.status)
        name, value = match[1].decode("ascii").lower(), match[2].decode("latin-1").rstrip(" \t")
        self.headers[name] = f"{self.headers[name]}{_SEPARATOR}{value}" if name in self.headers else value

    def _skip_interim(self) -> None:
        if self.status == _SWITCHING:
            raise Failed("unexpected_status", status=self.status)
        self._interim += 1
        if self._interim > MAX_INTERIM:
            raise Failed("too_many_interim", status=self.status)
        self.begun = False

    def _check_status(self) -> None:
        status = self.status
        if status >= _CLIENT_ERRORS:
            reason = _NAMED.get(status) or ("server_error" if status >= _SERVER_ERRORS else "client_error")
            raise Failed(reason, f"status {status}", status=status, retry_after=self._retry_after())
        if status >= _REDIRECTS:
            raise Failed("redirect_not_allowed", f"status {status}", status=status, location=self._location())
        if status == _PARTIAL:
            raise Failed("unexpected_status", f"status {status}", status=status)

    def _location(self) -> str:
        """The address that a redirect names, as text of bounded length without control characters."""
        text = self.headers.get("location", "")[:MAX_LOCATION]
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)

    def _retry_after(self) -> float | None:
        """Seconds to wait, given outright or as a date, which is read against the answer's own Date."""
        text = self.headers.get("retry-after", "").strip()
        if _LENGTH.fullmatch(text):
            return min(float(text), MAX_RETRY_AFTER)
        try:
            span = parsedate_to_datetime(text) - parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError, TypeError, OverflowError):
            return None
        return min(max(span.total_seconds(), 0.0), MAX_RETRY_AFTER)

    def _find_length(self) -> None:
        coding, length = self.headers.get("transfer-encoding"), self.headers.get("content-length")
        if coding is not None:
            if length is not None or self._old or coding.strip().lower() != "chunked":
                raise Failed("bad_framing", "Transfer-Encoding", status=self.status)
            self.chunked = True
        elif length is not None:
            values = {value.strip() for value in length.split(",")}
            if len(values) != 1 or not _LENGTH.fullmatch(value := values.pop()):
                raise Failed("bad_framing", "Content-Length", status=self.status)
            self.length = int(value)
        if self.status in (_NO_CONTENT, _RESET_CONTENT):
            self.chunked, self.length = False, 0
