"""The page of a companion whose life is told: what befell it, what runs, what comes next and by when."""

from datetime import timedelta

import pytest
import time_machine

from ledger.actors import Actor
from tests.factories.companions import active, in_shadow
from tests.factories.onboarding import NOW
from tests.pages.conftest import (
    HOSTILE,
    a_battery,
    a_companion,
    a_decline,
    a_nomination,
    a_penalty,
    a_watch,
    an_incident,
    measured,
    some_criteria,
)
from tiers.actions import standing as acts
from tiers.models import Decline, Incident, Penalty
from tiers.pages import chapters, course, reading
from tiers.queries.story import decisions_about, story_of

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nova(db):
    return active("NOVA_001", at=NOW - 20 * DAY)


def words(read, standing, *, at=None):
    with time_machine.travel(at or NOW + timedelta(minutes=5), tick=False):
        return read(f"/companions/{standing.companion.ref}").text


def test_a_life_is_told_from_first_to_last(nova):
    companion = nova.companion
    a_decline(companion, state="recovered", at=NOW - 12 * DAY, ended_at=NOW - 10 * DAY)
    a_penalty(an_incident(companion, number=4, at=NOW - 9 * DAY), at=NOW - 8 * DAY)
    an_incident(companion, number=5, state="cleared", at=NOW - 7 * DAY)
    Incident.objects.filter(number=5).update(closed_at=NOW - 6 * DAY)
    a_battery(companion, at=NOW - 5 * DAY)
    a_nomination(companion, at=NOW - 4 * DAY)
    a_watch(companion, at=NOW - 3 * DAY)
    story = story_of(companion)
    found = chapters.chapters(story, decisions_about(story.subjects(companion)))
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert [each.says for each in found] == [
        "It was mounted by its provider your-org.",
        "Shadow mode opened: it was asked real questions, scored, and never counted.",
        "It left shadow mode and became active at the tier standard, its vote weighing 0.7.",
        "Its GI fell to 0.8731, below the 0.90 that standard asks.",
        "Its GI recovered.",
        "INC-00004 was opened, high: A card number was shown",
        "INC-00004 was confirmed: no. 1 of those that counted: a warning, and a review before anything rises.",
        "INC-00005 was opened, high: A card number was shown",
        "INC-00005 was cleared: it was no offence.",
        "The battery reasoning ended: passed, 38 good of 40 measured.",
        "A steward nominated it for the tier high.",
        f"It was watched more closely, until {NOW + 27 * DAY:%Y-%m-%d}.",
    ]


def test_moves_of_a_steward_are_told_with_their_decision(nova, steward):
    by = Actor.person(steward)
    acts.suspend(nova, hours=24, by=by, at=NOW - 3 * DAY, reason="Look again.")
    acts.end_suspension(nova, by=by, at=NOW - 3 * DAY + HOUR, reason="Looked.")
    acts.freeze(nova, by=by, at=NOW - 2 * DAY, reason="A precaution.")
    story = story_of(nova.companion)
    found = chapters.chapters(story, decisions_about(story.subjects(nova.companion)))[-3:]
    assert [each.says for each in found] == [
        f"It was suspended until {NOW - 2 * DAY:%Y-%m-%d %H:%M} UTC.",
        "Its suspension was lifted early.",
        "It was frozen as a precaution, without fault.",
    ]
    assert all(each.url.startswith("/decisions/dec_") for each in found)


def test_the_head_says_that_it_measures_too_little_and_by_when_it_would_fall(read, nova):
    a_decline(nova.companion, at=NOW - HOUR)
    text = words(read, nova)
    assert f"GI lies below the 0.90 that standard asks since {NOW - HOUR:%Y-%m-%d %H:%M} UTC." in text
    assert f"The sentinel looks at it at {NOW + 23 * HOUR:%Y-%m-%d %H:%M} UTC." in text
    assert f"Unless it recovers, it falls to research at {NOW + 71 * HOUR:%Y-%m-%d %H:%M} UTC." in text


@pytest.mark.parametrize(("at", "waits"), [(3 * DAY - SECOND, False), (3 * DAY, True)])
def test_when_the_clock_has_run_out_it_waits_for_a_sound_assessment(read, nova, at, waits):
    a_decline(nova.companion, at=NOW)
    text = words(read, nova, at=NOW + at)
    assert ("the next assessment that measured enough decides" in text) is waits
    assert ("Unless it recovers" in text) is not waits


def test_from_the_lowest_tier_a_fall_is_a_suspension(read, db):
    low = active("LOW_001", at=NOW - DAY, tier="research")
    a_decline(low.companion, at=NOW, tier="research")
    assert "it is suspended for 3 days at" in words(read, low)


def test_a_decline_with_a_steward_says_so(read, nova):
    a_decline(nova.companion, at=NOW)
    Decline.objects.update(with_steward_at=NOW)
    assert "so far below that a steward looks at it" in words(read, nova)


@pytest.mark.parametrize("state", ["recovered", "fell", "ended"])
def test_a_decline_that_ended_is_told_and_frightens_nobody_any_more(read, nova, state):
    a_decline(nova.companion, state=state, at=NOW - 4 * DAY, ended_at=NOW - DAY)
    text = words(read, nova)
    assert "Unless it recovers" not in text
    assert {"recovered": "It recovered", "fell": "did not recover in time", "ended": "settled it first"}[state] in text


def test_a_warning_is_owed_until_the_sentinel_gave_a_new_positive_word(read, nova):
    a_penalty(an_incident(nova.companion, at=NOW - HOUR), at=NOW - HOUR)
    nova.companion.reviews.update(given_at=NOW - HOUR)
    assert "It was warned at" in words(read, nova)
    nova.companion.reviews.update(given_at=NOW - HOUR + SECOND)
    assert "It was warned at" not in words(read, nova)


def test_a_third_offence_waits_for_a_choice_and_says_so(read, nova):
    a_penalty(an_incident(nova.companion, number=9), nth=3, kind="", state="choosing")
    text = words(read, nova)
    assert "INC-00009 was its offence no. 3: a steward chooses between a fall and removal." in text


def test_a_watch_says_until_when_nothing_rises_and_asks_for_a_plan(read, nova):
    a_watch(nova.companion, at=NOW)
    text = words(read, nova)
    assert f"watched more closely until {NOW + 30 * DAY:%Y-%m-%d %H:%M} UTC; while that runs, nothing rises." in text
    assert "Its provider is asked for a plan to do better." in text
    assert "watched more closely until" not in words(read, nova, at=NOW + 30 * DAY).partition("From first to last")[0]


def test_the_plan_is_between_provider_and_stewards(read, nova, client, steward):
    a_watch(nova.companion, at=NOW, plan="We train anew on the clauses.")
    text = words(read, nova)
    assert "given by its provider" in text
    assert "We train anew" not in text
    client.force_login(steward)
    assert "We train anew" not in words(read, nova)


def test_a_nomination_names_its_words_its_evidence_and_what_is_missing(read, nova):
    a_nomination(nova.companion, tier="critical", at=NOW - HOUR, text="It found the flaw in the plan.")
    text = words(read, nova)
    for said in ("A steward nominated it for the tier critical.", "a second steward's word", "5 more endorsements",
                 "an invitation by a critical companion", "a case study", "It found the flaw in the plan."):  # fmt: skip
        assert said in text, said


def test_a_battery_says_how_far_it_is_what_it_came_to_and_how_long_it_counts(read, nova):
    a_battery(nova.companion, at=NOW - HOUR)
    a_battery(nova.companion, battery="edge_cases", result="", at=NOW, good=3, measured=4)
    text = words(read, nova)
    assert "38 of 40" in text
    assert "3 of 4, 40 asked" in text
    assert "running" in text
    assert f"until {NOW - HOUR + 180 * DAY:%Y-%m-%d}" in text
    assert "no more, since" in words(read, nova, at=NOW + 180 * DAY)


def test_an_offence_says_what_it_brought_and_until_when_it_counts(read, nova):
    a_penalty(an_incident(nova.companion, at=NOW - DAY), nth=2, kind="suspension", at=NOW - DAY, until=NOW + DAY)
    page = read("/companions/NOVA_001")
    assert "1 offence counts at present" in page.text
    assert f"no. 2 of those that counted: a suspension until {NOW + DAY:%Y-%m-%d %H:%M} UTC" in page.text
    assert f"counts until {NOW + 364 * DAY:%Y-%m-%d %H:%M} UTC" in page.text
    assert len(page.classed("k-window-svg")) == 1
    assert "counts no more since" in words(read, nova, at=NOW + 364 * DAY)


def test_a_void_offence_has_no_window(read, nova):
    a_penalty(an_incident(nova.companion))
    Incident.objects.update(state="voided", closed_at=NOW)
    Penalty.objects.update(state="voided")
    page = read("/companions/NOVA_001")
    assert page.classed("k-window-svg") == []
    assert "void: it never counted" in page.text


def test_drift_is_told_as_a_precaution_with_the_tier_kept(read, db):
    shadow = in_shadow("DRIFT_001", at=NOW - DAY)
    type(shadow).objects.filter(pk=shadow.pk).update(tier="high", tier_since=NOW - DAY)
    page = read("/companions/DRIFT_001")
    assert "It is back in shadow mode because it changed: it keeps its tier high, and its vote is off." in page.text
    assert "the tier kept while its vote is off" in page.text
    assert len(page.classed("k-rung-kept")) == 1


@pytest.mark.parametrize(("at", "state"), [(DAY - SECOND, "suspended"), (DAY, "active")])
def test_a_suspension_is_over_on_the_page_when_its_time_is(read, nova, steward, at, state):
    acts.suspend(nova, hours=24, by=Actor.person(steward), at=NOW, reason="Look again.")
    text = words(read, nova, at=NOW + at)
    assert f"It is {state}" in text
    assert ("Its suspension is over by the clock" in text) is (state == "active")
    rail = text[text.index("Standing State") :]
    assert rail.startswith(f"Standing State {state}")
    assert ("not counted" in rail) is (state == "suspended")


def test_the_next_rung_is_shown_with_each_criterion_the_review_and_by_when(read, nova):
    page = read("/companions/NOVA_001")
    next_rung = page.text[page.text.index("high: the next rung") : page.text.index("standard: it stands here")]
    for said in ("days at the tier", "compliance", "battery: reasoning", "nomination", "stewards", "Judged next",
                 "it could pass", "It takes a steward's nomination."):  # fmt: skip
        assert said in next_rung, said


def test_empty_states_say_what_comes_next(read):
    text = read(f"/companions/{a_companion().ref}").text
    for said in ("Nothing is measured yet.", "It never measured below what its tier asks.", "No closer watch runs.",
                 "Nobody has nominated it.", "No incident was opened.", "not asked yet",
                 "Nobody has endorsed it yet"):  # fmt: skip
        assert said in text, said


def test_hostile_text_stays_text_in_every_part(read, nova):
    a_nomination(nova.companion, text=HOSTILE)
    an_incident(nova.companion, summary=HOSTILE)
    row = a_watch(nova.companion)
    type(row).objects.update(because=HOSTILE[:200])
    page = read("/companions/NOVA_001")
    assert page.inline == []
    assert HOSTILE in page.text
    assert len(page.all("script")) == 1


def test_a_longer_life_costs_the_page_no_more_queries(client, nova, django_assert_max_num_queries):
    _befall(nova.companion, 1, 3)
    client.get("/companions/NOVA_001")
    with django_assert_max_num_queries(50) as few:
        client.get("/companions/NOVA_001")
    _befall(nova.companion, 3, 40)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get("/companions/NOVA_001").status_code == 200


def _befall(companion, first, last):
    for number in range(first, last):
        at = NOW - 10 * DAY + number * HOUR
        a_penalty(an_incident(companion, number=number, at=at), nth=number, at=at)
        a_decline(companion, state="recovered", at=at, ended_at=at + HOUR)
        a_nomination(companion, at=at, state="open" if number == 1 else "declined", words=("nomination", "second"))
        a_watch(companion, at=at)
        a_battery(companion, at=at)
        measured(companion, at=at, criteria=some_criteria())


def test_the_course_keeps_the_last_assessments_and_one_of_each_day_before(nova, monkeypatch):
    monkeypatch.setattr(reading, "RECENT", 3)
    times = [NOW - 3 * DAY + hour * 6 * HOUR for hour in range(13)]
    for at in times:
        measured(nova.companion, at=at)
    found = reading.course_of(nova.companion, at=NOW)
    days = {at.date(): at for at in times}
    assert [row.computed_at for row in found] == sorted({*days.values(), *times[-3:]})
    assert [row.is_recent for row in found[-3:]] == [True] * 3


def test_a_stretch_without_assessments_is_a_gap_and_hours_in_a_row_are_not(nova, law):
    for hour in (0, 1, 2, 6, 7):
        measured(nova.companion, at=NOW - 8 * HOUR + hour * HOUR)
    story = story_of(nova.companion)
    drawn = course.course("NOVA_001", reading.course_of(nova.companion, at=NOW), story, [], law, laws=(), at=NOW)
    assert [point.joined for point in drawn.points] == [False, True, True, False, True]


def test_the_lanes_hold_rises_declines_suspensions_and_the_law(nova, steward, law):
    companion, by = nova.companion, Actor.person(steward)
    measured(companion, at=NOW - 25 * DAY)
    measured(companion, at=NOW)
    acts.suspend(nova, hours=24, by=by, at=NOW - 5 * DAY, reason="Look.")
    acts.end_suspension(nova, by=by, at=NOW - 4 * DAY - HOUR, reason="Looked.")
    a_decline(companion, at=NOW - HOUR)
    story = story_of(companion)
    told = decisions_about(story.subjects(companion))
    found = course.course(
        "N", reading.course_of(companion, at=NOW), story, told, law, laws=[(NOW - DAY, "1.1.0")], at=NOW
    )
    lanes = {lane.name: lane.marks for lane in found.lanes if lane.marks}
    assert [mark.label for mark in lanes["Tier"]] == ["entered standard"]
    assert [(mark.at, mark.until) for mark in lanes["Suspended"]] == [(NOW - 5 * DAY, NOW - 4 * DAY - HOUR)]
    assert [(mark.at, mark.until, mark.lasts) for mark in lanes["Below the minimum"]] == [(NOW - HOUR, None, True)]
    assert lanes["Law"][0].label == "law 1.1.0 binds from here"
    assert [(each.at, str(each.least)) for each in found.asked] == [(NOW - 20 * DAY, "0.90")]
