import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from faces import gallery as sample
from faces.figures.answer import AnswerMark, MarkedAnswer
from faces.figures.criterion import CriterionLine
from faces.figures.gi import GiBar, GiPart
from faces.figures.records import DecideAction, HistoryEntry, ProblemLine, QueueRow
from faces.figures.strip import Step, Strip
from tests.faces.parts.page import Page

HOSTILE = sample.HOSTILE
NOW = sample.NOW


def drawn(tag, **context):
    return Page(html(tag, **context))


def html(tag, **context):
    return Template("{% load faces %}" + tag).render(Context({"now": NOW, **context}))


@pytest.fixture(scope="module")
def whole():
    return render_to_string("parts/gallery.html", sample.samples())


PARTS = [
    ("{% lifecycle part now %}", Strip(HOSTILE, (Step(HOSTILE, "here", NOW, HOSTILE, note=HOSTILE),), (HOSTILE,))),
    (
        "{% criterion part %}",
        CriterionLine(
            HOSTILE, HOSTILE, Decimal(1), Decimal(1), formula=HOSTILE, law_line=HOSTILE, n=1, noun=HOSTILE, note=HOSTILE
        ),
    ),
    ("{% gi_bar part %}", GiBar((GiPart(HOSTILE, Decimal(1), None, HOSTILE),))),
    ("{% sparkline part %}", sample._trend(3)),
    ("{% ladder part %}", sample.samples()["ladders"][1]),
    ("{% answer part %}", sample.samples()["answers"][-1]),
    ("{% history part now %}", [HistoryEntry(NOW, *[HOSTILE] * 4, subject=HOSTILE, decision_id=HOSTILE)]),
    ("{% queue part '' now %}", [QueueRow(HOSTILE, HOSTILE, "/x", HOSTILE, timedelta(1), kind=HOSTILE)]),
    ("{% problem_summary part %}", [ProblemLine(HOSTILE, HOSTILE, HOSTILE)]),
    ("{% problem_summary part %}", sample.samples()["wrong"]),
    ("{% form_fields part %}", sample.samples()["wrong"]),
    ("{% decide_actions part %}", [DecideAction(HOSTILE, HOSTILE)]),
    ("{% verdict part part %}", HOSTILE),
    ("{% digest part part %}", HOSTILE),
    ("{% outlink part part %}", HOSTILE),
    ("{% outlink part %}", "https://h.example/" + HOSTILE),
    ("{% empty_state part part part part %}", HOSTILE),
]


@pytest.mark.parametrize(("tag", "part"), PARTS, ids=[f"{i} {tag}" for i, (tag, _) in enumerate(PARTS)])
def test_hostile_text_is_shown_and_never_obeyed(tag, part):
    page = drawn(tag, part=part)
    assert page.all("script") == []
    assert page.against_the_policy() == []
    shown = page.text + " ".join(str(value) for _, given in page.tags for value in given.values())
    assert "<script>alert(1)</script>" in shown


def test_the_gallery_shows_every_part_and_breaks_no_rule_of_the_policy(whole):
    page = Page(whole)
    assert page.against_the_policy() == []
    assert [given["src"] for given in page.all("script")] == ["/static/faces/kaizen.js"]
    expected = [
        "strip",
        "criterion",
        "gi",
        "spark",
        "ladder",
        "answer",
        "history",
        "queue",
        "problem",
        "field",
        "empty",
        "diff",
        "facts",
        "digest",
        "mark",
    ]
    assert [name for name in expected if not page.classed(f"k-{name}")] == []


def test_the_gallery_view_answers_with_the_page():
    answer = sample.gallery(RequestFactory().get("/"))
    assert answer.status_code == 200
    assert b"Every part that the pages are made of" in answer.content


def test_headings_do_not_skip_a_level(whole):
    levels = [int(tag[1]) for tag, _ in Page(whole).tags if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    main = [level for level in levels if level < 4]
    assert all(after - before <= 1 for before, after in itertools.pairwise(main))


def test_every_drawing_has_a_title_and_a_description(whole):
    page = Page(whole)
    drawings = page.all("svg")
    assert drawings
    assert all(given.get("role") == "img" for given in drawings)
    assert len(page.all("desc")) == len(drawings)
    assert len(page.all("title")) >= len(drawings)


@pytest.mark.parametrize("tag", ["{% criterion part %}", "{% gi_bar part %}", "{% sparkline part %}"])
def test_every_chart_gives_its_figures_as_a_table_in_details(tag):
    part = {"criterion": sample.samples()["lines"][0], "gi_bar": sample.samples()["bars"][1]}
    page = drawn(tag, part=part.get(tag.split()[1], sample._trend(3)))
    assert page.all("details")
    assert page.all("table")


def test_a_criterion_says_value_n_interval_what_is_asked_and_how_much_more():
    text = drawn("{% criterion part %}", part=sample.samples()["lines"][0]).text
    for words in (
        "inconclusive", "97.61%", "asked at least 95%", "n = 84 answers", "interval from 93.12%",
        "about 40 more answers", "shadow.exit.compliance = 0.95", "Wilson bound",
    ):  # fmt: skip
        assert words in text


def test_a_criterion_is_drawn_where_its_figures_say():
    line = sample.samples()["lines"][0]
    page = drawn("{% criterion part %}", part=line)
    assert page.classed("k-dot")[0][1]["d"] == line.drawing.marker
    assert line.drawing.marker.startswith(f"M{line.drawing.dot} 18")
    assert page.classed("k-threshold")[0][1]["d"] == f"M{line.drawing.tick} 2v32"
    assert page.classed("k-interval")[0][1]["x"] == line.drawing.bar_x


def test_marked_words_stand_in_marks_and_their_rules_in_the_margin():
    part = MarkedAnswer("say <b>4111</b> now", (AnswerMark(7, 11, "privacy.card", "privacy", "critical"),), 40)
    source = html("{% answer part %}", part=part)
    assert '<mark class="k-words k-sev-critical">4111<sup class="k-ref">1</sup></mark>' in source
    assert ">say &lt;b&gt;<mark" in source
    assert "privacy.card" in Page(source).text


def test_an_answer_whose_text_is_gone_says_so_and_keeps_its_rules():
    page = drawn("{% answer part %}", part=MarkedAnswer(None, (AnswerMark(0, 4, "rule.a", "civic"),), 55))
    assert "no longer kept" in page.text
    assert "rule.a" in page.text


def test_an_unscored_answer_is_neither_nought_nor_a_hundred():
    text = drawn("{% answer part %}", part=MarkedAnswer("hm", status="unscored")).text
    assert "unscored" in text
    assert "of 100" not in text


def test_a_part_of_gi_without_evidence_is_hatched_and_not_filled():
    page = drawn("{% gi_bar part %}", part=sample.samples()["bars"][2])
    assert len(page.classed("k-hatch")) == 1
    assert len(page.classed("k-gi-fill")) == 4
    assert "no GI yet" in page.text


def test_the_state_it_stands_in_is_told_to_readers_of_the_page_aloud():
    page = drawn("{% lifecycle part now %}", part=sample.samples()["strips"][2])
    assert len(page.all("li", **{"aria-current": "step"})) == 1
    assert "overdue, was due 1 hour ago" in page.text


def test_a_moment_is_relative_with_the_exact_utc_in_its_title():
    page = drawn("{% moment at now %}", at=NOW - timedelta(hours=5))
    assert page.all("time") == [
        {"class": "k-moment", "datetime": "2026-03-14T04:26:53Z", "title": "2026-03-14 04:26:53 UTC"}
    ]
    assert page.text == "5 hours ago"


def test_a_moment_that_never_came_reads_not_yet():
    assert drawn("{% moment at %}", at=None).text == "not yet"


def test_a_digest_is_cut_in_the_middle_and_whole_in_a_field_to_copy():
    page = drawn("{% digest part 'Law' %}", part=sample.DIGEST)
    assert page.text == "sha256:9f86d081…884c7d65"
    (field,) = page.all("input")
    assert (field["value"], field["aria-label"]) == (sample.DIGEST, "Law")
    assert "readonly" in field


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "http://h.example/", "//h.example/", "data:text/html,x", "https:///x", "https://",
        " javascript:x", "https://user@h.example/", "https://[::1/", "", None,
    ],
)  # fmt: skip
def test_only_https_addresses_with_a_host_become_links(address):
    assert drawn("{% outlink part %}", part=address).all("a") == []


def test_a_link_that_somebody_gave_shows_its_host_and_lends_it_nothing():
    page = drawn("{% outlink part 'Model card' %}", part="https://models.example:8443/card")
    (link,) = page.all("a")
    assert link["rel"] == "noopener noreferrer nofollow ugc"
    assert page.text == "Model card (models.example)"


def test_a_problem_links_to_its_field_and_the_field_says_it_again():
    form = sample.samples()["wrong"]
    links = {given["href"] for given in drawn("{% problem_summary part %}", part=form).all("a")}
    fields = drawn("{% form_fields part %}", part=form)
    assert links == {"#id_model_name", "#id_endpoint", "#id_proposed_tier_0", "#id_protocol", "#id_charter"}
    ids = {given["id"] for _, given in fields.tags if "id" in given}
    assert {link[1:] for link in links} <= ids
    described = fields.all("input", name="model_name")[0]["aria-describedby"].split()
    assert set(described) <= ids


def test_a_form_without_problems_has_no_summary():
    assert html("{% problem_summary part %}", part=sample.SampleForm()).strip() == ""
    assert html("{% problem_summary part %}", part=None).strip() == ""


def test_the_queue_names_the_one_next_act_and_says_overdue_in_words():
    page = drawn("{% queue part '' now %}", part=sample._rows(3))
    assert [given["href"] for given in page.all("a")] == ["/decide/1", "/decide/2", "/decide/3"]
    assert "overdue, was due 1 hour ago" in page.text
    assert "2 days 1 hour" in page.text


def test_every_cell_of_a_narrow_table_has_its_label():
    for tag, part in (("queue part '' now", sample._rows(2)), ("history part now", sample._entries())):
        assert all("data-label" in given for given in drawn("{% " + tag + " %}", part=part).all("td"))


@pytest.mark.parametrize(
    ("tag", "part"),
    [
        ("{% queue part %}", []),
        ("{% history part %}", []),
        ("{% criteria part %}", []),
        ("{% lifecycle part %}", Strip("", ())),
        ("{% gi_bar part %}", GiBar(())),
        ("{% sparkline part %}", sample._trend(0)),
    ],
)
def test_an_empty_part_says_so_in_words(tag, part):
    page = drawn(tag, part=part)
    assert len(page.text.split()) > 2
    assert page.all("table") == []
