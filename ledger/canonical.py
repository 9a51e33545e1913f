"""The one way in which facts become bytes: RFC 8785 JSON without floats."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """A value has no single canonical form, such as a float or an integer beyond 2^53 - 1."""


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of ``value``; decimals become strings, times RFC 3339 UTC with microseconds.

    Raises NotCanonical for floats, non-string keys, integers beyond 2^53 - 1 and lone surrogates.
    """
    try:
        return rfc8785.dumps(plain(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(str(error)) from error


def plain(value: Any) -> Any:  # noqa: C901, PLR0911  one line a type reads best
    """``value`` as JSON's own types, exactly: str, int, bool, None, list, dict."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise NotCanonical(f"{value} lies beyond 2^53 - 1; store it as text")
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return rfc3339(value)
    if isinstance(value, dt.timedelta):
        return decimal_text(Decimal(value // dt.timedelta(microseconds=1)) / 1_000_000)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("keys are text")
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros, so that equal numbers are equal bytes: 0.950 is ``0.95``."""
    if not value.is_finite():
        raise NotCanonical("a number is finite")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def rfc3339(at: dt.datetime) -> str:
    """``2026-11-20T09:00:00.000001Z``, the form of ``ts`` in an entry (ledger format F1)."""
    if at.tzinfo is None:
        raise NotCanonical("a time needs its zone")
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sha256_hex(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
