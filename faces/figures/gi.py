"""GI drawn: its five parts as widths of their weights, and its trend over time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from faces.figures.amounts import coordinate, cut4

WIDTH = 640
HEIGHT = 40
GAP = 2
HATCH = 7
SPARK_WIDTH = 240
SPARK_HEIGHT = 56
SPARK_INSET = 5
_MARGIN = Decimal("0.005")


@dataclass(frozen=True)
class GiPart:
    """One measure of GI: weight and value in 0-1, ``value`` None where there is no evidence."""

    name: str
    weight: Decimal
    value: Decimal | None
    explanation: str = ""

    @property
    def shown(self) -> str:
        return "no evidence yet" if self.value is None else cut4(self.value)

    @property
    def adds(self) -> str:
        """What the part adds to the whole: weight times value."""
        return "" if self.value is None else cut4(self.weight * self.value)


@dataclass(frozen=True)
class GiSegment:
    """Where one part stands in the bar, and the path of its hatching where there is no evidence."""

    part: GiPart
    x: str
    width: str
    filled: str
    hatch: str
    number: int


@dataclass(frozen=True)
class GiBar:
    """GI of one companion with its parts; ``score`` None while any part has no evidence (spec §9)."""

    parts: tuple[GiPart, ...]
    score: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    least: Decimal | None = None
    computed_at: datetime | None = None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def segments(self) -> tuple[GiSegment, ...]:
        return tuple(_segments(self.parts))


def _segments(parts: tuple[GiPart, ...]) -> Iterator[GiSegment]:
    whole = sum((part.weight for part in parts), Decimal(0)) or Decimal(1)
    free = WIDTH - GAP * (len(parts) - 1)
    x = Decimal(0)
    for number, part in enumerate(parts, start=1):
        width = part.weight / whole * free
        value = min(max(part.value or Decimal(0), Decimal(0)), Decimal(1))
        hatch = hatching(x, width, HEIGHT) if part.value is None else ""
        yield GiSegment(part, coordinate(x), coordinate(width), coordinate(width * value), hatch, number)
        x += width + GAP


def hatching(x: Decimal, width: Decimal, height: int) -> str:
    """The path of rising diagonals, every ``HATCH`` units, cut at the edges of a box that begins at ``x``, 0."""
    strokes = []
    for offset in range(HATCH - height, int(width), HATCH):
        start = max(Decimal(offset), Decimal(0))
        end = min(Decimal(offset + height), width)
        strokes.append(
            f"M{coordinate(x + start)} {coordinate(height - (start - offset))}"
            f"L{coordinate(x + end)} {coordinate(height - (end - offset))}"
        )
    return "".join(strokes)


@dataclass(frozen=True)
class SparkPoint:
    """One measurement in time; ``value`` None (not measured) breaks the line instead of drawing a zero."""

    at: datetime
    value: Decimal | None


@dataclass(frozen=True)
class SparkEvent:
    """Something that happened on the way: a promotion, an incident, a repair."""

    at: datetime
    label: str


@dataclass(frozen=True)
class Spark:
    """A trend: values in time order, the events on the way, and the least that is asked, if any.

    ``scale`` are the two ends of the axis, so that trends beside each other compare; None cuts it out around what is
    shown.
    """

    name: str
    points: tuple[SparkPoint, ...]
    events: tuple[SparkEvent, ...] = ()
    least: Decimal | None = None
    trend: str = ""
    scale: tuple[Decimal, Decimal] | None = None

    @property
    def measured(self) -> tuple[Decimal, ...]:
        return tuple(point.value for point in self.points if point.value is not None)

    @property
    def drawing(self) -> "SparkDrawing | None":
        return draw(self) if self.measured else None


@dataclass(frozen=True)
class SparkDrawing:
    """Paths of the unbroken runs, lone points as dots, x of the events, y of the least asked."""

    lines: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    last: tuple[str, str]
    events: tuple[tuple[str, str], ...]
    least: str | None
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


def draw(spark: Spark) -> SparkDrawing:
    """Place a trend: time across, value up, the scale cut out around what is shown."""
    low, high = _range(spark)
    first, last = spark.points[0].at, spark.points[-1].at

    def across(at: datetime) -> str:
        share = Decimal((at - first) / (last - first)) if last > first else Decimal("0.5")
        return coordinate(SPARK_INSET + min(max(share, Decimal(0)), Decimal(1)) * (SPARK_WIDTH - 2 * SPARK_INSET))

    def up(value: Decimal) -> str:
        return coordinate(SPARK_INSET + (high - value) / (high - low) * (SPARK_HEIGHT - 2 * SPARK_INSET))

    runs = [[(across(at), up(value)) for at, value in run] for run in _runs(spark.points)]
    return SparkDrawing(
        lines=tuple("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        last=runs[-1][-1],
        events=tuple((across(event.at), event.label) for event in spark.events),
        least=None if spark.least is None else up(spark.least),
    )


def _range(spark: Spark) -> tuple[Decimal, Decimal]:
    if spark.scale:
        return spark.scale
    shown = (*spark.measured, *([] if spark.least is None else [spark.least]))
    return min(shown) - _MARGIN, max(shown) + _MARGIN


def _runs(points: tuple[SparkPoint, ...]) -> list[list[tuple[datetime, Decimal]]]:
    runs: list[list[tuple[datetime, Decimal]]] = []
    broken = True
    for point in points:
        if point.value is None:
            broken = True
            continue
        if broken:
            runs.append([])
        runs[-1].append((point.at, point.value))
        broken = False
    return runs
