"""Which answers people are shown, drawn by a keyed hash: not to be foreseen outside, to be repeated inside. Pure.

Of a week's uncertain answers those with the lowest numbers are drawn, and the law's places open day by day: after
three days of seven, three sevenths of them. So a week's draw is spread over the week however fast people work, and an
answer that nobody looked at yet gives way to a later one with a lower number.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

DAYS = 7
_NUMBERS = 1 << 64


def number_of(sample_id: uuid.UUID, key: bytes) -> int:
    """The answer's number under this key, even over 0 to 2^64 - 1; another key is another, independent draw."""
    return int.from_bytes(hashlib.blake2b(sample_id.bytes, key=key, digest_size=8).digest(), "big")


def falls_within(number: int, share: Decimal) -> bool:
    """Whether a number lies in the first ``share`` (0-1) of all numbers."""
    return number < share * _NUMBERS


def is_nth(number: int, every: int) -> bool:
    """Whether it is one of every ``every``; never for 0."""
    return every > 0 and number % every == 0


def week_of(at: datetime) -> date:
    """The Monday of the ISO week in which ``at`` lies, in UTC."""
    day = at.date()
    return day - timedelta(days=day.weekday())


def places_open(week: date, *, a_week: int, at: datetime) -> int:
    """How many of the week's places are open at ``at``: all from its seventh day on, a share of them before."""
    days = min(max((at.date() - week).days + 1, 0), DAYS)
    return -(-a_week * days // DAYS)


def drawn(candidates: Iterable[uuid.UUID], places: int, *, taken: Collection[uuid.UUID], key: bytes) -> set[uuid.UUID]:
    """Those of ``candidates`` who have a place beside the ``taken`` ones, which keep theirs."""
    free = max(places - len(taken), 0)
    others = set(candidates) - set(taken)
    return set(sorted(others, key=lambda it: (number_of(it, key), it))[:free])
