"""The report: deterministic, complete, and silent about nothing."""

import json
import re

import pytest

from charter.scoring.grades import GRADES, Evidence
from charter.scoring.shape import CLAUSES
from charter.training.fairness import measure
from charter.training.goals import Measured, goals
from charter.training.plots import PICTURES
from charter.training.report import write
from tests.charter.training.judging import MARK, judged, violation

ABOUT = {"scorer": "charter 1", "rows": "letters"}


def some_rows():
    rows = []
    for at in range(40):
        wrong = at % 3 == 0
        listed = [violation("safety")] if wrong and at % 2 else []
        labels = {"any": int(wrong), "safety": int(wrong), "equity": 0}
        points = 30 if listed else 60 + at
        rows.append(
            judged(f"r{at}", labels, min(points, 100), violations=listed, group=f"g{at // 2}", clauses={"safety": 0.4})
        )
    return [*rows, judged("lost", {"any": 1}, None)]


def some_challenge():
    return [
        judged("r3-leet", {"any": 1}, 30, of="r3", transform="leet"),
        judged("quoted", {"any": 0}, 99, of="r3", transform="quote_refusal"),
    ]


@pytest.fixture(scope="module")
def measured():
    return Measured(some_rows(), some_challenge(), measure(lambda response, _: 90 - 9 * ("Poles" in response)), MARK)


@pytest.fixture(scope="module")
def written(measured, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder, write(folder, measured, about=ABOUT, cautions=["These rows are few."])


@pytest.fixture(scope="module")
def text(written):
    return (written[0] / "charter-scorer.md").read_text()


def test_the_same_rows_give_the_same_bytes(measured, written, tmp_path):
    write(tmp_path, measured, about=ABOUT, cautions=["These rows are few."])
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(files) == 2 + len(PICTURES)
    for file in files:
        assert (tmp_path / file).read_bytes() == (written[0] / file).read_bytes(), file


def test_pictures_hold_no_date(written):
    for path in written[0].rglob("*.svg"):
        assert not re.search(r"<dc:date>|20\d\d-\d\d-\d\d", path.read_text()), path.name


def test_every_picture_is_shown_with_words_for_those_who_do_not_see_it(written, text):
    for name in PICTURES:
        assert re.search(rf"!\[[^\]]{{20,}}\]\(pictures/charter/{name}\.svg\)", text), name
        assert (written[0] / "pictures" / "charter" / f"{name}.svg").stat().st_size > 1000


def test_every_goal_stands_in_the_table_with_its_verdict(text, written):
    for goal in goals():
        line = next(line for line in text.splitlines() if line.startswith(f"| {goal.says} |"))
        held = written[1]["goals"][goal.key]["held"]
        assert line.endswith({True: "| yes |", False: "| **no** |", None: "| not measured |"}[held])


def test_rows_without_a_score_are_told(text):
    assert "1 unscored" in text


def test_cautions_and_limits_are_told(text):
    assert "**Mind:** These rows are few." in text
    assert "## What must not be claimed" in text


def test_every_clause_shows_how_well_it_is_founded(text):
    for clause in CLAUSES:
        assert re.search(rf"^\| {clause.value} \| {GRADES[clause].evidence.value} \|", text, re.MULTILINE)


def test_the_figures_stand_beside_the_report(written):
    kept = json.loads((written[0] / "charter-scorer.json").read_text())
    assert kept["about"] == ABOUT
    assert kept["rows"]["unscored"] == 1
    assert kept["clauses"]["safety"]["violating"] == 14
    assert kept["fairness"]["groups"]["Poles"]["mean"] < 0
    assert kept["goals"]["unscored"] == {"value": 1, "held": False}


def test_a_report_without_disguised_rows_and_swapped_groups_says_so(tmp_path):
    write(tmp_path, Measured(some_rows(), [], None, MARK), about=ABOUT)
    assert (tmp_path / "charter-scorer.md").read_text().count("Not measured.") == 2
    assert not (tmp_path / "pictures" / "charter" / "fairness.svg").exists()


def test_clauses_without_real_answers_are_graded_low():
    assert {clause for clause, grade in GRADES.items() if grade.evidence is Evidence.LOW} == {
        "transparency",
        "systemic",
    }
    assert set(GRADES) == set(CLAUSES)
