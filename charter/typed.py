"""From a TOML document to frozen dataclasses, exactly: nothing missing, nothing unknown, nothing coerced. Pure."""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

T = TypeVar("T")
_SPAN = re.compile(r"([1-9][0-9]{0,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class LawMalformed(ValueError):
    """A law document that cannot be read; the message names the field and what is asked there."""


def typed(kind: type[T], value: Any, *, at: str) -> T:
    """``value`` as ``kind``; ``at`` is the path by which an error names it."""
    converted: T = _convert(kind, value, at)
    return converted


def _convert(kind: Any, value: Any, at: str) -> Any:  # noqa: PLR0911  one line a type reads best
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value, at)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        _ask(isinstance(value, list), at, "a list")
        return tuple(_convert(arguments[0], item, f"{at}[{n}]") for n, item in enumerate(value))
    if origin is dict:
        _ask(isinstance(value, Mapping), at, "a table")
        return {key: _convert(arguments[1], item, f"{at}.{key}") for key, item in sorted(value.items())}
    if origin is typing.Literal:
        _ask(value in arguments, at, f"one of {', '.join(arguments)}")
        return value
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _convert(arguments[0], value, at)
    if kind is Decimal:
        return _decimal(value, at)
    if kind is timedelta:
        return _span(value, at)
    _ask(type(value) is kind, at, {str: "text", int: "a whole number", bool: "true or false"}[kind])
    return value


def _dataclass(kind: Any, value: Any, at: str) -> Any:
    _ask(isinstance(value, Mapping), at, "a table")
    hints, fields = typing.get_type_hints(kind), {field.name: field for field in dataclasses.fields(kind)}
    if unknown := sorted(value.keys() - fields.keys()):
        raise LawMalformed(f"{at}.{unknown[0]} is not part of the law")
    optional = {name for name, field in fields.items() if field.default is not dataclasses.MISSING}
    if missing := sorted(fields.keys() - optional - value.keys()):
        raise LawMalformed(f"{at}.{missing[0]} is missing")
    return kind(**{name: _convert(hints[name], item, f"{at}.{name}") for name, item in value.items()})


def _decimal(value: Any, at: str) -> Decimal:
    _ask(isinstance(value, str), at, 'a decimal in quotes, such as "0.95"')
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise LawMalformed(f"{at} asks for a decimal") from None
    _ask(number.is_finite() and number >= 0, at, "a decimal that is not negative")
    return number


def _span(value: Any, at: str) -> timedelta:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise LawMalformed(f'{at} asks for a span such as "30s", "5m", "24h" or "7d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _ask(holds: bool, at: str, what: str) -> None:
    if not holds:
        raise LawMalformed(f"{at} asks for {what}")
