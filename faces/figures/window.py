"""A span of time in which something counts: what of it is over, and what remains."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH = 240
HEIGHT = 12
PARTS = 12


@dataclass(frozen=True)
class Window:
    """``began_at`` up to ``until``, seen from ``now``; drawn in twelve parts, which of a year are its months."""

    name: str
    began_at: datetime
    until: datetime
    now: datetime
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_over(self) -> bool:
        return self.now >= self.until

    @property
    def remains(self) -> timedelta:
        return max(self.until - self.now, timedelta(0))

    @property
    def share_over(self) -> float:
        """How much of it is over, 0-1."""
        whole = self.until - self.began_at
        return min(max((self.now - self.began_at) / whole, 0.0), 1.0) if whole > timedelta(0) else 1.0

    @property
    def gone(self) -> str:
        """How far the part that is over reaches, in the SVG's own units."""
        return f"{self.share_over * self.width:.1f}"

    @property
    def left(self) -> str:
        return f"{self.width - self.share_over * self.width:.1f}"

    @property
    def ticks(self) -> tuple[int, ...]:
        return tuple(self.width * part // PARTS for part in range(1, PARTS))
