"""A strict reader of JSON for what strangers send (RFC 8259, narrowed).

Beyond the grammar it refuses whatever two parsers might read differently or a database might choke on: other encodings
than UTF-8, a byte order mark, duplicate names, NaN and infinities, numbers no double can hold, numbers of more than 100
digits, lone surrogates, NUL, and nesting deeper than asked for. Integers stay ``int`` and every other number becomes an
exact ``Decimal``; nothing becomes a float. There is no bound on the size here: whoever reads the bytes sets one.
Time and memory are linear in the input.
"""

import json
import math
import re
from decimal import Decimal
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_DIGITS = 100

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Possessive, so that an unterminated string is swallowed once and the scan stays linear on hostile input.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Malformed(Exception):
    """The bytes are not JSON that we take; ``code`` is published, ``detail`` never holds a part of the input."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def loads(raw: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """The value that ``raw`` spells: dict, list, str, int, Decimal, bool or None.

    Raises ``Malformed`` for anything else, and no other exception. ``max_depth`` counts arrays and objects one within
    another: a bare ``[]`` is one deep.
    """
    text = _decoded(raw)
    _refuse_depth(text, max_depth)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Malformed("not_json", f"This is not JSON: see line {error.lineno}, column {error.colno}.") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise Malformed("not_json", "This is not JSON.") from None
    if "\\u" in text:
        _refuse_unstorable(value)
    return value


def _decoded(raw: bytes) -> str:
    if not raw.strip(b" \t\r\n"):
        raise Malformed("empty_body", "There is nothing here: a JSON document is expected.")
    if raw.startswith(_BYTE_ORDER_MARK):
        raise Malformed("byte_order_mark", "A JSON document must not begin with a byte order mark.")
    try:
        text = raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise Malformed("not_utf8", f"Byte {error.start} is not UTF-8.") from None
    if "\x00" in text:
        raise Malformed("nul_character", "The character U+0000 is not accepted.")
    return text


def _refuse_depth(text: str, max_depth: int) -> None:
    if text.count("[") + text.count("{") <= max_depth:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth > max_depth:
                raise Malformed("too_deep", f"Arrays and objects may be nested at most {max_depth} deep.")
        elif mark in "]}":
            depth -= 1


def _refuse_unstorable(value: Any) -> None:
    """Look for escaped NUL and lone surrogates; the depth is bounded by now, so a plain stack suffices."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest.extend(item)
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
        elif isinstance(item, str) and (found := _UNSTORABLE.search(item)):
            if found[0] == "\x00":
                raise Malformed("nul_character", "The character U+0000 is not accepted.")
            raise Malformed("lone_surrogate", "A surrogate without its partner is not a character.")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Malformed("duplicate_key", "The same name stands twice in one object.")
    return read


def _bounded(literal: str) -> None:
    if len(literal) > MAX_DIGITS and sum(map(str.isdigit, literal)) > MAX_DIGITS:
        raise Malformed("number_too_long", f"A number may have at most {MAX_DIGITS} digits.")


def _integer(literal: str) -> int:
    _bounded(literal)
    return int(literal)


def _decimal(literal: str) -> Decimal:
    """An exact number, within what a double can hold: 1e-999999999 printed in full would fill the memory."""
    _bounded(literal)
    if not re.search("[1-9]", re.split("[eE]", literal)[0]):
        return Decimal(0)
    rough = float(literal)
    if math.isinf(rough) or rough == 0:
        raise Malformed("number_out_of_range", "A number is too large or too small to be held.")
    return Decimal(literal)


def _no_constant(_literal: str) -> NoReturn:
    raise Malformed("not_a_number", "NaN and Infinity are not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_no_constant,
    strict=True,
)
