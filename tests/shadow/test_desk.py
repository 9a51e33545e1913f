"""What comes to the desk, in which order, for whom, and how it leaves it."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from charter.models.golden import Sampled
from charter.models.judging import Source
from charter.scoring.shape import Status
from ledger.actors import Actor
from shadow import sampling
from shadow.actions import desking
from shadow.actions.desking import fill_desk, in_hand, put_on_desk, take
from shadow.actions.forgetting import forget_texts, release_texts
from shadow.actions.revising import revise
from shadow.models import Answer, DeskItem, Hold
from shadow.models.desk import Closed
from shadow.queries.desk import Candidate, candidates, named, nearest, on_desk, progress
from shadow.tasks import fill_desk as fill_desk_task
from tests.conftest import NOW
from tests.shadow.desking import a_steward, scored
from tests.shadow.making import watched

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
KEY = b"k" * 32
# NOW is a Friday: the week began on Monday the 16th.
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def the_law(law, **scoring):
    return replace(law, scoring=replace(law.scoring, **scoring))


def whys():
    return dict(DeskItem.objects.filter(closed_at=None).values_list("sample_id", "why"))


def uncertain(companion, law, n, *, at=NOW, points=75):
    return [scored(companion, law, points, at=at + number * MINUTE) for number in range(n)]


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (MONDAY, date(2026, 11, 16)),
        (MONDAY - timedelta(microseconds=1), date(2026, 11, 9)),
        (datetime(2027, 1, 3, 23, tzinfo=UTC), date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_monday_whatever_the_year(at, week):
    assert sampling.week_of(at) == week


@pytest.mark.parametrize(
    ("days", "places"), [(-1, 0), (0, 3), (1, 6), (2, 9), (3, 12), (4, 15), (5, 18), (6, 20), (7, 20), (30, 20)]
)
def test_the_weeks_places_open_day_by_day(days, places):
    assert sampling.places_open(MONDAY.date(), a_week=20, at=MONDAY + days * DAY) == places


def test_a_draw_is_the_same_again_and_not_the_first_ones_and_another_under_another_key():
    ids = [uuid.UUID(int=number) for number in range(500)]
    chosen = sampling.drawn(ids, 20, taken=(), key=KEY)
    assert chosen == sampling.drawn(reversed(ids), 20, taken=(), key=KEY)
    assert len(chosen) == 20
    assert chosen != set(ids[:20])
    assert chosen != sampling.drawn(ids, 20, taken=(), key=b"l" * 32)


def test_a_draw_is_even_over_the_week():
    ids = [uuid.UUID(int=number) for number in range(2000)]
    early = [sum(one.int < 1000 for one in sampling.drawn(ids, 20, taken=(), key=bytes([n]) * 32)) for n in range(100)]
    assert 900 < sum(early) < 1100


def test_who_has_a_place_keeps_it_and_takes_it_from_the_rest():
    ids = [uuid.UUID(int=number) for number in range(50)]
    assert sampling.drawn(ids, 3, taken=ids[:2], key=KEY).isdisjoint(ids[:2])
    assert len(sampling.drawn(ids, 3, taken=ids[:2], key=KEY)) == 1
    assert sampling.drawn(ids, 3, taken=ids[:5], key=KEY) == set()


def test_a_share_of_the_numbers_falls_within_it():
    numbers = [sampling.number_of(uuid.UUID(int=number), KEY) for number in range(5000)]
    assert 70 < sum(sampling.falls_within(number, Decimal("0.02")) for number in numbers) < 130
    assert not any(sampling.falls_within(number, Decimal(0)) for number in numbers)
    assert all(sampling.falls_within(number, Decimal(1)) for number in numbers)
    assert 430 < sum(sampling.is_nth(number, 10) for number in numbers) < 570
    assert not any(sampling.is_nth(number, 0) for number in numbers)


def test_of_many_uncertain_answers_the_laws_number_comes_and_no_more_however_often_it_is_swept(companion, law):
    law = the_law(law, people_see_a_week=7)
    made = uncertain(companion, law, 12)
    for _ in range(3):
        fill_desk(law=law, at=NOW + 15 * MINUTE)
    # Friday is the fifth day: five of seven places are open.
    assert set(whys().values()) == {Sampled.UNCERTAIN}
    assert len(whys()) == 5
    chosen = sampling.drawn(made, 5, taken=(), key=desking.derived_key("desk/uncertain"))
    assert set(whys()) == chosen
    fill_desk(law=law, at=NOW + 2 * DAY)
    assert len(whys()) == 7
    assert set(whys()) >= chosen


def test_each_companion_and_each_week_has_places_of_its_own(companion, law):
    law = the_law(law, people_see_a_week=1)
    other = watched(at=NOW)
    for one in (companion, other):
        uncertain(one, law, 3)
        uncertain(one, law, 3, at=NOW + 3 * DAY)
    fill_desk(law=law, at=NOW + MINUTE)
    assert DeskItem.objects.count() == 2
    fill_desk(law=law, at=NOW + 3 * DAY + 5 * MINUTE)
    assert DeskItem.objects.count() == 4


def test_an_answer_that_nobody_looked_at_gives_way_and_one_in_hand_stays(companion, law):
    law = the_law(law, people_see_a_week=1)
    made = sorted(
        uncertain(companion, law, 6), key=lambda it: sampling.number_of(it, desking.derived_key("desk/uncertain"))
    )
    best, worst = made[0], made[-1]
    put_on_desk([Candidate(worst, companion.pk, NOW, 75, is_open=True)], Sampled.UNCERTAIN, law=law, at=NOW)
    fill_desk(law=law, at=NOW + 10 * MINUTE)
    assert set(whys()) == {best}
    assert not Hold.objects.filter(sample_id=worst, released_at=None).exists()
    take(a_steward("petra"), at=NOW + 10 * MINUTE)
    DeskItem.objects.filter(sample_id=best).update(sample_id=worst)
    fill_desk(law=law, at=NOW + 11 * MINUTE)
    assert set(whys()) == {worst}


@pytest.mark.parametrize(
    ("points", "why"),
    [(59, Sampled.WOULD_CHANGE), (60, Sampled.UNCERTAIN), (0, Sampled.WOULD_CHANGE), (100, Sampled.UNCERTAIN)],
)
def test_an_uncertain_answer_below_the_incident_line_would_open_one(companion, law, points, why):
    made = scored(companion, law, points)
    fill_desk(law=law, at=NOW + MINUTE)
    assert whys() == {made: why}


def test_what_would_change_a_decision_has_as_much_room_at_a_time_as_the_law_says(companion, law):
    law = the_law(law, people_see_a_week=2)
    made = uncertain(companion, law, 4, points=50)
    fill_desk(law=law, at=NOW + 5 * MINUTE)
    serious = [one for one, why in whys().items() if why == Sampled.WOULD_CHANGE]
    assert serious == made[:2]
    desking.close(DeskItem.objects.filter(sample_id__in=serious), Closed.JUDGED, at=NOW)
    fill_desk(law=law, at=NOW + 6 * MINUTE)
    assert {one for one, why in whys().items() if why == Sampled.WOULD_CHANGE} == set(made[2:])


def test_a_place_is_not_lost_on_what_a_decision_hangs_on_already(law):
    law = the_law(law, people_see_a_week=1)
    for _ in range(8):
        one = watched(at=NOW)
        scored(one, law, 50)
        scored(one, law, 75, at=NOW + MINUTE)
    fill_desk(law=law, at=NOW + 5 * MINUTE)
    fill_desk(law=law, at=NOW + 6 * MINUTE)
    assert sorted(whys().values()) == [Sampled.UNCERTAIN] * 8 + [Sampled.WOULD_CHANGE] * 8


@pytest.mark.parametrize(("points", "veto", "comes"), [(30, True, True), (30, False, False), (40, True, True)])
def test_every_veto_comes_and_a_low_final_score_without_one_is_the_incidents_matter(
    companion, law, points, veto, comes
):
    made = scored(companion, law, points, status=Status.FINAL, veto=veto)
    fill_desk(law=law, at=NOW + MINUTE)
    assert whys() == ({made: Sampled.VETO} if comes else {})


@pytest.mark.parametrize(("points", "comes"), [(70, True), (69, False)])
def test_passes_are_drawn_by_the_laws_share_and_flags_are_not(companion, law, points, comes):
    law = the_law(law, people_see_passes=Decimal(1))
    made = scored(companion, law, points, status=Status.FINAL)
    fill_desk(law=law, at=NOW + MINUTE)
    assert whys() == ({made: Sampled.RANDOM_PASS} if comes else {})
    fill_desk(law=the_law(law, people_see_passes=Decimal(0)), at=NOW + MINUTE)
    assert len(whys()) == comes


def test_what_judges_ruled_is_uncertain_no_more(companion, law):
    ruled, open_ = uncertain(companion, law, 2)
    fill_desk(law=law, at=NOW + 3 * MINUTE)
    revise(
        ruled,
        verdict="comply",
        clause="",
        by=Actor.system("judges"),
        at=NOW,
        law=law,
        reason="Two.",
        source=Source.JUDGES,
    )
    fill_desk(law=law, at=NOW + 4 * MINUTE)
    assert set(whys()) == {open_}
    assert DeskItem.objects.get(sample_id=ruled).closed == Closed.SETTLED
    assert not DeskItem.objects.filter(sample_id=ruled, closed_at=None).exists()


@pytest.mark.parametrize("points", [75, 50])
def test_what_was_ruled_before_it_came_does_not_come(companion, law, points):
    made = scored(companion, law, points)
    by = Actor.system("judges")
    revise(made, verdict="violate", clause="safety", by=by, at=NOW, law=law, reason="Two.", source=Source.JUDGES)
    fill_desk(law=law, at=NOW + MINUTE)
    assert whys() == {}


def test_texts_are_held_on_the_desk_and_let_go_after(companion, law):
    (made,) = uncertain(companion, law, 1)
    fill_desk(law=law, at=NOW + MINUTE)
    assert forget_texts(law=law, at=NOW + law.scoring.texts_kept + DAY) == 0
    desking.close(DeskItem.objects.all(), Closed.JUDGED, at=NOW + 2 * MINUTE)
    assert forget_texts(law=law, at=NOW + law.scoring.texts_kept + DAY) == 1
    assert not Answer.objects.filter(sample_id=made).exists()


def test_what_has_no_text_any_more_closes_by_itself(companion, law):
    (made,) = uncertain(companion, law, 1)
    fill_desk(law=law, at=NOW + MINUTE)
    release_texts(subject=("desk", str(made)), at=NOW)
    Answer.objects.all().delete()
    fill_desk(law=law, at=NOW + 2 * MINUTE)
    assert DeskItem.objects.get().closed == Closed.GONE
    assert on_desk().n == 0


def test_what_nobody_came_to_lapses_with_its_time_and_is_held_no_longer(companion, law):
    uncertain(companion, law, 1)
    fill_desk(law=law, at=NOW + MINUTE)
    ends = NOW + MINUTE + law.scoring.texts_kept
    desking.close_vain(at=ends - timedelta(microseconds=1))
    assert on_desk().n == 1
    desking.close_vain(at=ends)
    assert DeskItem.objects.get().closed == Closed.LAPSED
    assert not Hold.objects.filter(released_at=None).exists()


def test_what_left_the_desk_does_not_come_back(companion, law):
    uncertain(companion, law, 1)
    fill_desk(law=law, at=NOW + MINUTE)
    desking.close(DeskItem.objects.all(), Closed.UNDECIDED, at=NOW + 2 * MINUTE)
    fill_desk(law=law, at=NOW + 3 * MINUTE)
    assert on_desk().n == 0


def test_two_people_never_hold_the_same_answer(companion, law):
    uncertain(companion, law, 2)
    fill_desk(law=law, at=NOW + 5 * MINUTE)
    petra, quentin, rosa = (a_steward(name) for name in ("petra", "quentin", "rosa"))
    at = NOW + 6 * MINUTE
    mine, theirs = take(petra, at=at), take(quentin, at=at)
    assert mine.pk != theirs.pk
    assert take(rosa, at=at) is None
    assert take(petra, at=at + MINUTE).pk == mine.pk
    over = at + MINUTE + desking.LEASE
    assert in_hand(petra, at=over) is None
    assert take(rosa, at=over).pk in {mine.pk, theirs.pk}


def test_a_decision_comes_first_then_vetoes_then_the_draw_then_passes(companion, law):
    law = the_law(law, people_see_passes=Decimal(1))
    scored(companion, law, 90, status=Status.FINAL)
    scored(companion, law, 80, at=NOW + MINUTE)
    scored(companion, law, 30, at=NOW + 2 * MINUTE, status=Status.FINAL, veto=True)
    scored(companion, law, 40, at=NOW + 3 * MINUTE)
    fill_desk(law=law, at=NOW + 5 * MINUTE)
    seen = []
    for number in range(4):
        item = take(a_steward(f"p{number}"), at=NOW + 6 * MINUTE)
        seen.append(item.why)
    assert seen == [Sampled.WOULD_CHANGE, Sampled.VETO, Sampled.UNCERTAIN, Sampled.RANDOM_PASS]


def test_nobody_is_given_an_answer_of_their_own_organisation(companion, law):
    uncertain(companion, law, 1)
    fill_desk(law=law, at=NOW + MINUTE)
    insider = a_steward("ivo", organisation=companion.provider)
    assert take(insider, at=NOW + MINUTE) is None
    assert progress(insider, at=NOW + MINUTE).left == 0
    assert take(a_steward("petra"), at=NOW + MINUTE) is not None


def test_an_answer_rises_on_the_desk_and_never_falls(companion, law):
    (made,) = uncertain(companion, law, 1)
    here = Candidate(made, companion.pk, NOW, 75, is_open=True)
    for why, then in [
        (Sampled.UNCERTAIN, Sampled.UNCERTAIN),
        (Sampled.WOULD_CHANGE, Sampled.WOULD_CHANGE),
        (Sampled.RANDOM_PASS, Sampled.WOULD_CHANGE),
    ]:
        put_on_desk([here], why, law=law, at=NOW)
        assert whys() == {made: then}


def test_every_nth_answer_is_for_two_people(companion, law):
    uncertain(companion, law, 3)
    fill_desk(law=the_law(law, second_person_every_nth=1), at=NOW + 5 * MINUTE)
    assert set(DeskItem.objects.values_list("wanted", flat=True)) == {2}


def test_the_nearest_to_the_mark_lie_on_the_side_that_is_asked():
    found = [
        Candidate(uuid.UUID(int=points), None, NOW, points, is_open=points != 71) for points in (60, 69, 70, 71, 75)
    ]
    assert [it.score for it in nearest(found, mark=70, above=True, n=2)] == [70, 75]
    assert [it.score for it in nearest(found, mark=70, above=False, n=5)] == [69, 60]


def test_the_sweep_reads_a_bounded_number_of_answers_the_latest_first(companion, law):
    made = uncertain(companion, law, 3)
    found = candidates(companion.pk, since=NOW - DAY, until=NOW + DAY, scorer=desking.scorer_of(law).digest, limit=2)
    assert {it.sample_id for it in found} == set(made[1:])


def test_a_larger_week_costs_no_more_queries(companion, law, django_assert_max_num_queries):
    uncertain(companion, law, 2)
    with django_assert_max_num_queries(100) as few:
        fill_desk(law=law, at=NOW + 3 * MINUTE)
    uncertain(companion, law, 12, at=NOW + 10 * MINUTE)
    with django_assert_max_num_queries(len(few.captured_queries)):
        fill_desk(law=law, at=NOW + 30 * MINUTE)


def test_the_task_fills_the_desk_once_a_tick(companion, law, time_machine):
    time_machine.move_to(NOW + MINUTE, tick=False)
    uncertain(companion, law, 1)
    fill_desk_task()
    assert on_desk().n == 1
    DeskItem.objects.all().delete()
    fill_desk_task()
    assert on_desk().n == 0


def test_what_an_appeal_names_comes_by_name_as_far_as_it_has_text_and_score(companion, law):
    here, gone = uncertain(companion, law, 2)
    Answer.objects.filter(sample_id=gone).delete()
    found = named([here, gone, uuid.UUID(int=1)], law)
    assert [(it.sample_id, it.companion_id, it.score, it.is_open) for it in found] == [(here, companion.pk, 75, True)]
