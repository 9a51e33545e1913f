"""What is asked and what comes back, and the clock and the request of one exchange; the same for both doors."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from registry.egress.addresses import Address
from registry.egress.policy import Policy, policy_in_force
from registry.egress.reasons import Failed, Refused
from registry.egress.urls import Target, check_url

METHODS = frozenset({"GET", "POST"})
MIB = 1024 * 1024
MAX_REQUEST_BODY = MIB
MODEL_CARD_BYTES = 20 * MIB
CONNECT_SECONDS = 3.0
HEALTH_SECONDS = 5.0
DELIBERATION_SECONDS = 30.0
OTHER_SECONDS = 10.0
WAIT_FOR_PLACE_SECONDS = 10.0
PLACES_PER_ORIGIN = 2
_OURS_TO_SET = frozenset(
    {"host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding", "cookie", "expect"}
)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")


@dataclass(frozen=True)
class Ask:
    """One request to an address that somebody gave us.

    ``deadline`` is seconds for the whole exchange: look-up, connection, TLS, request and answer. ``max_body`` is
    bytes. With ``count_only`` the body is counted and dropped. ``credentials_origin`` names the origin that secrets
    among the headers were made for: asked for any other, nothing is sent. ``places`` bounds the exchanges with this
    origin at once; ``patience`` is seconds to wait for a free place, charged to nobody. ``certificate_valid_at``
    fails the exchange where the server's certificate ends before that moment.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    deadline: float = OTHER_SECONDS
    max_body: int = MIB
    count_only: bool = False
    credentials_origin: str | None = None
    places: int = PLACES_PER_ORIGIN
    patience: float = WAIT_FOR_PLACE_SECONDS
    certificate_valid_at: datetime | None = None


@dataclass(frozen=True)
class Reply:
    """A whole answer with a 2xx status.

    Header names are in lower case; ``elapsed`` is seconds on the performance counter from the look-up to the last
    byte; ``size`` is bytes of body received, also where the body was dropped; ``peer`` is the address that was called.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    elapsed: float
    size: int
    certificate_expires_at: datetime | None
    peer: str


class Exchange:
    """One ask on its way: its target, its request headers, its clock and how far it has come."""

    def __init__(self, ask: Ask, target: Target, rules: Policy) -> None:
        self.ask = ask
        self.target = target
        self.rules = rules
        self.headers = request_headers(ask, target, rules)
        self.stage = "dns"
        self.peer = ""
        self.certificate_expires_at: datetime | None = None
        self._began = self._ends = 0.0

    def start(self) -> None:
        """Start both clocks: the exchange has its place."""
        self._began = time.perf_counter()
        self._ends = time.monotonic() + self.ask.deadline

    def left(self) -> float:
        """Seconds until the deadline; TimeoutError once it has passed."""
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def elapsed(self, until: float | None = None) -> float:
        """Seconds since the start, up to a reading of the performance counter or now."""
        return (time.perf_counter() if until is None else until) - self._began

    def reply(self, status: int, headers: Mapping[str, str], body: bytes, *, size: int, ended: float) -> Reply:
        """The answer as the caller gets it."""
        return Reply(
            status=status,
            headers=headers,
            body=body,
            elapsed=self.elapsed(ended),
            size=size,
            certificate_expires_at=self.certificate_expires_at,
            peer=self.peer,
        )

    def checked(self, answers: list[object]) -> list[Address]:
        """The addresses of the one look-up, every one of them checked."""
        return self.target.check_answers(answers, rules=self.rules)

    def check_peer(self, name: object, address: Address) -> None:
        """Refuse a connection whose other end is not the address that was checked (E5)."""
        expected = str(address)
        if not isinstance(name, tuple) or name[0] != expected:
            raise Refused("peer_mismatch")
        self.peer = expected


def prepare(ask: Ask) -> Exchange:
    """Check the address and the request before anything leaves; ``Failed`` where they may not."""
    rules = policy_in_force()
    try:
        target = check_url(ask.url, rules=rules)
    except Refused as refusal:
        raise Failed(refusal.reason_code, refusal.detail) from None
    if ask.credentials_origin is not None and ask.credentials_origin != target.origin:
        raise Failed("credentials_elsewhere")
    if ask.method not in METHODS or len(ask.body or b"") > MAX_REQUEST_BODY:
        raise Failed("request_invalid", "only GET and POST are sent, with at most 1 MiB")
    return Exchange(ask, target, rules)


def request_headers(ask: Ask, target: Target, rules: Policy) -> dict[str, str]:
    """All headers of the request; ours may not be overruled, and nothing can break out of its line."""
    headers = {
        "Host": target.host_header,
        "User-Agent": rules.user_agent,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    for name, value in ask.headers.items():
        if name.lower() in _OURS_TO_SET or not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Failed("request_invalid", f"the header {name[:64]!a} cannot be sent")
        headers[name.title() if name.lower() == "accept" else name] = value
    if ask.body is not None or ask.method == "POST":
        headers["Content-Length"] = str(len(ask.body or b""))
    return headers
