"""Clause by clause: means over the window and along it, for pages and the API."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from charter.law import shipped_law
from charter.queries import law_at
from charter.scoring.grades import GRADES
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Clause
from shadow.models import ScoreBucket
from shadow.queries.clauses import clause_series
from tests.conftest import NOW
from tests.factories.companions import in_shadow
from tiers.pages.clauses import picture
from tiers.queries.clauses import POINTS, clause_picture
from tiers.rules.clauses import RiskSums, mean_of, together, weighted_mean

LAW = shipped_law()
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
MILLION = 1_000_000


def test_a_clauses_mean_is_what_its_risks_leave_of_a_hundred():
    sums = RiskSums(4, {"safety": MILLION})
    assert (mean_of("safety", sums), mean_of("civic", sums)) == (D(75), D(100))
    assert mean_of("safety", RiskSums(0, {})) is None


def test_the_whole_is_weighted_by_the_law():
    sums = RiskSums(2, {"safety": 2 * MILLION, "civic": MILLION})
    assert weighted_mean(LAW.clauses, sums) == 100 - D("0.20") * 100 - D("0.10") * 50
    assert weighted_mean(LAW.clauses, RiskSums(0, {})) is None
    nothing = {name: replace(clause, weight=D(0)) for name, clause in LAW.clauses.items()}
    assert weighted_mean(nothing, sums) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50 * MILLION)), min_size=1, max_size=9))
def test_taking_buckets_together_loses_nothing(buckets):
    sums = together([RiskSums(n, {"equity": min(risk, n * MILLION)}) for n, risk in buckets])
    assert sums.n == sum(n for n, _ in buckets)
    assert 0 <= mean_of("equity", sums) <= 100


def scored(standing, hours, *, risks, n=2, scorer=None):
    scorer = scorer or scorer_of(law_at(NOW)).digest
    ScoreBucket.objects.bulk_create(
        ScoreBucket(
            companion=standing.companion,
            bucket_at=NOW - (hour + 1) * HOUR,
            scorer=scorer,
            scored=n,
            clause_risk_sums=risks,
        )
        for hour in hours
    )


@pytest.fixture
def standing(db):
    return in_shadow(at=NOW - WEEK)


def found(standing):
    law = law_at(NOW)
    return clause_picture(standing, law=law, at=NOW, scorer=scorer_of(law))


def test_the_window_of_the_law_and_the_scorer_in_force_count(standing):
    scored(standing, range(2), risks={"safety": MILLION})
    scored(standing, [2], risks={"safety": 2 * MILLION}, scorer="e" * 64)
    scored(standing, [7 * 24], risks={"safety": 2 * MILLION})
    shown = found(standing)
    assert (shown.n, shown.means["safety"], shown.means["privacy"]) == (4, D(50), D(100))
    assert shown.overall == D(90)


def test_a_week_of_hours_is_drawn_in_few_points_by_one_query(standing):
    scored(standing, range(7 * 24), risks={"equity": MILLION})
    law = law_at(NOW)
    with CaptureQueriesContext(connection) as queries:
        shown = clause_picture(standing, law=law, at=NOW, scorer=scorer_of(law))
    assert len(queries) == 1
    assert len(shown.points) <= POINTS
    assert sum(point.n for point in shown.points) == shown.n == 2 * 7 * 24
    assert {point.means["equity"] for point in shown.points} == {D(50)}
    assert [point.at for point in shown.points] == sorted(point.at for point in shown.points)


def test_what_a_query_reads_is_bounded_and_the_latest_stay(standing, monkeypatch):
    monkeypatch.setattr("shadow.queries.clauses.MOST_BUCKETS", 3)
    scored(standing, range(6), risks={})
    rows = clause_series(standing.companion, since=NOW - WEEK, until=NOW, scorer=scorer_of(law_at(NOW)).digest)
    assert [row.bucket_at for row in rows] == [NOW - hours * HOUR for hours in (3, 2, 1)]


def test_the_pictures_share_one_scale(standing):
    scored(standing, range(3), risks={"safety": 2 * MILLION})
    figures = picture(standing, law_at(NOW), at=NOW).figures
    assert [each.title for each in figures] == [clause.title for clause in law_at(NOW).clauses.values()]
    lowest, highest = figures[3].spark.drawing.last[1], figures[0].spark.drawing.last[1]
    assert float(lowest) > float(highest) + 40


def test_the_api_tells_the_same(standing, client):
    scored(standing, range(2), risks={"safety": MILLION})
    with time_machine.travel(NOW, tick=False):
        told = client.get(f"/api/companions/{standing.companion.ref}/clauses").json()
    assert (told["scored"], told["overall"], told["scorer"]) == (4, 90.0, scorer_of(law_at(NOW)).digest)
    safety = next(each for each in told["clauses"] if each["clause"] == "safety")
    assert (safety["mean"], safety["weight"], safety["evidence"]) == (50.0, 0.2, "high")
    assert [point["mean"] for point in safety["series"]] == [50.0, 50.0]


def test_the_api_says_null_where_nothing_is_scored(standing, client):
    with time_machine.travel(NOW, tick=False):
        told = client.get(f"/api/companions/{standing.companion.ref}/clauses").json()
    assert (told["scored"], told["overall"]) == (0, None)
    assert {each["mean"] for each in told["clauses"]} == {None}
    assert [each["series"] for each in told["clauses"]] == [[]] * 7


def test_the_page_draws_each_clause_or_says_that_nothing_is_scored(standing, client):
    address = f"/companions/{standing.companion.ref}"
    with time_machine.travel(NOW, tick=True):
        assert "No answer of the present window is scored yet" in client.get(address).content.decode()
        scored(standing, range(4), risks={"safety": MILLION})
        page = client.get(address).content.decode()
    assert page.count("mean of 0 to 100</title>") == 7
    assert "Over 8 scored answers" in page
    assert "style=" not in page


def test_the_page_says_how_well_a_clause_is_proven(standing, client):
    scored(standing, range(4), risks={"safety": MILLION})
    with time_machine.travel(NOW, tick=True):
        page = client.get(f"/companions/{standing.companion.ref}").content.decode()
    assert page.count("evidence: ") == len(GRADES)
    assert f"evidence: {GRADES[Clause.CIVIC].evidence}" in page.split("Civic Integrity")[1][:80]
