"""Known cases among the unknown: a batch tells by them whether its judge still judges as it did when admitted."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from typing import TypeVar

from charter.judging.admission import GoldenCase
from charter.judging.reading import Said

T = TypeVar("T")
CANARIES = 2


def canaries(golden: Collection[GoldenCase], *, rightly: Collection[str], key: bytes, batch: str) -> list[GoldenCase]:
    """One compliant and one violating case that the judge had right when it was tested; fewer where there are none."""
    known = set(rightly)
    shuffled = places([case for case in golden if case.id in known], key=key, batch=batch)
    found = [next((case for case in shuffled if case.violates is kind), None) for kind in (False, True)]
    return [case for case in found if case is not None]


def places(items: Sequence[T], *, key: bytes, batch: str) -> list[T]:
    """``items`` in an order that nobody without our key can foresee."""
    message = b"kaizen judge batch v1\n" + batch.encode() + b"\n"
    lots = [hmac.digest(key, message + str(number).encode(), hashlib.sha256) for number in range(len(items))]
    return [items[number] for number in sorted(range(len(items)), key=lots.__getitem__)]


def sings(said: str | None, *, violates: bool) -> bool:
    """Whether a canary got the verdict that it got from people."""
    return said == (Said.VIOLATE if violates else Said.COMPLY).value
