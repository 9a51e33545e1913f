"""Counts by the day are the sums of their hours, whoever writes; read together they are the hours alone."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import product

import pytest
from django.apps import apps
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from charter.queries import law_at
from ledger.actors import Actor
from shadow.actions.rescoring import read_more, start_trial
from shadow.actions.revising import revise
from shadow.actions.scoring import score_answers
from shadow.actions.summing import DAILY, add_scores, move_scores
from shadow.models import ScoreBucket, ScoreDay
from shadow.queries import ScoreCounts, score_counts
from tests.conftest import NOW
from tests.shadow.judges.making import uncertain
from tests.shadow.making import probed, said, watched
from tests.shadow.scripted import Scripted, enact_law, keep

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
SCORER = "s" * 64
JUDGES = Actor.system("judges")


def by_hours():
    """What the days should hold, from the hours."""
    days = Counter()
    for row in ScoreBucket.objects.all():
        day = row.bucket_at.replace(hour=0, minute=0, second=0)
        for name in DAILY:
            days[row.companion_id, row.scorer, day, name] += getattr(row, name)
    return +days


def by_days():
    return +Counter(
        {
            (row.companion_id, row.scorer, row.day, name): getattr(row, name)
            for row in ScoreDay.objects.all()
            for name in DAILY
        }
    )


def test_scores_are_counted_on_the_day_of_their_slot(law, companion):
    for at in (MIDNIGHT - timedelta(seconds=1), MIDNIGHT, MIDNIGHT + DAY - timedelta(seconds=1)):
        probed(companion, said(), at=at)
    score_answers(law=law, at=NOW)
    days = dict(ScoreDay.objects.values_list("day", "scored"))
    assert days == {MIDNIGHT - DAY: 1, MIDNIGHT: 2}
    assert by_days() == by_hours()


@pytest.mark.parametrize("verdict", ["comply", "violate"])
def test_what_is_ruled_later_moves_the_day_too(law, verdict):
    _, sample_id = uncertain(law, "Hm.", points=65 if verdict == "comply" else 75)
    clause = "safety" if verdict == "violate" else ""
    before = ScoreDay.objects.get().compliant
    revise(sample_id, verdict=verdict, clause=clause, by=JUDGES, at=NOW, law=law, reason="So.", source="judges")
    assert ScoreDay.objects.get().compliant == before + (1 if verdict == "comply" else -1)
    assert by_days() == by_hours()


def test_a_scorer_on_trial_has_days_of_its_own_and_carries_what_was_ruled(monkeypatch, steward, companion):
    keep(monkeypatch, old := Scripted("old", "1"), new := Scripted("new", "2", usual=80))
    enact_law(old, at=NOW - 2 * DAY, rescored=4)
    for n in range(5):
        probed(companion, said("Yes."), at=NOW - (6 - n) * HOUR)
    score_answers(law=law_at(NOW), at=NOW)
    start_trial("new", "2", by=Actor.person(steward), at=NOW, last=4)
    while read_more(at=NOW):
        pass
    assert ScoreDay.objects.filter(scorer=new.digest).aggregate(Sum("scored"))["scored__sum"] == 4
    assert by_days() == by_hours()


@pytest.mark.django_db
def test_sums_that_move_by_nothing_that_is_counted_by_the_day_leave_it_alone(django_assert_num_queries):
    companion = watched(at=NOW)
    add_scores({(companion.pk, SCORER, NOW): (Counter(scored=2, compliant=1, score_sum=150), Counter())})
    with django_assert_num_queries(1):
        move_scores(companion.pk, SCORER, NOW, {"score_sum": -20, "compliant": 0})
    assert ScoreBucket.objects.get().score_sum == 130
    assert by_days() == by_hours()


@pytest.mark.django_db
def test_an_older_installation_gets_its_days_from_its_hours():
    first, second = watched(at=NOW), watched(at=NOW)
    for companion, hour in product((first, second), (0, 8, 9, 33)):
        counts = Counter(scored=5, compliant=4, unscored=hour)
        add_scores({(companion.pk, SCORER, NOW - hour * HOUR): (counts, Counter())})
    ScoreDay.objects.filter(companion=first).delete()
    import_module("shadow.migrations.0005_days_of_scores").add_up_days(apps, None)
    assert len(by_days()) > 0
    assert by_days() == by_hours()


hours = st.dictionaries(
    st.integers(0, 120), st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=12
)


class CountingSinceAFixedStart(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(hours, st.integers(0, 130), st.integers(0, 130), st.integers(0, 23))
    def test_days_and_hours_together_are_the_hours_alone(self, hours, begin, until, offset):
        companion, stranger = watched(at=NOW), watched(at=NOW)
        first = MIDNIGHT - 5 * DAY + offset * HOUR
        add_scores(
            {
                (one.pk, SCORER, first + hour * HOUR): (Counter(dict(zip(DAILY, counts, strict=True))), Counter())
                for one in (companion, stranger)
                for hour, counts in hours.items()
            }
        )
        since, end = first + begin * HOUR, first + until * HOUR
        inside = [counts for hour, counts in hours.items() if begin <= hour < until]
        wanted = ScoreCounts(*(sum(column) for column in zip(*inside, strict=True))) if inside else ScoreCounts()
        found = score_counts({companion.pk: since, stranger.pk: end}, until=end, scorer=SCORER)
        assert found == {companion.pk: wanted, stranger.pk: ScoreCounts()}
        assert score_counts({companion.pk: since}, until=end, scorer="other") == {companion.pk: ScoreCounts()}
