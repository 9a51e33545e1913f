"""How a call to somebody else's address can end (spec §5)."""

from enum import StrEnum


class Outcome(StrEnum):
    """The ten ends of a call; every call has exactly one of them."""

    OK = "ok"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS_ERROR = "tls_error"
    HTTP_ERROR = "http_error"
    INVALID_JSON = "invalid_json"
    SCHEMA_VIOLATION = "schema_violation"
    OVERSIZED = "oversized"
    OUR_FAULT = "our_fault"
