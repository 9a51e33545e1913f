"""Single values of a JSON body by exact type: numbers, booleans, words from a list, patterns."""

import re
from decimal import Decimal
from typing import Any

from faces.schema import Leaf, Rejected

_PLAIN_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,100})?")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")


def text_of(value: Any) -> str:
    """The value, which must be a string."""
    if not isinstance(value, str):
        raise Rejected("wrong_type", "A string is expected.")
    return value


def sized(value: Any, least: int, most: int) -> str:
    """A string of ``least`` to ``most`` code points without blanks at its ends; nothing is trimmed."""
    text = text_of(value)
    if not least <= len(text) <= most:
        raise Rejected("wrong_length", f"Between {least} and {most} characters are expected.")
    if text != text.strip():
        raise Rejected("outer_blank", "There must be no blank at the beginning or the end.")
    return text


def matching(pattern: str, says: str, *, least: int = 1, most: int) -> Leaf:
    """A string of ``least`` to ``most`` characters that ``pattern`` matches as a whole; ``says`` tells the rule."""
    compiled = re.compile(pattern)

    def check(value: Any) -> str:
        text = sized(value, least, most)
        if not compiled.fullmatch(text):
            raise Rejected("wrong_format", says)
        return text

    return Leaf(check)


def visible_ascii(least: int, most: int) -> Leaf:
    """A string of the characters U+0021 to U+007E."""

    def check(value: Any) -> str:
        text = sized(value, least, most)
        if not _VISIBLE_ASCII.fullmatch(text):
            raise Rejected("wrong_format", "Only visible ASCII characters are accepted, and no blank.")
        return text

    return Leaf(check)


def choice(*words: str) -> Leaf:
    """One of some words, spelled exactly."""

    def check(value: Any) -> str:
        if text_of(value) not in words:
            raise Rejected("unknown_value", f"One of these is expected: {', '.join(words)}.")
        return str(value)

    return Leaf(check)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Rejected("wrong_type", "true or false is expected.")
    return value


boolean = Leaf(_boolean)


def integer(least: int, most: int) -> Leaf:
    """A whole number, written without fraction or exponent."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Rejected("wrong_type", "A whole number is expected.")
        if not least <= value <= most:
            raise Rejected("out_of_range", f"A number from {least} to {most} is expected.")
        return value

    return Leaf(check)


def number(least: int | None = None, most: int | None = None) -> Leaf:
    """Any JSON number, exact; bounds are inclusive and may be open."""

    def check(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Rejected("wrong_type", "A number is expected.")
        return _within(Decimal(value), least, most)

    return Leaf(check)


def decimal(least: int, most: int, *, places: int) -> Leaf:
    """A number, or a string that spells one plainly (``"0.25"``, no sign, no exponent), of so many decimal places."""

    def check(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise Rejected("wrong_type", "A number, or a string that spells one, is expected.")
        if isinstance(value, str) and not _PLAIN_DECIMAL.fullmatch(value):
            raise Rejected("wrong_format", "A plain decimal number is expected, such as 0.25.")
        read = _within(Decimal(value), least, most)
        if _decimal_places(read) > places:
            raise Rejected("wrong_format", f"At most {places} decimal places are kept.")
        return read

    return Leaf(check)


def _decimal_places(value: Decimal) -> int:
    """Places after the point that are not zeros at the end; ``normalize`` would round to the context's precision."""
    _, _, fraction = format(value, "f").partition(".")
    return len(fraction.rstrip("0"))


def _within(value: Decimal, least: int | None, most: int | None) -> Decimal:
    if (least is not None and value < least) or (most is not None and value > most):
        raise Rejected("out_of_range", f"A number from {least} to {most} is expected.")
    return value
