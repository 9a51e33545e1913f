"""What the next tier asks, criterion by criterion: just below, at and just above; clocks a second before and after."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from charter.law import shipped_law
from tests.conftest import NOW
from tiers.rules import rise_words as words
from tiers.rules.bundle import Aged, Bundle, Counted, Critical, Day, Paid, Window, Word
from tiers.rules.forecast import Present, at_review, outlook, pace
from tiers.rules.nominating import Item, faults, why_lapsed
from tiers.rules.nominating import basis_of as lapse_basis
from tiers.rules.nominating import replay as replay_lapse
from tiers.rules.rise_evidence import Grave, Named, RiseEvidence, Taken, time_away
from tiers.rules.rising import (
    MOVE,
    NOMINATION,
    REVIEW,
    basis_of,
    judged,
    latest_review,
    next_review,
    replay,
    rise_criteria,
)
from tiers.rules.sequence import answers_for_sequence
from tiers.rules.verdicts import Verdict

LAW = shipped_law()
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
START = NOW - 200 * DAY
PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
NAMED = Named("nom_1", "critical", NOW - DAY, NOW + DAY, stewards=2, invited_by="AUREA")


def a_bundle(tier="high", score=98, **more):
    given = {
        "at": NOW,
        "known_at": NOW,
        "state": "active",
        "tier": tier,
        "start": START,
        "opened_at": START - 7 * DAY,
        "scorer": "0" * 64,
        "rates": None,
        "answers": (Aged(0, score * 1000, 1000),),
        "peers": (Aged(0, 980, 1000),),
        "closed": (),
        "day": Day(seen=24, down_ms=0, calls=300, errors=0),
        "paid": Paid(Decimal(1), 1_000_000),
        "window": Window(NOW - 7 * DAY, expected=2016, done=2016, calls=2016, errors=0, ok=2016),
        "latency": ((100, 2016),),
        "counted": Counted(5000, 4990, 0),
        "critical": Critical(),
        "review": Word("approve", is_positive=True),
        "endorsements": Decimal(100),
    }
    return Bundle(**given | more)


def evidence(tier="high", **more):
    given = {
        "at": NOW,
        "bundle": a_bundle(tier),
        "tier_since": START,
        "away": timedelta(0),
        "counted": Counted(5000, 4990, 0),
        "battery": Taken("passed", 58, 60, NOW + DAY),
        "nomination": NAMED if tier == "high" else replace(NAMED, tier="high", stewards=1, invited_by=""),
        "endorsements": 5,
    }
    return RiseEvidence(**given | more)


def verdict(name, found, tier="critical", law=LAW):
    return next(it.verdict for it in rise_criteria(found, law, tier) if it.name.split(":")[0] == name)


@pytest.mark.parametrize(("tier", "asked"), [("standard", "high"), ("high", "critical")])
def test_a_companion_for_whom_everything_is_there_may_rise(tier, asked):
    rise = judged(evidence(tier), LAW, asked)
    assert rise.missing == ()
    assert all(it.verdict is PASS for it in rise.criteria)


@pytest.mark.parametrize(("tier", "asked", "days"), [("standard", "high", 30), ("high", "critical", 180)])
@pytest.mark.parametrize(("off", "expected"), [(-SECOND, OPEN), (timedelta(0), PASS), (SECOND, PASS)])
def test_days_at_the_tier_are_reached_to_the_second(tier, asked, days, off, expected):
    found = evidence(tier, tier_since=NOW - days * DAY - off)
    assert verdict(words.DAYS, found, asked) is expected


@pytest.mark.parametrize(("off", "expected"), [(-SECOND, PASS), (timedelta(0), PASS), (SECOND, OPEN)])
def test_time_back_in_shadow_mode_is_no_time_at_the_tier(off, expected):
    assert verdict(words.DAYS, evidence(away=20 * DAY + off)) is expected


def test_time_away_is_summed_over_every_return_and_one_that_still_lasts():
    moves = [
        ("activate", START - DAY),
        ("return_to_shadow", START + DAY),
        ("activate", START + 3 * DAY),
        ("return_to_shadow", START + 10 * DAY),
    ]
    assert time_away(moves, since=START, at=START + 11 * DAY) == 3 * DAY
    assert time_away(moves[:3], since=START, at=NOW) == 2 * DAY
    assert time_away([], since=START, at=NOW) == timedelta(0)


@pytest.mark.parametrize(("tier", "asked"), [("standard", "high"), ("high", "critical")])
def test_compliance_passes_at_the_least_number_that_the_sequence_asks_and_not_one_below(tier, asked):
    share = LAW.rising[asked].compliance
    least = answers_for_sequence(1, share, LAW.shadow.confidence)
    law = replace(LAW, shadow=replace(LAW.shadow, compliance=replace(LAW.shadow.compliance, gate="sequence")))
    at = evidence(tier, counted=Counted(least, least - 1, 0))
    assert verdict("compliance", at, asked, law) is PASS
    below = evidence(tier, counted=Counted(least - 1, least - 2, 0))
    assert verdict("compliance", below, asked, law) is OPEN
    (open_one,) = [it for it in rise_criteria(below, law, asked) if it.name == "compliance"]
    assert (open_one.more, open_one.threshold, open_one.law) == (1, share, f"rising.{asked}.compliance")


@pytest.mark.parametrize(("good", "expected"), [(9799, FAIL), (9800, PASS), (9801, PASS)])
def test_compliance_by_the_mean_is_judged_at_the_tiers_own_share(good, expected):
    law = replace(LAW, shadow=replace(LAW.shadow, compliance=replace(LAW.shadow.compliance, gate="point")))
    assert verdict("compliance", evidence(counted=Counted(10_000, good, 0)), "critical", law) is expected


def test_a_share_disproven_fails_and_no_answers_at_all_are_inconclusive():
    assert verdict("compliance", evidence(counted=Counted(5000, 4000, 0))) is FAIL
    assert verdict("compliance", evidence(counted=Counted(0, 0, 5000))) is OPEN


def test_compliance_counts_from_the_tiers_start_and_not_from_the_stay():
    """After a return to shadow mode the bundle counts from there; a rise counts from where the tier began."""
    found = evidence(bundle=a_bundle(counted=Counted(10, 0, 0)))
    assert verdict("compliance", found) is PASS


@pytest.mark.parametrize(("gi", "expected"), [("0.94999", FAIL), ("0.95", PASS), ("0.95001", PASS)])
def test_gi_is_judged_by_its_exact_value(gi, expected):
    """C is the only part that moves here: GI = .50 C + the rest, by weights of this test."""
    rest = Decimal("0.25") * Decimal("0.98") + Decimal("0.20") + Decimal("0.10")
    law = replace(LAW, gi=replace(LAW.gi, constitutional=Decimal("0.50"), trust=Decimal(0)))
    total = (Decimal(gi) - rest) / Decimal("0.50") * 100 * 100_000
    bundle = a_bundle(answers=(Aged(0, int(total.to_integral_value()), 100_000),))
    assert (total - int(total)) == 0
    assert verdict("GI", evidence(bundle=bundle), "critical", law) is expected


@pytest.mark.parametrize(("score", "expected"), [(8499, FAIL), (8500, PASS), (8501, PASS)])
def test_the_constitutional_minimum_is_that_of_the_tier_asked_for(score, expected):
    found = evidence(bundle=a_bundle(answers=(Aged(0, score, 100),)))
    assert verdict("constitutional minimum", found) is expected


def test_what_has_no_evidence_is_inconclusive():
    found = evidence(bundle=a_bundle(answers=()))
    assert (verdict("GI", found), verdict("constitutional minimum", found)) == (OPEN, OPEN)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (None, OPEN),
        (Taken("", 3, 4, None), OPEN),
        (Taken("inconclusive", 3, 4, None), OPEN),
        (Taken("failed", 3, 60, None), FAIL),
        (Taken("passed", 60, 60, NOW - SECOND), OPEN),
        (Taken("passed", 60, 60, NOW), OPEN),
        (Taken("passed", 60, 60, NOW + SECOND), PASS),
    ],
)
def test_the_battery_is_passed_and_still_valid(taken, expected):
    assert verdict(words.BATTERY, evidence(battery=taken)) is expected


@pytest.mark.parametrize(
    ("grave", "expected"), [(Grave(), PASS), (Grave(waiting=1), OPEN), (Grave(1, NOW - DAY, 0), FAIL)]
)
def test_a_critical_incident_bars_and_one_that_waits_leaves_it_open(grave, expected):
    assert verdict(words.INCIDENTS, evidence(grave=grave)) is expected


@pytest.mark.parametrize(("asked", "tier"), [("high", "standard"), ("standard", "research"), ("critical", "high")])
def test_a_review_that_is_owed_bars_every_rise(asked, tier):
    assert verdict(words.REVIEW, evidence(tier, owed_since=NOW - DAY), asked) is OPEN
    assert verdict(words.REVIEW, evidence(tier), asked) is PASS


@pytest.mark.parametrize(("off", "expected"), [(-SECOND, PASS), (timedelta(0), PASS), (SECOND, OPEN)])
@pytest.mark.parametrize(("asked", "tier"), [("high", "standard"), ("standard", "research")])
def test_nothing_rises_while_a_closer_watch_runs(asked, tier, off, expected):
    assert verdict(words.MONITORING, evidence(tier, monitored_until=NOW + off), asked) is expected


@pytest.mark.parametrize(("n", "expected"), [(4, OPEN), (5, PASS), (6, PASS)])
def test_endorsements_are_counted(n, expected):
    assert verdict(words.ENDORSEMENTS, evidence(endorsements=n)) is expected


def test_high_asks_for_neither_endorsements_nor_an_invitation():
    names = {it.name for it in rise_criteria(evidence("standard"), LAW, "high")}
    assert not names & {words.ENDORSEMENTS, words.INVITATION}


@pytest.mark.parametrize(("n", "expected"), [(1, OPEN), (2, PASS), (3, PASS)])
def test_critical_asks_for_two_stewards(n, expected):
    assert verdict(words.STEWARDS, evidence(nomination=replace(NAMED, stewards=n))) is expected


@pytest.mark.parametrize(
    ("nomination", "expected"),
    [
        (None, OPEN),
        (replace(NAMED, tier="high"), OPEN),
        (replace(NAMED, lapses_at=NOW), OPEN),
        (replace(NAMED, lapses_at=NOW + SECOND), PASS),
    ],
)
def test_a_nomination_stands_for_this_tier_until_it_lapses(nomination, expected):
    assert verdict(words.NOMINATION, evidence(nomination=nomination)) is expected


def test_an_invitation_says_in_whose_place_it_stands():
    assert verdict(words.INVITATION, evidence(nomination=replace(NAMED, invited_by=""))) is OPEN
    in_place = evidence(nomination=replace(NAMED, in_place_of_critical=True))
    (told,) = [it for it in rise_criteria(in_place, LAW, "critical") if it.name == words.INVITATION]
    assert (told.verdict, "in place of a critical companion" in told.why) == (PASS, True)


@pytest.mark.parametrize(("off", "expected"), [(-SECOND, OPEN), (timedelta(0), PASS)])
def test_from_research_clean_time_counts_from_the_start_at_the_tier(off, expected):
    found = evidence("research", tier_since=NOW - 7 * DAY - off, nomination=None, battery=None)
    assert verdict("time without critical failure", found, "standard") is expected


@pytest.mark.parametrize(("score", "expected"), [(70, FAIL), (98, PASS)])
def test_from_research_it_rises_by_the_criteria_of_the_exit(score, expected):
    found = evidence("research", bundle=a_bundle("research", score), nomination=None, battery=None, endorsements=0)
    assert verdict("GI", found, "standard") is expected
    assert bool(judged(found, LAW, "standard").missing) is (expected is FAIL)


@pytest.mark.parametrize(
    ("off", "latest"), [(-SECOND, 0), (timedelta(0), 1), (SECOND, 1), (30 * DAY - SECOND, 1), (30 * DAY, 2)]
)
def test_reviews_fall_due_on_a_grid_that_begins_with_the_tier(off, latest):
    at = START + 30 * DAY + off
    found = latest_review(START, 30 * DAY, at)
    assert found == (START + latest * 30 * DAY if latest else None)
    assert next_review(START, 30 * DAY, at) == START + (latest + 1) * 30 * DAY


def test_evidence_comes_back_from_json_exactly():
    found = evidence(
        away=timedelta(hours=5, microseconds=1), grave=Grave(1, NOW, 2), owed_since=NOW, monitored_until=NOW + DAY
    )
    assert RiseEvidence.from_json(found.as_json()) == found
    bare = evidence(battery=None, nomination=None)
    assert RiseEvidence.from_json(bare.as_json()) == bare


def test_every_decision_of_a_rise_is_derived_again_from_its_basis():
    basis = basis_of(evidence(), "critical", due_at=NOW - DAY)
    review, end, move = (replay({**basis, "step": step}, law=LAW, at=NOW) for step in (REVIEW, NOMINATION, MOVE))
    assert (review.move, review.facts["rose"], review.facts["missing"]) == ("review_for_rise", True, [])
    assert review.facts["due_at"] == "2026-11-19T09:00:00.000000Z"
    assert (end.move, end.to) == ("promote", "promoted")
    assert (move.move, move.to) == ("rise_to_critical", "critical")
    assert move.facts == {"vote_weight": "1", "chambers": list(LAW.chambers_of("critical"))}


def test_a_flipped_bit_of_the_basis_leads_elsewhere():
    basis = basis_of(evidence(endorsements=4), "critical", due_at=NOW)
    assert replay({**basis, "step": REVIEW}, law=LAW, at=NOW).facts["missing"] == [words.ENDORSEMENTS]
    assert replay({**basis, "step": NOMINATION}, law=LAW, at=NOW).to == "open"
    assert replay({**basis, "step": MOVE}, law=LAW, at=NOW).to == "high"


@pytest.mark.parametrize(
    ("held", "living", "off", "why"),
    [
        ("standard", True, -SECOND, None),
        ("standard", True, timedelta(0), "time"),
        ("standard", True, SECOND, "time"),
        ("research", True, -SECOND, "tier"),
        ("high", True, -SECOND, "tier"),
        ("standard", False, -SECOND, "state"),
    ],
)
def test_a_nomination_lapses_by_time_or_when_its_companion_stands_elsewhere(held, living, off, why):
    told = {"tier_asked_from": "standard", "tier_held": held, "is_living": living, "lapses_at": NOW}
    assert why_lapsed(**told, at=NOW + off) == why
    derived = replay_lapse(lapse_basis(**told), law=LAW, at=NOW + off)
    assert (derived.to, derived.facts) == (("lapsed", {"because": why}) if why else ("open", {}))


GOOD = Item("case_study", "It found the flaw that three people had missed.", "INC-00001")


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([], "between 1 and 10"),
        ([GOOD] * 11, "between 1 and 10"),
        ([replace(GOOD, kind="praise")], "kind is one of"),
        ([replace(GOOD, text=" ")], "say what it shows"),
        ([replace(GOOD, text="x" * 1001)], "say what it shows"),
        ([replace(GOOD, link="https://example.org")], "link to"),
        ([replace(GOOD, link="dec_12")], "link to"),
    ],
)
def test_evidence_of_another_form_is_refused_by_its_place(items, told):
    assert any(told in fault for fault in faults(items))


@pytest.mark.parametrize("link", ["INC-00001", "dec_" + "a" * 32, "app_" + "0" * 32])
def test_evidence_links_to_decisions_applications_and_incidents(link):
    assert faults([replace(GOOD, link=link)]) == []


def forecasts(found, tier="critical"):
    criteria = rise_criteria(found, LAW, tier)
    told = outlook(criteria, Present(found.at, pace(found.bundle, LAW), LAW, found))
    by_name = {it.name.split(":")[0]: each for it, each in zip(criteria, told.forecasts, strict=True)}
    return by_name, told.reachable_at


def test_days_are_reached_at_an_exact_time():
    by_name, reachable = forecasts(evidence(tier_since=NOW - 100 * DAY, away=DAY))
    assert by_name[words.DAYS].at == NOW + 81 * DAY
    assert reachable == NOW + 81 * DAY


def test_answers_come_at_the_pace_of_the_last_days():
    """1,000 answers in 7 days; the sequence asks for so many more."""
    found = evidence(counted=Counted(100, 100, 0))
    by_name, reachable = forecasts(found)
    (open_one,) = [it for it in rise_criteria(found, LAW, "critical") if it.name == "compliance"]
    left = by_name["compliance"].at - NOW
    assert abs(left - open_one.more * 7 * DAY / 1000) < timedelta(seconds=2)
    assert (reachable, f"About {open_one.more} more" in by_name["compliance"].words) == (NOW + left, True)


def test_without_answers_no_date_is_told():
    found = evidence(counted=Counted(100, 100, 0), bundle=a_bundle(answers=()))
    by_name, reachable = forecasts(found)
    assert (by_name["compliance"].at, by_name["GI"].at, reachable) == (None, None, None)
    assert "none come at present" in by_name["compliance"].words


def test_a_value_that_falls_short_has_no_date_and_what_people_do_hinders_none():
    _, by_value = forecasts(evidence(bundle=a_bundle(score=60)))
    by_name, by_people = forecasts(evidence(battery=None, nomination=None, endorsements=0))
    assert by_value is None
    assert by_people == NOW
    assert {name for name, it in by_name.items() if it.by_act} == {
        words.BATTERY, words.NOMINATION, words.STEWARDS, words.ENDORSEMENTS, words.INVITATION,
    }  # fmt: skip


def test_a_watch_and_an_offence_end_at_times_that_are_known():
    found = evidence(monitored_until=NOW + 9 * DAY, grave=Grave(1, NOW - 300 * DAY, 0))
    by_name, reachable = forecasts(found)
    assert by_name[words.MONITORING].at == NOW + 9 * DAY
    assert by_name[words.INCIDENTS].at == reachable == NOW + 65 * DAY


@pytest.mark.parametrize(
    ("reachable", "review"),
    [(None, None), (0, 90), (89, 90), (90, 90), (91, 180)],
)
def test_a_rise_waits_for_the_first_review_that_finds_everything(reachable, review):
    at = None if reachable is None else NOW + reachable * DAY
    found = at_review(at, tier_since=NOW - DAY, every=91 * DAY, now=NOW)
    assert found == (None if review is None else NOW - DAY + (91 if review == 90 else 182) * DAY)
