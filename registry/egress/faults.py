"""What an error of the system means, the same for both doors: whose fault it is, and what it is called."""

import errno
import ssl

from registry.egress.exchange import Exchange
from registry.egress.reasons import Failed, Refused
from registry.egress.tls import tls_failure

OUR_LIMITS = frozenset(
    {
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOBUFS,
        errno.EADDRNOTAVAIL,
        errno.EADDRINUSE,
        errno.EACCES,
        errno.EPERM,
        errno.EAFNOSUPPORT,
    }
)
_TIMEOUTS = {"dns": "dns_timeout", "connect": "connect_timeout", "tls": "tls_timeout", "answer": "deadline_exceeded"}


def failure(error: BaseException, exchange: Exchange) -> Failed:
    """The published failure for an error in this stage of an exchange, with its elapsed time."""
    failed = _named(error, exchange.stage)
    failed.elapsed = exchange.elapsed()
    return failed


def _named(error: BaseException, stage: str) -> Failed:
    if isinstance(error, Failed):
        return error
    if isinstance(error, Refused):
        return Failed(error.reason_code, error.detail)
    if isinstance(error, TimeoutError) and error.errno is None:
        return Failed(_TIMEOUTS[stage])
    if isinstance(error, ssl.SSLError):
        return tls_failure(error, shaking_hands=stage == "tls")
    if isinstance(error, OSError):
        return _of_socket(error, stage)
    return Failed("out_of_resources" if isinstance(error, MemoryError) else "client_failed", type(error).__name__)


def _of_socket(error: OSError, stage: str) -> Failed:
    number = error.errno or 0
    if number in OUR_LIMITS:
        return Failed("out_of_resources", errno.errorcode[number])
    if number == errno.ENETUNREACH:
        return Failed("no_route")
    if stage == "tls":
        return Failed("tls_handshake_failed", "the server closed the connection")
    if number == errno.ETIMEDOUT:
        return Failed("connect_timeout" if stage == "connect" else "deadline_exceeded")
    if number == errno.ECONNREFUSED:
        return Failed("connection_refused")
    return Failed("connection_failed" if stage == "connect" else "connection_reset")


def worse(first: OSError | None, second: OSError) -> OSError:
    """The error to report when several addresses were tried: one that tells of the server rather than of our routes."""
    if first is None or first.errno == errno.ENETUNREACH:
        return second
    return first
