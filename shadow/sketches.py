"""Many sketches at once: stored ones joined to one run of bytes are read and added up in one pass. Pure."""

from collections.abc import Iterable

import numpy as np

from shadow.sketch import Sketch

# Between two sketches: a step of 0 with a count of 0, which stands in none, says that steps begin anew.
BETWEEN = b"\x00\x00"
# Far beyond any latency that a deadline lets happen; more is no sketch.
_MOST = 1 << 14
_MORE = 0x80
_LOW = 0x7F


def read_joined(body: bytes) -> Sketch:
    """One sketch of all that were joined by ``BETWEEN``; ValueError for anything that is no run of sketches."""
    raw = np.frombuffer(body, dtype=np.uint8)
    if not raw.size:
        return Sketch()
    last = np.flatnonzero(raw < _MORE)
    if not last.size or last[-1] != raw.size - 1:
        raise ValueError("a sketch ended in the middle of a number")
    if last.size % 2:
        raise ValueError("a sketch is pairs of a step and a count")
    first = np.concatenate(([0], last[:-1] + 1))
    places = np.arange(raw.size) - np.repeat(first, last - first + 1)
    numbers = np.add.reduceat((raw & _LOW).astype(np.int64) << (7 * places), first)
    steps, counts = numbers[::2], numbers[1::2]
    anew, reached = counts == 0, np.cumsum(steps)
    index = (reached - np.maximum.accumulate(np.where(anew, reached, 0)))[~anew]
    if index.size and index.max() > _MOST:
        raise ValueError("a sketch holds no such latency")
    # Whole numbers below 2^53 are exact as floating point.
    summed = np.bincount(index, weights=counts[~anew]).astype(np.int64) if index.size else np.zeros(0, dtype=np.int64)
    return Sketch({int(it): int(summed[it]) for it in np.flatnonzero(summed)})


def together(bodies: Iterable[bytes | memoryview]) -> Sketch:
    """One sketch of many stored ones."""
    return read_joined(BETWEEN.join(bytes(body) for body in bodies if body))
