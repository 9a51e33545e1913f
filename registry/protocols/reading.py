"""Fields of an answer, read exactly: the right type within its bounds, or ``Unfit`` (security E10). Pure.

A number is an int or a Decimal and never a bool. ``null`` in an optional field is the same as its absence.
"""

from decimal import Decimal
from typing import Any

from registry.protocols.reasons import Unfit

LARGEST_TEXT = 64 * 1024
LARGEST_NAME = 512
MOST_TOKENS = 10**9
MOST_MILLISECONDS = 10**9


def text(body: dict[str, Any], name: str, *, most: int = LARGEST_TEXT) -> str:
    """The text under ``name``, of at most ``most`` bytes in UTF-8."""
    return checked_text(_present(body, name), name, most=most)


def optional_text(body: dict[str, Any], name: str, *, most: int = LARGEST_TEXT) -> str | None:
    """The text under ``name``, or None."""
    value = body.get(name)
    return None if value is None else checked_text(value, name, most=most)


def name_if_any(body: dict[str, Any], name: str) -> str | None:
    """A name under ``name`` that nothing depends on: whatever else stands there is the same as its absence."""
    value = body.get(name)
    return value if isinstance(value, str) and value and len(value) <= LARGEST_NAME else None


def checked_text(value: Any, name: str, *, most: int = LARGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise Unfit("field_wrong_type", name)
    if len(value) > most or len(value.encode()) > most:
        raise Unfit("text_too_long", name)
    return value


def words(value: Any, name: str) -> str:
    """A response: a text with something to read in it."""
    response = checked_text(value, name)
    if not response.strip():
        raise Unfit("response_empty", name)
    return response


def number(body: dict[str, Any], name: str, *, least: int, most: int) -> Decimal:
    """The number under ``name``, between ``least`` and ``most``, both included."""
    return _checked_number(_present(body, name), name, least, most)


def optional_number(body: dict[str, Any], name: str, *, least: int, most: int) -> Decimal | None:
    """The number under ``name``, or None."""
    value = body.get(name)
    return None if value is None else _checked_number(value, name, least, most)


def optional_count(body: dict[str, Any], name: str) -> int | None:
    """A whole number of tokens under ``name``, or None; 12.0 is whole, as JSON Schema has it."""
    value = optional_number(body, name, least=0, most=MOST_TOKENS)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise Unfit("field_wrong_type", name)
    return int(value)


def listed(body: dict[str, Any], name: str) -> list[Any]:
    """The list under ``name``."""
    value = _present(body, name)
    if not isinstance(value, list):
        raise Unfit("field_wrong_type", name)
    return value


def an_object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit("field_wrong_type", name)
    return value


def optional_object(body: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under ``name``, empty where there is none."""
    value = body.get(name)
    return {} if value is None else an_object(value, name)


def _present(body: dict[str, Any], name: str) -> Any:
    if name not in body:
        raise Unfit("field_missing", name)
    return body[name]


def _checked_number(value: Any, name: str, least: int, most: int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit("field_wrong_type", name)
    if not least <= value <= most:
        raise Unfit("field_out_of_range", name)
    return Decimal(value)
