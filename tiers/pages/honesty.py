"""A companion's word about itself as a picture: by clause, what it saw beside what we saw, on one scale."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from charter.law import Law
from faces.figures.amounts import coordinate, cut, percent
from faces.figures.criterion import INSET, WIDTH, place
from tiers.models import Standing
from tiers.queries.honesty import SelfAssessment, self_assessment
from tiers.rules.honesty import Estimate

HEIGHT = 44
# Where the two rows of a clause lie: its own word above, ours below.
OWN_Y, OURS_Y = 13, 31
_DIAMOND = "m0 -7l7 7l-7 7l-7 -7z"
_DISC = "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z"
_ROOM = Decimal("1.1")


@dataclass(frozen=True)
class Row:
    """One estimate drawn: its bar from ``x`` on, its mark as a path, and the same in words."""

    x: str
    width: str
    y: int
    mark: str
    value: str
    interval: str


@dataclass(frozen=True)
class ClauseFigure:
    title: str
    own: Row
    ours: Row


@dataclass(frozen=True)
class HonestyFigure:
    """The whole: the head's numbers as text, and the clauses on a scale from nothing to ``scale_high``."""

    found: SelfAssessment
    own: str
    ours: str
    bias: str
    bias_interval: str
    brier: str
    brier_interval: str
    sure: str
    scale_high: str
    clauses: tuple[ClauseFigure, ...]
    width: int = WIDTH
    height: int = HEIGHT
    axis_x: int = INSET
    axis_width: int = WIDTH - 2 * INSET


def picture(standing: Standing, law: Law, *, at: datetime) -> HonestyFigure | None:
    """What the page draws of it under ``law``, the one in force; None where it never judged itself."""
    found = self_assessment(standing, law=law, at=at)
    if found is None:
        return None
    highest = max((each.high for it in found.clauses for each in (it.own, it.ours)), default=Decimal(1))
    scale = (Decimal(0), min(highest * _ROOM, Decimal(1)))
    clauses = tuple(
        ClauseFigure(
            law.clauses[it.clause].title,
            _row(it.own, OWN_Y, _DIAMOND, scale=scale),
            _row(it.ours, OURS_Y, _DISC, scale=scale),
        )
        for it in found.clauses
        if it.clause in law.clauses
    )
    return HonestyFigure(
        found=found,
        own=cut(found.own, places=1),
        ours=cut(found.ours, places=1),
        bias=_points(found.bias.value) if found.bias else "",
        bias_interval=f"{_points(found.bias.low)} to {_points(found.bias.high)}" if found.bias else "",
        brier=cut(found.brier.value, places=3) if found.brier else "",
        brier_interval=f"{cut(found.brier.low, places=3)} to {cut(found.brier.high, places=3)}" if found.brier else "",
        sure=percent(found.confidence),
        scale_high=percent(scale[1]),
        clauses=clauses,
    )


def _points(value: Decimal) -> str:
    """Points with their sign, for which way it errs is the whole matter."""
    shown = cut(abs(value), places=1)
    return f"{'-' if value < 0 else '+'}{shown}"


def _row(estimate: Estimate, y: int, shape: str, *, scale: tuple[Decimal, Decimal]) -> Row:
    low, at, high = (place(each, scale=scale) for each in (estimate.low, estimate.value, estimate.high))
    return Row(
        x=coordinate(low),
        width=coordinate(high - low),
        y=y - 4,
        mark=f"M{coordinate(at)} {y}{shape}",
        value=percent(estimate.value),
        interval=f"{percent(estimate.low)} to {percent(estimate.high)}",
    )
