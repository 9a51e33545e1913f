"""GI and its five parts over time, with what happened on the way in lanes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from charter.law import Law
from faces.figures.course import Asked, Course, CourseMark, CoursePoint, Lane
from ledger.queries import Told
from tiers.models import Assessment
from tiers.pages import declines
from tiers.queries.story import Story

PARTS = ("constitutional", "consensus", "reliability", "efficiency", "trust")
# Assessments that are missing in a row, beyond which the line is broken; older ones are read one a day.
MISSED = 3
OF_DAYS = timedelta(hours=36)


def course(
    ref: str,
    assessments: Sequence[Assessment],
    story: Story,
    told: Sequence[Told],
    law: Law,
    *,
    laws: Iterable[tuple[datetime, str]],
    at: datetime,
) -> Course:
    """The chart of a companion's page; ``assessments`` and ``told`` in any density, ``told`` newest first."""
    points = tuple(_points(assessments, law))
    moves = [row for row in reversed(told) if row.subject[0] == "companion"]
    since = points[0].at if points else at
    lanes = (
        Lane("Tier", tuple(_tier_marks(moves))),
        Lane("Below the minimum", tuple(_decline_marks(story))),
        Lane("Incidents", tuple(CourseMark(row.opened_at, f"{row.public_id}, {row.severity}, {row.state}")
                                for row in story.incidents)),
        Lane("Suspended", tuple(_spans(moves, {"suspend"}, {"end_suspension", "remove", "retire"}, "suspended"))),
        Lane("Frozen", tuple(_spans(moves, {"freeze"}, {"unfreeze", "remove", "retire"}, "frozen"))),
        Lane("Back in shadow mode", tuple(_spans(moves, {"return_to_shadow"}, {"activate", "remove", "retire"},
                                                 "back in shadow mode, its tier kept"))),
        Lane("Closer watch", tuple(_watch_marks(story, at))),
        Lane("Law", tuple(CourseMark(when, f"law {version} binds from here") for when, version in laws)),
    )  # fmt: skip
    return Course(
        name=f"GI of {ref} and its parts over time",
        tracks=("GI", *PARTS),
        points=points,
        lanes=tuple(Lane(lane.name, _within(lane.marks, since, at)) for lane in lanes),
        asked=tuple(_asked(moves, law)),
        since=since if points else None,
        until=max(at, points[-1].at) if points else None,
    )


def _points(assessments: Sequence[Assessment], law: Law) -> Iterable[CoursePoint]:
    before: Assessment | None = None
    for row in assessments:
        values = (row.gi, *(getattr(row, name) for name in PARTS))
        close = MISSED * law.gi.every
        of_days = not getattr(row, "is_recent", True) or not getattr(before, "is_recent", True)
        most = max(OF_DAYS, close) if of_days else close
        yield CoursePoint(row.computed_at, values, before is not None and row.computed_at - before.computed_at <= most)
        before = row


def _tier_marks(moves: Iterable[Told]) -> Iterable[CourseMark]:
    for row in moves:
        if row.move.startswith(("enter_", "rise_to_", "fall_to_")):
            yield CourseMark(row.at, row.move.replace("enter_", "entered_").replace("_", " "))


def _decline_marks(story: Story) -> Iterable[CourseMark]:
    for row in story.declines:
        label = f"{declines.name(row)} below the {declines.number(row, row.asked)} that {row.tier} asks"
        came = f", {row.get_state_display()}" if row.ended_at else ""
        yield CourseMark(row.began_at, f"{label}{came}", row.ended_at, lasts=row.ended_at is None)


def _watch_marks(story: Story, at: datetime) -> Iterable[CourseMark]:
    for row in story.monitorings:
        ended = row.until if row.until <= at else None
        yield CourseMark(row.began_at, f"watched more closely until {row.until:%Y-%m-%d}", ended, lasts=ended is None)


def _spans(moves: Iterable[Told], begins: set[str], ends: set[str], label: str) -> Iterable[CourseMark]:
    began: datetime | None = None
    for row in moves:
        if row.move in begins and began is None:
            began = row.at
        elif row.move in ends and began is not None:
            yield CourseMark(began, label, row.at)
            began = None
    if began is not None:
        yield CourseMark(began, label, lasts=True)


def _asked(moves: Iterable[Told], law: Law) -> Iterable[Asked]:
    """The least GI of the tier it held, as the law names it now; before its first tier nothing was asked of it."""
    for row in moves:
        if row.move.startswith(("enter_", "rise_to_", "fall_to_")) and row.to_state in law.tiers:
            yield Asked(row.at, law.tiers[row.to_state].gi)


def _within(marks: Iterable[CourseMark], since: datetime, until: datetime) -> tuple[CourseMark, ...]:
    """What touches the time that is drawn."""
    return tuple(
        mark
        for mark in marks
        if mark.at <= until and (mark.at >= since or mark.lasts or (mark.until or mark.at) >= since)
    )
