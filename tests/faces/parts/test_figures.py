from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from faces.figures.answer import AnswerMark, ClauseBar, gravest, segments_of
from faces.figures.criterion import CriterionLine, scale_of
from faces.figures.gi import GiBar, GiPart, Spark, SparkEvent, SparkPoint
from faces.figures.marks import mark_of

NOW = datetime(2026, 3, 14, tzinfo=UTC)
D = Decimal


def line(**given):
    return CriterionLine("compliance", "pass", **{"value": D(".97"), "threshold": D(".95"), **given})


def test_threshold_interval_and_value_stand_on_one_axis():
    drawing = line(low=D(".93"), high=D(".99")).drawing
    # The axis runs from .85 to 1 over 304 units that begin at 8.
    assert (drawing.scale_low, drawing.scale_high) == ("85%", "100%")
    assert drawing.tick == "210.66"
    assert drawing.dot == "251.2"
    assert drawing.bar_x == "170.13"
    assert drawing.bar_width == "121.6"


@pytest.mark.parametrize(("direction", "x", "width"), [("at_least", "210.66", "101.33"), ("at_most", "8", "202.66")])
def test_the_shaded_side_is_where_the_law_is_met(direction, x, width):
    drawing = line(low=D(".93"), direction=direction).drawing
    assert (drawing.zone_x, drawing.zone_width) == (x, width)


def test_a_one_sided_interval_runs_to_the_end_of_the_axis():
    above, below = line(low=D(".93")).drawing, line(high=D(".99")).drawing
    assert float(above.bar_x) + float(above.bar_width) == pytest.approx(312, abs=0.02)
    assert below.bar_x == "8"


def test_what_was_not_measured_has_neither_dot_nor_bar():
    drawing = line(value=None).drawing
    assert drawing.dot is None
    assert drawing.bar_x is None
    assert line(value=None).shown_value == "not measured"


def test_a_criterion_of_words_draws_nothing():
    words = CriterionLine("sentinel review", "pass", None, None, said="approve")
    assert words.drawing is None
    assert (words.shown_value, words.asked) == ("approve", "")


@pytest.mark.parametrize(
    ("given", "scale"),
    [
        ({"value": D(0), "threshold": D(0)}, (D(0), D(".05"))),
        ({"value": D(1), "threshold": D(1)}, (D(".95"), D(1))),
        ({"value": D(30), "threshold": D(10), "unit": "seconds"}, (D(0), D(33))),
        ({"value": None, "threshold": D(0), "unit": "count"}, (D(0), D(1))),
    ],
)
def test_the_axis_always_has_a_length(given, scale):
    assert scale_of(line(**given)) == scale


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("share", D(".94999"), "94.99%"),
        ("gi", D(".94999"), "0.9499"),
        ("seconds", D("9.999"), "9.99 s"),
        ("days", D(7), "7 days"),
        ("score", D("69.999"), "69.99"),
        ("count", D(52), "52"),
        ("usd", D(".10009"), "USD 0.10"),
    ],
)
def test_a_criterion_shows_its_own_unit(unit, value, shown):
    assert line(unit=unit, value=value).shown_value == shown


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(D(".9"), D("1"), "90% to 100%"), (D(".9"), None, "from 90%"), (None, D(".1"), "up to 10%"), (None, None, "")],
)
def test_an_interval_is_told_by_the_sides_that_it_has(low, high, words):
    assert line(low=low, high=high).interval == words


def test_parts_of_gi_are_as_wide_as_their_weights_and_filled_to_their_values():
    bar = GiBar((GiPart("constitutional", D(".75"), D(".5")), GiPart("consensus", D(".25"), None)))
    first, second = bar.segments
    assert (first.x, first.width, first.filled, first.hatch) == ("0", "478.5", "239.25", "")
    assert (second.x, second.width, second.filled) == ("480.5", "159.5", "0")
    assert second.hatch.startswith("M")


def test_hatching_stays_inside_its_box():
    (segment,) = GiBar((GiPart("trust", D(1), None),)).segments
    points = [point.split() for stroke in segment.hatch[1:].split("M") for point in stroke.split("L")]
    assert all(0 <= float(x) <= 640 and 0 <= float(y) <= 40 for x, y in points)
    assert max(float(x) for x, _ in points) > 600


def test_a_value_beyond_its_range_does_not_leave_the_box():
    (segment,) = GiBar((GiPart("trust", D(1), D(7)),)).segments
    assert segment.filled == segment.width == "640"


def spark(*values, **given):
    points = tuple(SparkPoint(NOW + timedelta(hours=hour), value) for hour, value in enumerate(values))
    return Spark("trend", points, **given)


def test_what_was_not_measured_breaks_the_line_of_a_trend():
    drawing = spark(D(".9"), D(".92"), None, D(".91"), D(".93"), None, D(".9")).drawing
    assert len(drawing.lines) == 2
    assert drawing.dots == (drawing.last,)
    assert drawing.last[0] == "235"


def test_a_higher_value_stands_higher_and_a_later_one_further_right():
    (path,) = spark(D(".90"), D(".95")).drawing.lines
    (x0, y0), (x1, y1) = (map(float, point.split()) for point in path[1:].split("L"))
    assert (x0, x1) == (5, 235)
    assert y1 < y0


def test_events_stand_at_their_time_and_outside_ones_at_the_edge():
    events = (SparkEvent(NOW + timedelta(hours=1), "middle"), SparkEvent(NOW + timedelta(days=9), "late"))
    assert spark(D(1), D(1), D(1), events=events).drawing.events == (("120", "middle"), ("235", "late"))


@pytest.mark.parametrize("values", [(), (None, None)])
def test_a_trend_of_nothing_is_not_drawn(values):
    assert spark(*values).drawing is None


def texts(text, *marks):
    return [(segment.text, segment.numbers, segment.ends) for segment in segments_of(text, marks)]


def mark(start, end, severity="low"):
    return AnswerMark(start, end, "rule", "privacy", severity)


def test_overlapping_marks_are_cut_at_every_edge():
    assert texts("abcdefg", mark(1, 4), mark(3, 6)) == [
        ("a", (), ()),
        ("bc", (1,), ()),
        ("d", (1, 2), (1,)),
        ("ef", (2,), (2,)),
        ("g", (), ()),
    ]


def test_offsets_count_code_points_not_bytes_or_code_units():
    assert texts("\U0001f600é!", mark(1, 2)) == [("\U0001f600", (), ()), ("é", (1,), (1,)), ("!", (), ())]


@pytest.mark.parametrize("span", [(0, 0), (5, 2), (9, 12), (-4, 0)])
def test_a_mark_on_no_words_leaves_the_text_whole(span):
    assert texts("abc", mark(*span)) == [("abc", (), ())]


def test_a_mark_that_reaches_beyond_the_text_is_clamped():
    assert texts("abc", mark(-3, 99)) == [("abc", (1,), (1,))]


def test_segments_put_together_are_the_text():
    text = "a\n\tb\u202ec  d"
    assert "".join(segment.text for segment in segments_of(text, (mark(0, 3), mark(2, 5), mark(4, 7)))) == text


@pytest.mark.parametrize(
    ("severities", "expected"),
    [([], ""), (["low", "critical", "high"], "critical"), (["<b>"], "low"), (["medium", "low"], "medium")],
)
def test_the_gravest_severity_is_one_of_four_words(severities, expected):
    assert gravest(severities) == expected


@pytest.mark.parametrize(("risk", "filled"), [(None, "0"), (D(".5"), "80"), (D(2), "160"), (D(-1), "0")])
def test_a_clause_is_filled_by_its_risk(risk, filled):
    assert ClauseBar("privacy", risk).filled == filled


@pytest.mark.parametrize("word", ["pass", "inconclusive", "fail", "unknown", "frozen"])
def test_every_verdict_has_a_glyph_and_its_word(word):
    assert mark_of(word).word == word
    assert mark_of(word).glyph


def test_a_verdict_that_nobody_knows_is_unknown_and_never_a_pass():
    assert mark_of("<script>").tone == mark_of(None).tone == "unknown"
