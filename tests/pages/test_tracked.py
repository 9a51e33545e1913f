"""Figures that nothing is asked of are shown as tracked, and decide nothing."""

from decimal import Decimal

import pytest
from jsonschema import validate

from faces.figures.criterion import CriterionLine
from faces.figures.marks import mark_of
from tests.pages.conftest import a_companion, measured
from tiers.api.standing_described import CRITERION
from tiers.pages import criteria
from tiers.rules.verdicts import Criterion, Verdict

TRACKED = [
    Criterion("cost per 1K tokens", Verdict.TRACKED, Decimal("0.05"), None, "USD", required=False),
    Criterion("gap between its own scores and ours", Verdict.TRACKED, Decimal("31.5"), None, "score", required=False),
]
ASKED = Criterion("compliance", Verdict.FAIL, Decimal("0.8"), Decimal("0.95"), n=9)


@pytest.fixture
def companion(db):
    companion = a_companion()
    measured(companion, criteria=[ASKED, *TRACKED])
    return companion


def test_the_page_says_tracked_and_never_inconclusive(read, companion):
    text = read(f"/companions/{companion.ref}").text
    for each in TRACKED:
        said = text[text.index(each.name) :]
        assert "tracked" in said[:120]
    assert "inconclusive" not in text[text.index("Its cost") :]
    assert "1 of 1 required criteria do" in text


def test_the_api_says_so_too_and_its_description_knows_the_word(client, companion):
    told = client.get(f"/api/companions/{companion.ref}/readiness").json()
    verdicts = {each["name"]: each["verdict"] for each in told["criteria"]}
    assert verdicts == {"compliance": "fail", **{each.name: "tracked" for each in TRACKED}}
    assert told["missing"] == ["compliance"]
    for each in told["criteria"]:
        validate(each["verdict"], CRITERION["properties"]["verdict"])


def test_a_tracked_verdict_is_no_line_of_the_gate_even_beside_a_threshold():
    kept = Criterion("cost per operation", Verdict.TRACKED, Decimal(1), Decimal(2), "USD").as_json()
    assert criteria.lines([kept], {}) == []
    assert [each.name for each in criteria.tracked([kept])] == ["cost per operation"]


def test_it_has_a_mark_of_its_own():
    mark = CriterionLine("cost", "tracked", Decimal(1), None).mark
    assert (mark.tone, mark.word) == ("tracked", "tracked")
    assert mark.glyph not in {mark_of(word).glyph for word in ("pass", "inconclusive", "fail", "unknown", "frozen")}
