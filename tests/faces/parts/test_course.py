"""Measures over time with what happened, spans that count, and the ladder: what is drawn, and what is said of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template

from faces import gallery as sample
from faces.figures.course import Asked, Course, CourseMark, CoursePoint, Lane
from faces.figures.criterion import CriterionLine
from faces.figures.ladder import Ladder, Rung
from faces.figures.window import Window
from tests.faces.parts.page import Page

NOW = datetime(2026, 3, 14, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
D = Decimal


def drawn(tag, **context):
    return Page(Template("{% load faces %}" + tag).render(Context({"now": NOW, **context})))


def course(*values, **given):
    points = tuple(CoursePoint(NOW + HOUR * nth, (value, D("0.9"))) for nth, value in enumerate(values))
    return Course("GI", ("GI", "trust"), points, **given)


def test_what_was_not_measured_is_a_gap_and_a_lone_point_is_a_dot():
    gi, trust = course(D(".9"), D(".92"), None, D(".91"), None, D(".9"), D(".93")).rows
    assert [line.endswith("h.1") for line in gi.lines] == [False, True, False]
    assert len(trust.lines) == 1


def test_a_time_without_any_assessment_is_a_gap_too():
    points = tuple(CoursePoint(NOW + HOUR * nth, (D(".9"),), joined=nth != 3) for nth in (0, 1, 2, 3, 4))
    (row,) = Course("GI", ("GI",), points).rows
    assert len(row.lines) == 2


def test_later_is_further_right_and_more_is_higher():
    (path,) = course(D(".90"), D(".95")).rows[0].lines
    (x0, y0), (x1, y1) = (map(float, point.split()) for point in path[1:].split("L"))
    assert (x0, x1) == (4, 636)
    assert y1 < y0


def test_what_was_asked_is_a_step_that_begins_when_it_was_asked():
    found = course(*[D(".93")] * 5, asked=(Asked(NOW + 2 * HOUR, D(".90")), Asked(NOW + 3 * HOUR, D(".92")))).rows[0]
    assert [piece.split()[0] for piece in found.asked[1:].split("M")] == ["320.0", "478.0"]
    assert found.asked.endswith("H636.0")
    assert course(D(".9"), asked=(Asked(NOW, None),)).rows[0].asked == ""


def test_a_mark_stands_at_its_time_and_one_that_still_lasts_ends_at_the_edge():
    marks = (
        CourseMark(NOW + HOUR, "moment"),
        CourseMark(NOW + HOUR, "span", NOW + 2 * HOUR),
        CourseMark(NOW + 3 * HOUR, "still", lasts=True),
        CourseMark(NOW + 4 * HOUR, "at the edge"),
    )
    (lane,) = course(*[D(".9")] * 5, lanes=(Lane("Incidents", marks), Lane("Nothing", ()))).lanes_drawn
    assert lane.marks == (
        ("162.0", "3.0", "moment"),
        ("162.0", "158.0", "span"),
        ("478.0", "158.0", "still"),
        ("636.0", "3.0", "at the edge"),
    )


@pytest.mark.parametrize("value", [D(0), D(".9"), D(1)])
def test_one_value_alone_still_has_a_scale(value):
    low, high = course(value).rows[0].scale
    assert D(low) < D(high)


@pytest.mark.parametrize(("count", "rows"), [(0, 0), (1, 1), (60, 60), (61, 31), (565, 57)])
def test_the_table_of_many_is_drawn_evenly_and_always_has_the_latest(count, rows):
    found = course(*[D(".9")] * count)
    assert len(found.table) == rows
    assert found.table[-1:] == found.points[-1:]


def test_each_row_says_in_words_what_it_draws():
    page = drawn("{% course part now %}", part=course(D(".88"), D(".97"), D(".93")))
    titles = Page(Template("{% load faces %}{% course part now %}").render(Context({"part": course(D(".88"))}))).all(
        "title"
    )
    assert titles
    assert "GI: from 0.88 to 0.93, lowest 0.88 on 2026-03-14, highest 0.97 on 2026-03-14" in page.text
    assert len(page.all("desc")) == len(page.all("svg"))


def test_what_happened_stands_in_a_table_with_its_kind_and_its_end():
    lanes = (
        Lane("Declines", (CourseMark(NOW, "GI below 0.90", NOW + HOUR),)),
        Lane("Law", (CourseMark(NOW, "law 1.1"),)),
    )
    text = drawn("{% course part now %}", part=course(D(".9"), D(".9"), lanes=lanes)).text
    assert "Declines GI below 0.90 , until 2026-03-14 01:00" in text
    assert "law 1.1" in text


def test_a_course_of_nothing_says_what_will_stand_there():
    page = drawn("{% course part now %}", part=Course("GI", ("GI",), ()))
    assert "Nothing is measured yet" in page.text
    assert page.all("svg") == []


@pytest.mark.parametrize(
    ("since", "gone", "over"),
    [(timedelta(), "0.0", False), (YEAR / 2, "120.0", False), (YEAR - timedelta(seconds=1), "240.0", False),
     (YEAR, "240.0", True), (2 * YEAR, "240.0", True)],
)  # fmt: skip
def test_a_window_is_over_at_its_last_moment_and_not_a_second_before(since, gone, over):
    window = Window("INC-00001 counts", NOW - since, NOW - since + YEAR, NOW)
    assert (window.gone, window.is_over) == (gone, over)


def test_a_window_says_until_when_and_how_much_is_left():
    text = drawn("{% window part now %}", part=Window("It counts", NOW - 60 * DAY, NOW + 305 * DAY, NOW)).text
    assert "counts until 2027-01-13 00:00 UTC , 10 months left" in text
    assert "counts no more since" in drawn("{% window part now %}", part=Window("x", NOW - YEAR, NOW, NOW)).text


@pytest.mark.parametrize(
    ("verdict", "shape"), [("pass", "a6 6"), ("inconclusive", "l8 14"), ("fail", "h12v12"), ("unknown", "l8 8l-8 8")]
)
def test_each_verdict_has_a_shape_of_its_own(verdict, shape):
    line = CriterionLine("GI", verdict, D(".9"), D(".9"))
    assert shape in line.drawing.marker


def test_an_open_criterion_says_by_when_and_a_dateless_one_why():
    dated = CriterionLine("days", "inconclusive", D(3), D(30), unit="days", more=4, reachable_at=NOW + 27 * DAY)
    assert "about 4 more" in drawn("{% criterion part now %}", part=dated).text
    assert "it could pass in 27 days" in drawn("{% criterion part now %}", part=dated).text
    words = CriterionLine("compliance", "inconclusive", None, D(".95"), more=88, by_when="88 more, and none come.")
    text = drawn("{% criterion part now %}", part=words).text
    assert "88 more, and none come." in text
    assert "would settle it" not in text


def a_ladder(**of_next):
    asked = (
        CriterionLine("days at the tier", "pass", D(40), D(30), unit="days"),
        CriterionLine("compliance", "inconclusive", D(".96"), D(".95"), low=D(".93"), n=80, more=40),
        CriterionLine("battery: reasoning", "fail", D(".7"), D(".8")),
        CriterionLine("speed", "fail", D(".7"), D(".8"), advisory=True),
    )
    rungs = (Rung("high", D(".9"), D(".92"), next=True, criteria=asked, **of_next),
             Rung("standard", D(".7"), D(".90"), here=True), Rung("research", D(".5"), D(".85"), passed=True))  # fmt: skip
    return Ladder("NOVA_001", rungs)


def test_the_next_rung_shows_every_criterion_and_names_the_missing_ones():
    page = drawn("{% ladder part now %}", part=a_ladder(review_due_at=NOW + 3 * DAY, reachable_at=NOW + 9 * DAY))
    assert "1 of 3 things that high asks passes." in page.text
    missing = page.text.partition("Still missing for high :")[2].partition("Judged next")[0]
    assert missing.split() == ["compliance", ",", "battery:", "reasoning", "."]
    assert "Judged next in 3 days" in page.text
    assert "in 9 days , at the earliest" in page.text
    assert len(page.classed("k-criterion")) == 4


def test_a_rise_that_cannot_be_told_says_why():
    assert "because of: GI" in drawn("{% ladder part now %}", part=a_ladder(by_when="No, because of: GI.")).text
    assert "Cannot be told yet." in drawn("{% ladder part now %}", part=a_ladder()).text


def test_the_ladder_is_drawn_with_a_filled_disc_where_it_stands_and_says_so():
    page = drawn("{% ladder part now %}", part=a_ladder())
    assert len(page.classed("k-rung-drawn")) == 3
    assert len(page.classed("k-rung-at")) == len(page.classed("k-rung-to")) == 1
    assert "standard: it stands here" in page.text
    assert "research: below" in page.text
    kept = drawn("{% ladder part now %}", part=Ladder("N", (Rung("high", D(1), D(1), here=True, kept=True),)))
    assert len(kept.classed("k-rung-kept")) == 1
    assert kept.classed("k-rung-at") == []


@pytest.mark.parametrize("tag", ["course", "window"])
def test_hostile_words_stay_words(tag):
    part = {"course": sample._course(30), "window": sample._windows()[0]}[tag]
    page = drawn("{% " + tag + " part now %}", part=part)
    assert page.all("script") == []
    assert page.against_the_policy() == []
    assert "<script>alert(1)</script>" in page.text
