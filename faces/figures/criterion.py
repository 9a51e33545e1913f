"""One criterion as a line: the threshold as a tick, the interval as a bar, the value as a mark of its verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from faces.figures.amounts import NOT_MEASURED, coordinate, cut, cut4, percent
from faces.figures.marks import Mark, mark_of

WIDTH = 320
HEIGHT = 36
INSET = 8
# Paths that begin at the middle of the mark; glyphs of the verdicts (marks.py) have the same shapes.
_SHAPES = {
    "pass": "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z",
    "inconclusive": "m0 -8l8 14h-16z",
    "fail": "m-6 -6h12v12h-12z",
}
_DIAMOND = "m0 -8l8 8l-8 8l-8 -8z"
_STEP = Decimal("0.05")
_ROOM = Decimal("1.1")

Unit = Literal["share", "gi", "seconds", "days", "score", "count", "usd"]


_SHOWN: dict[str, Callable[[Decimal], str]] = {
    "share": percent,
    "gi": cut4,
    "seconds": lambda value: cut(value, places=2) + " s",
    "days": lambda value: cut(value, places=1) + (" day" if value == 1 else " days"),
    "score": lambda value: cut(value, places=2),
    "count": lambda value: cut(value, places=0),
    "usd": lambda value: "USD " + cut(value, places=4, least=2),
}


@dataclass(frozen=True)
class CriterionLine:
    """One thing that the law asks, what was measured, and how sure that is.

    ``value``, ``low``, ``high`` and ``threshold`` share one ``unit``: ``share`` and ``gi`` 0-1, ``score`` 0-100,
    ``seconds``, ``days``, ``count``, ``usd``. A one-sided bound leaves the other of ``low`` and ``high`` None.
    ``threshold`` None is a criterion of words (a sentinel's verdict): nothing is drawn, ``said`` is shown.
    ``n`` counts ``noun`` (answers, calls); ``more`` is about how many more would settle it.
    ``law_line`` names the line of the law (``shadow.exit.compliance = 0.95``); ``advisory`` says that it does not gate.
    ``reachable_at`` is when an open one could pass as things go now; ``by_when`` says it where no date can.
    """

    name: str
    verdict: str
    value: Decimal | None
    threshold: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    n: int | None = None
    more: int | None = None
    formula: str = ""
    law_line: str = ""
    direction: Literal["at_least", "at_most"] = "at_least"
    unit: Unit = "share"
    noun: str = "answers"
    said: str = ""
    note: str = ""
    advisory: bool = False
    reachable_at: datetime | None = None
    by_when: str = ""

    @property
    def mark(self) -> Mark:
        return mark_of(self.verdict)

    @property
    def shown_value(self) -> str:
        return self.said or self.shown(self.value)

    @property
    def asked(self) -> str:
        """What the law asks, in words: ``at least 95%``."""
        if self.threshold is None:
            return ""
        return f"{self.direction.replace('_', ' ')} {self.shown(self.threshold)}"

    @property
    def by_when_alone(self) -> bool:
        """Whether the forecast is words without a date, which say how many more there would have to be themselves."""
        return bool(self.by_when) and self.reachable_at is None

    @property
    def interval(self) -> str:
        """The interval in words, by the sides that it has; empty where nothing bounds it."""
        if self.low is not None and self.high is not None:
            return f"{self.shown(self.low)} to {self.shown(self.high)}"
        if self.low is not None:
            return f"from {self.shown(self.low)}"
        return "" if self.high is None else f"up to {self.shown(self.high)}"

    def shown(self, number: Decimal | None) -> str:
        """A number of this criterion's unit, as a reader meets it."""
        return NOT_MEASURED if number is None else _SHOWN[self.unit](number)

    @property
    def drawing(self) -> "CriterionDrawing | None":
        return None if self.threshold is None else draw(self, threshold=self.threshold)


@dataclass(frozen=True)
class CriterionDrawing:
    """Where the parts of the line stand, in the SVG's own units; None or empty is not drawn."""

    scale_low: str
    scale_high: str
    tick: str
    zone_x: str
    zone_width: str
    bar_x: str | None
    bar_width: str | None
    dot: str | None
    marker: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    axis_x: int = INSET
    axis_width: int = WIDTH - 2 * INSET


def scale_of(line: CriterionLine) -> tuple[Decimal, Decimal]:
    """The two ends of the axis: shares are cut out around what is shown in steps of .05, all else begins at 0."""
    points = [number for number in (line.value, line.threshold, line.low, line.high) if number is not None]
    if line.unit not in {"share", "gi"}:
        return min(*points, Decimal(0)), max(*points, Decimal(0)) * _ROOM or Decimal(1)
    low = (min(points) / _STEP).to_integral_value(ROUND_FLOOR) * _STEP - _STEP
    high = (max(points) / _STEP).to_integral_value(ROUND_CEILING) * _STEP + _STEP
    return max(low, Decimal(0)), min(high, Decimal(1))


def place(number: Decimal, *, scale: tuple[Decimal, Decimal]) -> Decimal:
    """Where a number stands on the axis, clamped to its ends."""
    low, high = scale
    share = (number - low) / (high - low)
    return INSET + min(max(share, Decimal(0)), Decimal(1)) * (WIDTH - 2 * INSET)


def draw(line: CriterionLine, *, threshold: Decimal) -> CriterionDrawing:
    """Place threshold, interval and value on one axis; an open side of the interval runs to the axis's end."""
    scale = scale_of(line)
    left, right = Decimal(INSET), Decimal(WIDTH - INSET)
    tick = place(threshold, scale=scale)
    zone = (tick, right) if line.direction == "at_least" else (left, tick)
    bar = None
    if line.low is not None or line.high is not None:
        start = left if line.low is None else place(line.low, scale=scale)
        end = right if line.high is None else place(line.high, scale=scale)
        bar = (start, end - start)
    at = None if line.value is None else place(line.value, scale=scale)
    return CriterionDrawing(
        scale_low=line.shown(scale[0]),
        scale_high=line.shown(scale[1]),
        tick=coordinate(tick),
        zone_x=coordinate(zone[0]),
        zone_width=coordinate(zone[1] - zone[0]),
        bar_x=coordinate(bar[0]) if bar else None,
        bar_width=coordinate(bar[1]) if bar else None,
        dot=None if at is None else coordinate(at),
        marker="" if at is None else marker(line.mark.tone, at),
    )


def marker(tone: str, at: Decimal) -> str:
    """The value's mark as a path around ``at``: a disc passes, a triangle is undecided, a square fails."""
    shape = _SHAPES.get(tone, _DIAMOND)
    return f"M{coordinate(at)} {HEIGHT // 2}{shape}"
