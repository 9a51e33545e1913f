"""What a number is made of, as one bar: parts as wide as their share, each with its count beside it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 24
LEAST = 3  # so that one of thousands is still seen


@dataclass(frozen=True)
class Share:
    """One part: what it is, how many, and from where to where it reaches in the bar; ``number`` picks its colour."""

    name: str
    count: int
    number: int
    x: int
    width: int


@dataclass(frozen=True)
class Shares:
    """The bar with its parts; parts without anything are left out of the drawing and stand in the legend."""

    name: str
    parts: tuple[Share, ...]
    total: int
    width: int = WIDTH
    height: int = HEIGHT


def shares_of(name: str, counts: Sequence[tuple[str, int]]) -> Shares:
    """The bar of ``counts`` (name, how many), in their order; what is there at all is at least a few units wide."""
    total = sum(count for _, count in counts)
    widths = _widths([count for _, count in counts], total)
    parts, x = [], 0
    for number, ((label, count), width) in enumerate(zip(counts, widths, strict=True), 1):
        parts.append(Share(label, count, number, x, width))
        x += width
    return Shares(name, tuple(parts), total)


def _widths(counts: Sequence[int], total: int) -> list[int]:
    if not total:
        return [0] * len(counts)
    widths = [max(LEAST, WIDTH * count // total) if count else 0 for count in counts]
    widest = max(range(len(widths)), key=widths.__getitem__)
    widths[widest] += WIDTH - sum(widths)
    return widths
