"""Numbers, shares, spans and times as a reader meets them: exact, cut and never rounded up, in words."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

NOT_MEASURED = "not measured"
DIGEST_SHOWN = 8
DIGEST_WHOLE = 20
_UNITS = (
    (365 * 86_400, "year"),
    (30 * 86_400, "month"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
)
_FEW = 4
_NOW = 3

Number = Decimal | float | str


def exact(value: Number) -> Decimal:
    """The number as written: a float is read by its shortest decimal spelling, not by its binary tail."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def cut(value: Number, *, places: int, least: int = 0) -> str:
    """The number cut (towards minus infinity) to ``places`` decimals, with trailing zeros dropped down to ``least``."""
    text = f"{exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR):f}"
    whole, _, decimals = text.partition(".")
    kept = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{kept}" if kept else whole


def cut4(value: Number | None) -> str:
    """A share or GI cut to four decimals, never rounded up (spec §3): .94999 reads 0.9499, .95 reads 0.95."""
    return NOT_MEASURED if value is None else cut(value, places=4, least=2)


def percent(value: Number | None) -> str:
    """A share of 0-1 in percent, cut to two decimals, never rounded up: .94999 reads 94.99%."""
    return NOT_MEASURED if value is None else cut(exact(value) * 100, places=2) + "%"


def in_words(span: timedelta | None) -> str:
    """A span in one unit, or two while the first is small: ``1 day 23 hours``, ``12 minutes``; cut, never rounded."""
    if span is None:
        return NOT_MEASURED
    seconds = abs(span) // timedelta(seconds=1)
    for index, (size, unit) in enumerate(_UNITS):
        count, rest = divmod(seconds, size)
        if not count:
            continue
        words = _plural(count, unit)
        if count < _FEW and index + 1 < len(_UNITS):
            small, name = _UNITS[index + 1]
            if rest // small:
                words += " " + _plural(rest // small, name)
        return words
    return "less than a second"


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def relative(at: datetime, *, now: datetime) -> str:
    """When something was or will be, seen from ``now``: ``3 hours 5 minutes ago``, ``in 2 days``, ``just now``."""
    span = at - now
    if abs(span) < timedelta(seconds=_NOW):
        return "just now"
    return f"in {in_words(span)}" if span > timedelta() else f"{in_words(span)} ago"


def exact_utc(at: datetime) -> str:
    """The moment in UTC to the second, for readers: ``2026-11-21 09:05:00 UTC``."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def rfc3339(at: datetime) -> str:
    """The moment in UTC to the second, for machines: ``2026-11-21T09:05:00Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def cut_middle(text: str) -> tuple[str, str] | None:
    """The two ends of a long id or digest that stay in sight, or None where the whole is short enough to show."""
    if len(text) <= DIGEST_WHOLE:
        return None
    prefix = text.find(":") + 1 if text.find(":") in range(DIGEST_SHOWN) else 0
    return text[: prefix + DIGEST_SHOWN], text[-DIGEST_SHOWN:]


def coordinate(value: Number) -> str:
    """A length for an SVG attribute: at most two decimals, a full stop whatever the locale."""
    return cut(value, places=2)
