"""Measures over time, one above the other on one axis of time, with what happened on the way in lanes below.

Every row is an SVG of its own with a scale of its own, stretched to the page's width: lines keep their thickness, words
stand beside them as text. What was not measured is a gap, never a line drawn through it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from faces.figures.amounts import cut4

WIDTH = 640
TALL = 120
LOW = 36
LANE = 16
INSET = 4
ROWS = 60
_STEP = Decimal("0.01")
_COARSE = Decimal("0.05")
_HOURS_SHOWN = timedelta(days=3)
_LEAST_MARK = 3.0


@dataclass(frozen=True)
class CoursePoint:
    """One measurement of all tracks, None where one was not measured; ``joined`` unless a gap lies before it."""

    at: datetime
    values: tuple[Decimal | None, ...]
    joined: bool = True


@dataclass(frozen=True)
class CourseMark:
    """Something that happened at ``at``, or that lasted from then ``until``; one that still lasts ends at the edge."""

    at: datetime
    label: str
    until: datetime | None = None
    lasts: bool = False


@dataclass(frozen=True)
class Lane:
    """What happened of one kind."""

    name: str
    marks: tuple[CourseMark, ...]


@dataclass(frozen=True)
class Asked:
    """From ``at`` on the first track had to be at least ``least``; None asks nothing."""

    at: datetime
    least: Decimal | None


@dataclass(frozen=True)
class Course:
    """Tracks of values of 0-1 from ``since`` until ``until``; the first is drawn tall, with what was asked of it."""

    name: str
    tracks: tuple[str, ...]
    points: tuple[CoursePoint, ...]
    lanes: tuple[Lane, ...] = ()
    asked: tuple[Asked, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def begins_at(self) -> datetime:
        return self.since or self.points[0].at

    @property
    def ends_at(self) -> datetime:
        return self.until or self.points[-1].at

    @property
    def rows(self) -> "tuple[TrackDrawing, ...]":
        measured = any(value is not None for point in self.points for value in point.values)
        return tuple(_tracks(self)) if measured else ()

    @property
    def lanes_drawn(self) -> "tuple[LaneDrawing, ...]":
        return tuple(_lane(self, lane) for lane in self.lanes if lane.marks)

    @property
    def axis(self) -> tuple[tuple[str, datetime], ...]:
        """Beginning, middle and end in words that fit the length."""
        begin, end = self.begins_at, self.ends_at
        shown = "%Y-%m-%d %H:%M" if end - begin < _HOURS_SHOWN else "%Y-%m-%d"
        return tuple((f"{at:{shown}}", at) for at in (begin, begin + (end - begin) / 2, end))

    @property
    def table(self) -> tuple[CoursePoint, ...]:
        """The points for reading, the last one always among them; of many, so many evenly."""
        every = -(-len(self.points) // ROWS) or 1
        return self.points[::-1][::every][::-1]

    @property
    def is_thinned(self) -> bool:
        return len(self.points) > ROWS

    @property
    def happened(self) -> tuple[tuple[str, CourseMark], ...]:
        """All marks with their lane, in the order of time."""
        marks = [(lane.name, mark) for lane in self.lanes for mark in lane.marks]
        return tuple(sorted(marks, key=lambda each: each[1].at))


@dataclass(frozen=True)
class TrackDrawing:
    """One track: paths of its unbroken runs, the path of what was asked, and what it says in words."""

    name: str
    number: int
    height: int
    lines: tuple[str, ...]
    asked: str
    scale: tuple[str, str]
    said: str
    events: tuple[str, ...] = ()
    width: int = WIDTH


@dataclass(frozen=True)
class LaneDrawing:
    """One lane: (x, width, label) of each mark."""

    name: str
    marks: tuple[tuple[str, str, str], ...]
    width: int = WIDTH
    height: int = LANE


@dataclass(frozen=True)
class _Frame:
    """Where times and values stand in one row."""

    begin: datetime
    end: datetime
    low: Decimal
    high: Decimal
    height: int = LOW

    def across(self, at: datetime) -> float:
        whole = (self.end - self.begin).total_seconds()
        share = (at - self.begin).total_seconds() / whole if whole > 0 else 0.5
        return INSET + min(max(share, 0.0), 1.0) * (WIDTH - 2 * INSET)

    def up(self, value: Decimal) -> float:
        share = float((self.high - value) / (self.high - self.low))
        return INSET + min(max(share, 0.0), 1.0) * (self.height - 2 * INSET)

    def place(self, at: datetime, value: Decimal) -> str:
        return f"{self.across(at):.1f} {self.up(value):.1f}"


def _tracks(course: Course) -> Iterator[TrackDrawing]:
    columns = [[point.values[index] for point in course.points] for index in range(len(course.tracks))]
    for index, name in enumerate(course.tracks):
        first = index == 0
        asked = [each.least for each in course.asked if each.least is not None] if first else []
        measured = [value for value in columns[index] if value is not None]
        low, high = _scale([*measured, *asked], _STEP if first else _COARSE)
        frame = _Frame(course.begins_at, course.ends_at, low, high, TALL if first else LOW)
        yield TrackDrawing(
            name=name,
            number=index,
            height=frame.height,
            lines=tuple(_path(frame, run) for run in _runs(course.points, index)),
            asked=_asked(frame, course.asked) if first else "",
            scale=(cut4(low), cut4(high)),
            said=_said(course.points, index),
            events=tuple(f"{frame.across(mark.at):.1f}" for _, mark in course.happened) if first else (),
        )


def _scale(values: Sequence[Decimal], step: Decimal) -> tuple[Decimal, Decimal]:
    """Both ends in whole steps around the values, within 0-1 and never the same."""
    if not values:
        return Decimal(0), Decimal(1)
    low = (min(values) / step).to_integral_value(ROUND_FLOOR) * step
    high = (max(values) / step).to_integral_value(ROUND_CEILING) * step
    if low == high:
        low, high = low - step, high + step
    return max(low, Decimal(0)), min(high, Decimal(1))


def _runs(points: Sequence[CoursePoint], index: int) -> list[list[tuple[datetime, Decimal]]]:
    runs: list[list[tuple[datetime, Decimal]]] = []
    broken = True
    for point in points:
        value = point.values[index]
        if value is None:
            broken = True
            continue
        if broken or not point.joined:
            runs.append([])
        runs[-1].append((point.at, value))
        broken = False
    return runs


def _path(frame: _Frame, run: Sequence[tuple[datetime, Decimal]]) -> str:
    """A line; a lone point is a line of no length, which a round end makes a dot."""
    places = [frame.place(at, value) for at, value in run]
    return f"M{places[0]}h.1" if len(places) == 1 else "M" + "L".join(places)


def _asked(frame: _Frame, asked: Sequence[Asked]) -> str:
    """A step where what is asked changes; nothing is drawn while nothing is asked."""
    path = []
    for index, each in enumerate(asked):
        if each.least is None:
            continue
        until = asked[index + 1].at if index + 1 < len(asked) else frame.end
        begin, end = frame.across(max(each.at, frame.begin)), frame.across(until)
        if end > begin:
            path.append(f"M{begin:.1f} {frame.up(each.least):.1f}H{end:.1f}")
    return "".join(path)


def _said(points: Sequence[CoursePoint], index: int) -> str:
    """First, lowest, highest and last value, for who does not see the line."""
    known = [(value, point.at) for point in points if (value := point.values[index]) is not None]
    if not known:
        return "not measured"
    (low, low_at), (high, high_at) = min(known), max(known)
    return (
        f"from {cut4(known[0][0])} to {cut4(known[-1][0])}, lowest {cut4(low)} on {low_at:%Y-%m-%d}, "
        f"highest {cut4(high)} on {high_at:%Y-%m-%d}"
    )


def _lane(course: Course, lane: Lane) -> LaneDrawing:
    frame = _Frame(course.begins_at, course.ends_at, Decimal(0), Decimal(1))
    marks = []
    for mark in lane.marks:
        x = frame.across(mark.at)
        end = mark.until or (frame.end if mark.lasts else mark.at)
        # Marks have a width, so that a moment is seen; it never leaves the row.
        width = max(frame.across(end) - x, _LEAST_MARK)
        marks.append((f"{min(x, WIDTH - width):.1f}", f"{width:.1f}", mark.label))
    return LaneDrawing(lane.name, tuple(marks))
