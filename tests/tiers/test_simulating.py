"""A law tried on history: each rule in both runs, what people said in between, and nothing written."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from charter.law import SHIPPED, parse, read_document
from charter.lint import lint
from charter.pages.words import flat
from charter.queries import law_at, version_at
from ledger.actors import Actor
from ledger.models import Tick
from tests.factories.companions import active, in_shadow, risen
from tests.tiers.rising import NOW
from tests.tiers.simulating import DAY, HOUR, SECOND, listed, summed, tried
from tiers.actions import standing as acts
from tiers.actions.incidents import confirm, open_incident, void
from tiers.models import Standing
from tiers.simulating import reading
from tiers.simulating.places import Place
from tiers.simulating.planning import MOST_STEPS, CannotBeTried, plan_of, population
from tiers.simulating.reach import not_simulated
from tiers.simulating.readonly import reading_only
from tiers.simulating.reporting import in_words

pytestmark = pytest.mark.django_db
RULE = Actor.system("rule")
BEGAN = NOW - 20 * DAY
EXIT = {"shadow": {"window": "10d"}}


def days(n):
    """The time of the nth step of a simulation of 30 days, told by when its history began."""
    return (BEGAN + n * DAY).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def in_shadow_since(at=BEGAN, *, until=NOW, ref="YOURMODEL_001", **sums):
    standing = in_shadow(ref, at=at)
    summed(standing.companion, until=until, days=(until - at).days, **sums)
    return standing


def active_with(ref="YOURMODEL_001", *, tier="standard", measured=10, **sums):
    """Active since long, measured for some days up to now."""
    standing = (
        risen(ref, tier=tier, at=NOW - 100 * DAY) if tier == "high" else active(ref, tier=tier, at=NOW - 100 * DAY)
    )
    summed(standing.companion, until=NOW, days=measured, **sums)
    return standing


def effect_of(report):
    (effect,) = report["effects"]
    return effect


def test_a_longer_window_holds_a_companion_until_it_is_over():
    in_shadow_since()
    effect = effect_of(tried(EXIT))
    assert (effect["effect"], effect["to"], effect["rule"]) == ("held", "standard", "exit")
    assert (effect["by_law"]["at"], effect["by_draft"]["at"]) == (days(7), days(10))
    (row,) = [it for it in effect["criteria"] if it["line"] == "shadow.window"]
    assert (row["by_law"]["verdict"], row["by_law"]["threshold"]) == ("pass", "604800")
    assert (row["by_draft"]["verdict"], row["by_draft"]["threshold"]) == ("inconclusive", "864000")
    assert row["by_draft"]["value"] == row["by_law"]["value"] == "604800"


def test_a_shorter_window_lets_it_out_earlier():
    in_shadow_since()
    effect = effect_of(tried({"shadow": {"window": "5d"}}))
    assert (effect["effect"], effect["by_law"]["at"], effect["by_draft"]["at"]) == ("promoted", days(7), days(5))


def test_steps_may_be_closer_than_a_day():
    in_shadow_since()
    effect = effect_of(
        tried(
            {"shadow": {"window": "7d", "coverage_at_least": "0.5"}, "falling": {"monitoring": "31d"}} | EXIT,
            every=6 * HOUR,
        )
    )
    assert (effect["by_law"]["at"], effect["by_draft"]["at"]) == (days(7), days(10))


def test_who_was_held_by_another_criterion_in_both_runs_is_not_listed():
    in_shadow_since(errors=3)
    assert listed(tried(EXIT)) == []


def test_who_did_not_come_far_enough_in_the_time_is_not_listed():
    in_shadow_since(at=NOW - 6 * DAY)
    assert listed(tried(EXIT)) == []


def test_a_lower_gi_at_the_exit_leads_to_research_instead():
    in_shadow_since(score=85)
    report = tried({"tiers": {"standard": {"gi": "0.92"}}})
    assert listed(report) == [
        ("YOURMODEL_001", "held", "standard"),
        ("YOURMODEL_001", "promoted", "research"),
    ]
    (row,) = [it for it in report["effects"][0]["criteria"] if it["name"] == "GI"]
    assert (row["by_law"]["threshold"], row["by_draft"]["threshold"]) == ("0.9", "0.85")


def test_a_higher_minimum_demotes_after_three_days_below_it():
    active_with(measured=8)
    report = tried({"tiers": {"standard": {"gi": "0.999"}}})
    effect = effect_of(report)
    assert (effect["effect"], effect["to"], effect["rule"], effect["by_law"]) == (
        "demoted",
        "research",
        "decline",
        None,
    )
    first_sound = NOW - 7 * DAY
    assert effect["by_draft"]["at"] == (first_sound + 3 * DAY).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    (row,) = effect["criteria"]
    assert (row["name"], row["by_law"]["verdict"], row["by_draft"]["verdict"]) == ("GI", "pass", "fail")
    assert (row["by_law"]["threshold"], row["by_draft"]["threshold"]) == ("0.9", "0.999")
    assert row["by_draft"]["why"].startswith("Below it since 2029-01-21")


def test_a_longer_clock_lets_a_companion_fall_later():
    active_with(score=80, measured=9)
    effect = effect_of(tried({"falling": {"demotion_after": "96h"}}))
    assert (effect["effect"], effect["to"]) == ("not_demoted", "research")
    later = [effect[side]["at"] for side in ("by_law", "by_draft")]
    assert later == [(NOW - n * DAY).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for n in (5, 4)]


def test_what_we_did_not_measure_lets_nobody_fall():
    active_with(score=80, measured=9, expected=30)
    assert listed(tried({"falling": {"demotion_after": "96h"}})) == []


def test_a_fall_from_the_lowest_tier_is_a_suspension_of_the_laws_length():
    active_with(tier="research", score=60, measured=5)
    effect = effect_of(tried({"falling": {"from_lowest": "24h"}}))
    assert (effect["effect"], effect["to"], effect["rule"]) == ("suspended", "suspended", "decline")
    assert effect["by_law"]["at"] == effect["by_draft"]["at"]
    assert effect["by_law"]["until"] > effect["by_draft"]["until"]


def test_a_higher_line_of_emergency_freezes_and_whoever_is_frozen_does_not_fall():
    active_with(score=80)
    report = tried({"falling": {"emergency_below": 81}})
    assert listed(report) == [("YOURMODEL_001", "frozen", "frozen"), ("YOURMODEL_001", "not_demoted", "research")]
    (row,) = [it for it in report["effects"][0]["criteria"] if it["line"] == "falling.emergency_below"]
    assert [row[side]["threshold"] for side in ("by_law", "by_draft")] == ["60", "81"]
    assert [row[side]["verdict"] for side in ("by_law", "by_draft")] == ["pass", "fail"]
    assert report["effects"][1]["stood"] == {"law": "active, standard", "draft": "frozen, active, standard"}


def offends(standing, steward, *, at, severity="high", kind="report"):
    incident = open_incident(
        standing.companion, kind=kind, severity=severity, summary="It named a person.", by=Actor.person(steward), at=at
    )
    return confirm(incident, by=Actor.person(steward), at=at, reason="It did.")


def test_a_second_offence_suspends_as_long_as_each_law_says(steward):
    standing = active_with()
    offends(standing, steward, at=NOW - 9 * DAY)
    offends(standing, steward, at=NOW - 8 * DAY - HOUR)
    effect = effect_of(tried({"offences": {"suspension": {"high": "72h"}}}))
    second = NOW - 8 * DAY - HOUR
    assert (effect["effect"], effect["rule"]) == ("suspended", "ladder")
    for side, hours in (("by_law", 48), ("by_draft", 72)):
        times = [(second + timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for n in (0, hours)]
        assert [effect[side]["at"], effect[side]["until"]] == times
    (row,) = effect["criteria"]
    assert (row["by_law"]["value"], row["by_law"]["why"]) == ("2", "INC-00002, high: suspension of 48 h.")


@pytest.mark.parametrize(
    ("between", "effects"),
    [(2 * DAY - SECOND, []), (2 * DAY, ["not_suspended"])],
    ids=["one second before it ceases to count", "when it ceases to count"],
)
def test_offences_count_as_long_as_each_law_says(steward, between, effects):
    standing = active_with()
    offends(standing, steward, at=NOW - 9 * DAY)
    offends(standing, steward, at=NOW - 9 * DAY + between)
    assert [it["effect"] for it in tried({"offences": {"counted_for": "2d"}})["effects"]] == effects


def test_an_offence_that_an_appeal_voided_counts_in_neither_run(steward):
    standing = active_with()
    first = offends(standing, steward, at=NOW - 9 * DAY)
    void(first, by=Actor.person(steward), at=NOW - 8 * DAY, reason="It was quoted.")
    offends(standing, steward, at=NOW - 7 * DAY)
    assert listed(tried({"offences": {"suspension": {"high": "72h"}}})) == []


def test_a_third_offence_is_a_stewards_choice_and_nothing_is_guessed(steward):
    standing = active_with()
    for n in (9, 5, 2):
        offends(standing, steward, at=NOW - n * DAY, severity="low")
    report = tried({"offences": {"counted_for": "3d"}})
    assert [(it["effect"], it["criteria"][0]["by_draft"]["value"]) for it in report["effects"]] == [
        ("not_suspended", "1"),
    ]


def test_a_person_who_suspends_does_so_in_both_runs(steward):
    standing = in_shadow_since()
    acts.suspend(
        Standing.objects.get(pk=standing.pk),
        hours=24,
        by=Actor.person(steward),
        at=BEGAN + 5 * DAY,
        reason="It is looked at.",
    )
    effect = effect_of(tried({"shadow": {"window": "8d"}}))
    # Its clean days begin anew when the suspension ends by itself, on the sixth day.
    assert (effect["by_law"]["at"], effect["by_draft"]["at"]) == (days(13), days(14))


def test_whoever_was_removed_is_judged_no_more(steward):
    standing = in_shadow_since()
    acts.remove(Standing.objects.get(pk=standing.pk), by=Actor.person(steward), at=BEGAN + 6 * DAY, reason="Malice.")
    assert listed(tried(EXIT)) == []


def test_whoever_came_in_between_is_judged_from_then_on():
    in_shadow_since(at=NOW - 9 * DAY)
    assert listed(tried(EXIT, over=timedelta(days=10))) == [("YOURMODEL_001", "held", "standard")]


def test_the_law_in_force_lists_nobody_whatever_happened(steward):
    in_shadow_since(ref="SHADOW_001")
    active_with("FALLS_001", score=80)
    active_with("LOW_001", tier="research", score=60)
    frozen = active_with("EMERGENCY_001", score=50)
    standing = active_with("OFFENDS_001")
    offends(standing, steward, at=NOW - 9 * DAY)
    offends(standing, steward, at=NOW - 4 * DAY)
    acts.freeze(Standing.objects.get(pk=frozen.pk), by=Actor.person(steward), at=NOW - 3 * DAY, reason="Look.")
    acts.unfreeze(Standing.objects.get(pk=frozen.pk), by=Actor.person(steward), at=NOW - 2 * DAY, reason="Looked.")
    report = tried({})
    assert (report["effects"], report["changes"]) == ([], [])
    # The same companions are judged by the same steps: the runs decide, and do so alike.
    assert tried({"falling": {"demotion_after": "73h"}})["affected"] > 0


def tables():
    return {model: model.objects.count() for model in apps.get_models()}


def test_it_writes_nothing():
    in_shadow_since()
    active_with("FALLS_001", score=80)
    before = tables()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report = tried(EXIT)
    assert report["affected"] == 1
    assert tables() == before
    verbs = Counter(query["sql"].lstrip().split()[0].upper() for query in queries)
    assert set(verbs) <= {"SELECT", "WITH", "PRAGMA", "SET", "SAVEPOINT", "RELEASE"}


def test_the_database_itself_refuses_to_be_written_to_and_no_longer_afterwards():
    with reading_only(), pytest.raises(DatabaseError), transaction.atomic():
        Tick.objects.create(job="written", due_at=NOW)
    Tick.objects.create(job="written", due_at=NOW)
    assert Tick.objects.filter(job="written").count() == 1


def test_a_failure_within_leaves_the_connection_as_it_was(monkeypatch):
    in_shadow_since()
    monkeypatch.setattr(reading, "measure", lambda *_: 1 / 0)
    with pytest.raises(CannotBeTried, match="ZeroDivisionError"):
        tried(EXIT)
    Tick.objects.create(job="written", due_at=NOW)


def test_queries_grow_with_steps_and_not_with_companions():
    in_shadow_since(ref="FIRST_001")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            tried(EXIT)
        return len(queries)

    one = asked()
    for n in range(4):
        in_shadow_since(ref=f"MORE{n}_001")
    assert asked() <= one


def test_what_both_laws_read_alike_is_read_once():
    in_shadow_since()

    def sums_read(changes):
        with CaptureQueriesContext(connection) as queries:
            tried(changes)
        return sum("shadow_bucket" in query["sql"] and "grouped" in query["sql"] for query in queries)

    alike = sums_read({"tiers": {"standard": {"budget_per_1k": "0.11"}}})
    assert sums_read({"gi": {"windows": {"efficiency": "6d"}}}) == 2 * alike


def test_a_standing_is_found_again_as_it_was(steward):
    standing = in_shadow("A_001", at=BEGAN)
    acts.suspend(standing, hours=24, by=Actor.person(steward), at=BEGAN + DAY, reason="Look.")
    acts.end_suspension(standing, by=RULE, at=BEGAN + 2 * DAY, reason="Over.")
    acts.graduate(standing, tier="standard", by=RULE, at=BEGAN + 9 * DAY, reason="All is met.", evidence={})
    acts.freeze(standing, by=Actor.person(steward), at=BEGAN + 10 * DAY, reason="Look.")
    acts.unfreeze(standing, by=Actor.person(steward), at=BEGAN + 11 * DAY, reason="Looked.")
    acts.demote(standing, by=Actor.person(steward), at=BEGAN + 12 * DAY, reason="It fell behind.")
    acts.suspend(standing, hours=48, by=Actor.person(steward), at=BEGAN + 13 * DAY, reason="Look.")
    risen("B_001", tier="high", at=BEGAN)
    in_shadow("C_001", at=BEGAN)
    rows = list(Standing.objects.select_related("companion").filter(companion__ref__in=["A_001", "B_001", "C_001"]))
    companions = [row.companion for row in rows]
    at = BEGAN + 14 * DAY
    places = reading.places_at(companions, reading.told_of(companions, until=at), at=at)
    told = ("state", "tier", "precaution", "state_since", "tier_since", "shadow_since", "window_opened_at")
    for row in rows:
        place = places[row.companion_id]
        assert [getattr(place, name) for name in told] == [getattr(row, name) for name in told], row.companion.ref
        assert (place.suspended_until, place.state_before) == (
            row.suspended_until,
            row.state_before if row.suspended_until else "",
        )
    early = reading.places_at(companions, reading.told_of(companions, until=at), at=BEGAN - 30 * DAY)
    assert {it.state for it in early.values()} == {""}


def test_the_time_is_that_of_history_and_says_so():
    in_shadow_since()
    report = tried(EXIT, over=timedelta(days=300))
    assert (report["since"], report["all_history"]) == (days(0), True)
    assert tried(EXIT, over=timedelta(days=10))["all_history"] is False
    assert report["steps"] == 20


def test_before_anything_was_seen_there_is_nothing_to_try(db):
    report = tried(EXIT)
    assert (report["steps"], report["all_history"], report["affected"]) == (0, True, 0)


@pytest.mark.parametrize(
    ("every", "over"),
    [(timedelta(minutes=30), 30), (timedelta(minutes=90), 30), (HOUR, 60)],
    ids=["less than a bucket", "no whole buckets", "too many"],
)
def test_steps_that_cannot_be_gone_are_refused(every, over):
    in_shadow_since(at=NOW - 60 * DAY)
    with pytest.raises(CannotBeTried):
        plan_of(law_at(NOW), law_at(NOW), over=timedelta(days=over), at=NOW, every=every)
    assert MOST_STEPS < 60 * 24


def test_a_companion_that_is_not_there_is_named():
    law = law_at(NOW)
    plan = plan_of(law, law, over=DAY, at=NOW)
    with pytest.raises(CannotBeTried, match=r"NOBODY_001"):
        population(plan, ["NOBODY_001"])


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("scoring.compliant_at", False),
        ("clauses.dignity.weight", False),
        ("onboarding.battery", False),
        ("onboarding.latency_p95_below", True),
        ("shadow.kinds.votes", False),
        ("shadow.window", True),
        ("shadow.compliance.gate", True),
        ("tiers.high.gi", True),
        ("tiers.high.may", False),
        ("rising.critical.compliance", True),
        ("offences.counted_for", True),
        ("offences.suspension.high", True),
        ("offences.rate", False),
        ("falling.emergency_below", True),
        ("gi.trust", True),
        ("gi.peers.drawn", False),
    ],
)
def test_lines_that_no_run_can_show_are_named_with_the_reason(path, shown):
    found = not_simulated([path])
    assert (found == []) is shown
    assert all(it["path"] == path and it["why"] for it in found)


def test_every_line_of_the_law_is_either_followed_or_said_to_be_beyond():
    followed = {path for path, _ in flat(read_document(SHIPPED)) if not not_simulated([path])}
    tables_followed = {path.split(".")[0] for path in followed}
    assert tables_followed == {"version", "onboarding", "shadow", "gi", "tiers", "rising", "falling", "offences"}


def test_the_report_reads_as_words_and_is_stable():
    in_shadow_since()
    report = tried({**EXIT, "scoring": {"cleared_at": 71}})
    assert json.dumps(report, sort_keys=True) == json.dumps(
        tried({**EXIT, "scoring": {"cleared_at": 71}}), sort_keys=True
    )
    words = in_words(report)
    assert "1 companion would stand otherwise: 1 held." in words
    assert (
        "YOURMODEL_001  held, not standard: by the draft 2029-01-18 09:00 UTC, by the law 2029-01-15 09:00 UTC."
        in words
    )
    assert "scoring.cleared_at: answers were scored when they came, and their texts are gone" in words
    assert "It would change nobody." in in_words(tried({}))


def test_a_law_that_the_lint_finds_wrong_can_still_be_tried():
    in_shadow_since()
    base = version_at(NOW).document
    assert any(it.severity == "error" for it in lint(parse({**base, "gi": {**base["gi"], "trust": "0.9"}})))
    assert tried({"gi": {"trust": "0.9"}})["steps"] == 20


def test_a_place_is_told_in_words():
    place = Place(None, "A_001", reviewed_until=NOW)
    assert place.shown == "not there yet"
