"""What both doors do on the way to a connection: which addresses to try, and for how long each."""

import time
from collections.abc import Iterator
from ipaddress import ip_address

from registry.egress.addresses import Address
from registry.egress.exchange import CONNECT_SECONDS, Exchange
from registry.egress.faults import OUR_LIMITS, worse
from registry.egress.resolver import LOOKUP_SECONDS


def literal(exchange: Exchange) -> list[object] | None:
    """The address itself where a development endpoint is given by number; no look-up is needed then."""
    if not exchange.target.development:
        return None
    try:
        ip_address(exchange.target.host)
    except ValueError:
        return None
    return [exchange.target.host]


def lookup_seconds(exchange: Exchange) -> float:
    """How long the look-up may take: 5 s, or what is left of the exchange."""
    return min(LOOKUP_SECONDS, exchange.left())


class Attempts:
    """The checked addresses one after another, within 3 s for all; ``failed`` keeps the error worth reporting."""

    def __init__(self, exchange: Exchange, addresses: list[Address]) -> None:
        self._exchange = exchange
        self._addresses = addresses
        self._error: OSError | None = None

    def __iter__(self) -> Iterator[tuple[Address, float]]:
        until = time.monotonic() + CONNECT_SECONDS
        for number, address in enumerate(self._addresses):
            left = min(until - time.monotonic(), self._exchange.left())
            if left <= 0:
                break
            yield address, left / (len(self._addresses) - number)

    def failed(self, error: OSError) -> None:
        """Note that an address could not be reached; a lack of our own ends the attempts at once."""
        if error.errno in OUR_LIMITS:
            raise error
        self._error = worse(self._error, error)

    def error(self) -> OSError:
        """Why no address could be reached."""
        return self._error or TimeoutError()
