"""A mergeable sketch of latencies: counts in buckets that are 2% wide, kept as sparse pairs (performance section 2).

Bucket ``i`` holds the whole milliseconds above 1.02^(i-1) up to 1.02^i, so a quantile is off by at most 2% (and by at
most 1 ms where buckets are narrower than that). Sketches of hours add up to the sketch of a week. Pure.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

WIDTH = 1.02
_LOG = math.log(WIDTH)
_MORE = 0x80
_LOW = 0x7F
# So many standard deviations (and as many ranks) below the mean, a binomial holds less than floats can tell from none.
_FAR = 12


@dataclass(frozen=True)
class Sketch:
    """How many latencies fell into which bucket; milliseconds throughout."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, latencies: Iterable[int]) -> "Sketch":
        return cls(Counter(map(bucket_of, latencies)))

    @classmethod
    def from_bytes(cls, body: bytes | memoryview) -> "Sketch":
        """The inverse of ``to_bytes``; ValueError for anything else."""
        numbers = list(_numbers(bytes(body)))
        if len(numbers) % 2:
            raise ValueError("a sketch is pairs of a step and a count")
        counts, index = {}, 0
        for step, count in zip(numbers[::2], numbers[1::2], strict=True):
            index += step
            counts[index] = count
        return cls(counts)

    def to_bytes(self) -> bytes:
        """Pairs of (step from the bucket before, count), each number in LEB128, buckets in order."""
        body, before = bytearray(), 0
        for index, count in sorted(self.counts.items()):
            _append(body, index - before)
            _append(body, count)
            before = index
        return bytes(body)

    def __add__(self, other: "Sketch") -> "Sketch":
        return merged((self, other))

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    def quantile(self, share: Decimal) -> int | None:
        """The latency that ``share`` (0-1) of all do not exceed, by nearest rank; None where there are none."""
        n = self.n
        return self._at_rank(max(1, math.ceil(share * n))) if n else None

    def within(self, span: timedelta) -> int:
        """How many latencies surely kept ``span``: those of buckets that end at or before it."""
        most = span / timedelta(milliseconds=1)
        return sum(count for index, count in self.counts.items() if WIDTH**index <= most)

    def upper_bound(self, share: Decimal, *, confidence: Decimal) -> int | None:
        """A one-sided bound of the true quantile: the order statistic that lies above it with ``confidence``.

        None where the latencies are too few for any to do so (David and Nagaraja, Order Statistics, section 7.1).
        """
        n = self.n
        rank = rank_above(n, share, confidence=confidence)
        return self._at_rank(rank) if rank is not None else None

    def _at_rank(self, rank: int) -> int:
        seen, latency = 0, 0
        for index, count in sorted(self.counts.items()):
            seen, latency = seen + count, value_of(index)
            if seen >= rank:
                break
        return latency


def merged(sketches: Iterable[Sketch]) -> Sketch:
    """One sketch of all that the others counted."""
    total: Counter[int] = Counter()
    for sketch in sketches:
        for index, count in sketch.counts.items():
            total[index] += count
    return Sketch(dict(total))


def bucket_of(latency: int) -> int:
    """The bucket of a latency in whole milliseconds; bucket 0 holds what took at most one."""
    return max(0, math.ceil(math.log(latency) / _LOG - 1e-9)) if latency > 0 else 0


def value_of(bucket: int) -> int:
    """The middle of a bucket, in milliseconds."""
    return round(WIDTH ** (bucket - 0.5)) if bucket else 1


def rank_above(n: int, share: Decimal, *, confidence: Decimal) -> int | None:
    """The least rank whose order statistic of ``n`` lies above the quantile with ``confidence``; None if none does."""
    p, reached = float(share), 0.0
    if not 0 < p < 1:
        raise ValueError(f"a quantile lies between 0 and 1, and not at {share}")
    deviations = _FAR * (math.sqrt(n * p * (1 - p)) + 1)
    first = max(0, math.floor(n * p - deviations))
    chance = math.exp(_log_binomial(n, first, p)) if n else 0.0
    for below in range(first, n):
        reached += chance
        if reached >= float(confidence):
            return below + 1
        chance *= (n - below) / (below + 1) * p / (1 - p)
    return None


def _log_binomial(n: int, k: int, p: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(p) + (n - k) * math.log1p(-p)


def _append(body: bytearray, number: int) -> None:
    while number > _LOW:
        body.append(number & _LOW | _MORE)
        number >>= 7
    body.append(number)


def _numbers(body: bytes) -> Iterable[int]:
    number = shift = 0
    for byte in body:
        number |= (byte & _LOW) << shift
        shift += 7
        if not byte & _MORE:
            yield number
            number = shift = 0
    if shift:
        raise ValueError("a sketch ended in the middle of a number")
