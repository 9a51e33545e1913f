"""A companion that measures too little: told at once, looked at after a day, fallen after three; or it recovers."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from charter.actions import enact
from charter.law import SHIPPED, read_document
from charter.queries import law_at, version_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Decision, Salt
from ledger.queries import last_decision
from registry.actions import issue_key
from registry.models import OutboxMessage
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, active, in_shadow, risen
from tests.tiers.declining import DAY, HOUR, SECOND, a_bundle, assessed, read, replayed, without_basis
from tests.tiers.rising import measured
from tiers.actions import falling as acts
from tiers.actions import standing as standings
from tiers.actions.monitoring import give_plan
from tiers.actions.returning import return_to_shadow
from tiers.models import Assessment, Decline, Monitoring, Standing
from tiers.models.decline import Measure as MeasureChoices
from tiers.rules import falling
from tiers.rules.falling import Clock, Measure, Reading, Step
from tiers.rules.measuring import measure
from tiers.tasks import sweep_assessments, sweep_falling

LOW = {"gi": "0.89", "mean": "95"}
FINE = {"gi": "0.95", "mean": "95"}
MINUTE = timedelta(minutes=1)


def reading(law, **more):
    return falling.reading_of(measure(a_bundle(**more), law))


@pytest.fixture
def shipped(law):
    return law


def test_the_rules_and_the_rows_name_the_same_measures():
    assert [it.value for it in Measure] == MeasureChoices.values


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tier", "asked"), [("research", "0.85"), ("standard", "0.90"), ("high", "0.92"), ("critical", "0.95")]
)
@pytest.mark.parametrize(
    ("change", "below", "far"),
    [
        ("0", False, False),
        ("0.00001", False, False),
        ("-0.00001", True, False),
        ("-0.05", True, False),
        ("-0.05001", True, True),
    ],
)
def test_gi_is_compared_to_the_last_digit(shipped, tier, asked, change, below, far):  # noqa: PLR0917
    gi = Decimal(asked) + Decimal(change)
    found = falling.shortfalls(reading(shipped, gi=gi, tier=tier), tier, shipped)
    assert [(it.measure, it.value, it.asked, it.is_far) for it in found] == (
        [(Measure.GI, gi, Decimal(asked), far)] if below else []
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("gi", "below"), [("0.94999", True), ("0.95", False)])
def test_nothing_rounds_up_to_a_minimum(shipped, gi, below):
    assert bool(falling.shortfalls(reading(shipped, gi=gi, tier="critical"), "critical", shipped)) is below


@pytest.mark.django_db
@pytest.mark.parametrize(("tier", "asked"), [("research", 65), ("standard", 70), ("high", 75), ("critical", 85)])
@pytest.mark.parametrize(
    ("change", "below", "far"),
    [
        ("0", False, False),
        ("0.001", False, False),
        ("-0.001", True, False),
        ("-5", True, False),
        ("-5.001", True, True),
    ],
)
def test_the_mean_score_is_compared_in_points(shipped, tier, asked, change, below, far):  # noqa: PLR0917
    mean = asked + Decimal(change)
    found = falling.shortfalls(Reading(NOW, tier, Decimal("0.99"), mean / 100, Decimal(1), 52), tier, shipped)
    assert [(it.measure, it.value, it.is_far) for it in found] == (
        [(Measure.CONSTITUTIONAL, mean, far)] if below else []
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "sound"),
    [
        ({}, True),
        ({"coverage": "0.9"}, True),
        ({"coverage": "0.89999"}, False),
        ({"scored": 52}, True),
        ({"scored": 51}, False),
        ({"scored": 0}, False),
    ],
)
def test_too_little_measured_is_no_reading(shipped, facts, sound):
    found = reading(shipped, mean="50", **facts)
    assert falling.is_sound(found, shipped) is sound
    assert bool(falling.shortfalls(found, "standard", shipped)) is sound


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "is_reviewed", "step"),
    [
        (DAY - SECOND, False, None),
        (DAY, False, Step.REVIEW),
        (DAY, True, None),
        (3 * DAY - SECOND, True, None),
        (3 * DAY, True, Step.FALL),
        (3 * DAY, False, Step.FALL),
        (3 * DAY + SECOND, True, Step.FALL),
    ],
)
def test_every_clock_a_second_before_and_after(shipped, after, is_reviewed, step):
    clock = Clock(Measure.GI, "standard", NOW, is_reviewed=is_reviewed)
    found = reading(shipped, at=NOW + after, gi="0.89999")
    assert falling.next_step(clock, found, shipped, at=NOW + after) is step


@pytest.mark.django_db
@pytest.mark.parametrize(("gi", "step"), [("0.89999", Step.FALL), ("0.9", Step.RECOVER), ("0.90001", Step.RECOVER)])
def test_at_the_last_hour_the_value_decides(shipped, gi, step):
    clock = Clock(Measure.GI, "standard", NOW, is_reviewed=True)
    assert falling.next_step(clock, reading(shipped, at=NOW + 3 * DAY, gi=gi), shipped, at=NOW + 3 * DAY) is step


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("older", "step"), [(HOUR - SECOND, Step.FALL), (HOUR, None), (HOUR + SECOND, None), (10 * HOUR, None)]
)
def test_a_fall_rests_on_a_reading_of_the_hour_in_which_it_was_due(shipped, older, step):
    clock, due = Clock(Measure.GI, "standard", NOW, is_reviewed=True), NOW + 3 * DAY
    found = reading(shipped, at=due - older, gi="0.85")
    assert falling.next_step(clock, found, shipped, at=due + 30 * HOUR) is step


@pytest.mark.django_db
def test_without_a_sound_reading_only_the_review_is_asked_for(shipped):
    clock = Clock(Measure.GI, "standard", NOW)
    unsound = reading(shipped, at=NOW + 5 * DAY, mean="50", scored=51)
    for found in (None, unsound):
        assert falling.next_step(clock, found, shipped, at=NOW + 5 * DAY) is Step.REVIEW
    good = reading(shipped, at=NOW + 5 * DAY, gi="0.95", coverage="0.5")
    assert falling.next_step(clock, good, shipped, at=NOW) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tier", "to", "span"),
    [
        ("critical", "high", None),
        ("high", "standard", None),
        ("standard", "research", None),
        ("research", "suspended", 72 * HOUR),
    ],
)
def test_a_fall_is_one_tier_and_from_the_lowest_a_suspension(shipped, tier, to, span):
    fall = falling.fall_from(tier, shipped)
    assert (fall.to, fall.span) == (to, span)


# The rows.


@pytest.fixture
def standing(db):
    return active(at=NOW - DAY)


def moves(ref="YOURMODEL_001"):
    rows = Decision.objects.filter(subject_kind="companion", subject_ref=ref).order_by("seal__idx")
    return list(rows.values_list("move", flat=True))


def test_its_provider_is_told_at_once_and_it_is_sealed(standing):
    assert read(standing, at=NOW, **LOW).tier == "standard"
    decline = Decline.objects.get()
    assert (decline.measure, decline.state, decline.began_at, decline.tier) == ("gi", "alerted", NOW, "standard")
    assert decline.with_steward_at is None
    sealed = json.loads(bytes(last_decision("decline", decline.subject_ref).seal.entry))
    assert sealed["type"] == "decline.alerted"
    assert (sealed["decision"]["value"], sealed["decision"]["asked"]) == ("0.89", "0.9")
    told = OutboxMessage.objects.get(kind="companion.below_minimum")
    assert (told.provider.slug, told.body["fallsAt"]) == ("your-org", "2026-11-23T09:00:00.000000Z")


def test_reading_the_same_again_changes_nothing(standing):
    read(standing, at=NOW, **LOW)
    before = Decision.objects.count()
    for later in range(3):
        acts.judge_all(at=NOW + later * MINUTE)
        acts.judge(standing.companion_id, at=NOW + later * MINUTE)
    assert (Decline.objects.count(), Decision.objects.count()) == (1, before)


def test_far_below_it_is_with_a_steward_at_once_or_as_soon_as_it_is(standing):
    read(standing, at=NOW, gi="0.85")
    decline = Decline.objects.get()
    assert decline.with_steward_at is None
    read(standing, at=NOW + HOUR, gi="0.84999")
    decline.refresh_from_db()
    assert (decline.with_steward_at, decline.state) == (NOW + HOUR, "alerted")
    assert float(decline.lowest) == pytest.approx(0.84999)
    read(standing, at=NOW + 2 * HOUR, gi="0.80")
    assert Decision.objects.filter(type="decline.brought_to_steward").count() == 1
    other = active("OTHER_001", provider="other-org", at=NOW - DAY)
    read(other, at=NOW, gi="0.84999")
    assert Decline.objects.get(companion=other.companion).with_steward_at == NOW
    assert replayed()[1] == []


def test_it_recovers_and_the_clocks_stop(standing):
    read(standing, at=NOW, **LOW)
    read(standing, at=NOW + 71 * HOUR, gi="0.9")
    decline = Decline.objects.get()
    assert (decline.state, decline.ended_at) == ("recovered", NOW + 71 * HOUR)
    assert read(standing, at=NOW + 80 * HOUR, **FINE).tier == "standard"
    read(standing, at=NOW + 81 * HOUR, **LOW)
    assert list(Decline.objects.order_by("began_at").values_list("state", flat=True)) == ["recovered", "alerted"]
    assert replayed()[1] == []


def test_after_three_days_it_falls_one_tier_under_closer_watch(standing):
    read(standing, at=NOW, mean="69")
    due = NOW + 3 * DAY
    read(standing, at=NOW + DAY, mean="69")
    assert set(Decline.objects.values_list("state", flat=True)) == {"reviewed"}
    row = read(standing, at=due - SECOND, mean="69")
    assert row.tier == "standard"
    row = read(standing, at=due, mean="69")
    assert (row.tier, row.state, row.tier_since, row.vote_weight) == ("research", "active", due, Decimal("0.5"))
    # One fall for both measures: the other clock has nothing to run for any more.
    assert sorted(Decline.objects.values_list("state", flat=True)) == ["ended", "fell"]
    watch = Monitoring.objects.get()
    assert (watch.began_at, watch.until) == (due, due + 30 * DAY)
    assert moves()[-1] == "fall_to_research"
    decision = last_decision("companion", "YOURMODEL_001")
    assert (decision.actor_kind, decision.actor_ref) == ("system", "rule")
    seen, differing = replayed()
    assert (seen >= 7, differing, without_basis()) == (True, [], [])


def test_what_was_measured_at_the_tier_above_says_nothing_of_the_tier_below(standing):
    read(standing, at=NOW, gi="0.80")
    due = NOW + 3 * DAY
    read(standing, at=due, gi="0.80")
    acts.judge_all(at=due + MINUTE)
    assert Decline.objects.filter(tier="research").count() == 0
    read(standing, at=due + HOUR, gi="0.80")
    assert Decline.objects.get(tier="research").began_at == due + HOUR


def test_from_the_lowest_tier_it_is_suspended_and_returns_by_itself(db):
    standing = active(at=NOW - DAY, tier="research")
    read(standing, at=NOW, gi="0.84999")
    row = read(standing, at=NOW + 3 * DAY, gi="0.84999")
    assert (row.state, row.tier, row.suspended_until) == ("suspended", "research", NOW + 6 * DAY)
    assert Monitoring.objects.get().began_at == NOW + 3 * DAY
    assert standings.end_when_due(row).state == "active"
    assert (replayed()[1], without_basis()) == ([], [])


@pytest.mark.parametrize(
    "facts",
    [
        {"mean": "50", "scored": 51},
        {"mean": "50", "coverage": "0.89999"},
        {"mean": "50", "scored": 0},
    ],
)
def test_nothing_falls_because_we_failed_to_measure(standing, facts):
    read(standing, at=NOW - HOUR, **facts)
    assert not Decline.objects.exists()
    read(standing, at=NOW, **LOW)
    decline = Decline.objects.get()
    for hours in range(60, 90, 3):
        row = read(standing, at=NOW + hours * HOUR, **facts)
        assert row.tier == "standard"
    decline.refresh_from_db()
    assert decline.state == "reviewed"
    # The good news does not count either, and then the first sound reading decides.
    read(standing, at=NOW + 90 * HOUR, **FINE, scored=51)
    decline.refresh_from_db()
    assert decline.state == "reviewed"
    assert read(standing, at=NOW + 91 * HOUR, gi="0.88").tier == "research"
    assert replayed()[1] == []


def test_a_sound_recovery_after_the_last_hour_still_saves_it(standing):
    read(standing, at=NOW, **LOW)
    read(standing, at=NOW + 80 * HOUR, **LOW, coverage="0.5")
    read(standing, at=NOW + 90 * HOUR, **FINE)
    assert Decline.objects.get().state == "recovered"


def test_after_an_outage_of_ours_the_first_sweep_judges_by_what_was_measured_when_it_was_due(standing):
    read(standing, at=NOW, **LOW)
    read(standing, at=NOW + 10 * HOUR, **LOW)
    acts.judge_all(at=NOW + 100 * HOUR)
    row = Standing.objects.get(pk=standing.pk)
    assert row.tier == "standard"  # nobody measured when it was due
    assert Decline.objects.get().reviewed_at == NOW + 100 * HOUR
    row = read(standing, at=NOW + 101 * HOUR, **LOW)
    assert (row.tier, row.tier_since) == ("research", NOW + 101 * HOUR)


def test_an_outage_right_after_the_last_hour_delays_the_fall_and_no_more(standing):
    read(standing, at=NOW, **LOW)
    assessed(standing, at=NOW + 3 * DAY, **LOW)
    acts.judge_all(at=NOW + 100 * HOUR)
    row = Standing.objects.get(pk=standing.pk)
    assert (row.tier, row.tier_since) == ("research", NOW + 100 * HOUR)
    assert replayed()[1] == []


def test_a_stewards_demotion_ends_it_and_brings_the_same_watch(standing, steward):
    read(standing, at=NOW, **LOW)
    row = standings.demote(
        Standing.objects.get(pk=standing.pk), by=Actor.person(steward), at=NOW + HOUR, reason="By my word."
    )
    decline = Decline.objects.get()
    assert (decline.state, decline.ended_at, row.tier) == ("ended", NOW + HOUR, "research")
    assert Monitoring.objects.get().until == NOW + HOUR + 30 * DAY


@pytest.mark.parametrize("how", ["suspend", "remove", "retire", "return_to_shadow", "rise"])
def test_whatever_else_settles_it_ends_it(standing, steward, how):
    read(standing, at=NOW, mean="69.5")
    row, told = Standing.objects.get(pk=standing.pk), {"at": NOW + HOUR, "reason": "Because."}
    person = Actor.person(steward)
    if how == "suspend":
        standings.suspend(row, hours=24, by=person, **told)
    elif how == "remove":
        standings.remove(row, by=person, **told)
    elif how == "retire":
        standings.retire(row, by=PROVIDER, **told)
    elif how == "rise":
        standings.raise_tier(row, by=person, under=law_at(NOW), **told)
    else:
        return_to_shadow(row, by=person, **told)
    assert set(Decline.objects.values_list("state", "ended_at")) == {("ended", NOW + HOUR)}
    assert replayed()[1] == []


def test_a_frozen_companion_is_held_still_and_so_are_its_clocks(standing, steward):
    read(standing, at=NOW, **LOW)
    row = standings.freeze(
        Standing.objects.get(pk=standing.pk), by=Actor.person(steward), at=NOW + HOUR, reason="Wait."
    )
    assert read(standing, at=NOW + 3 * DAY, **LOW).tier == "standard"
    assert Decline.objects.get().state == "alerted"
    standings.unfreeze(row, by=Actor.person(steward), at=NOW + 4 * DAY, reason="Go on.")
    acts.judge_all(at=NOW + 4 * DAY)
    assert Standing.objects.get(pk=standing.pk).tier == "research"


def test_what_was_measured_before_a_suspension_begins_nothing_after_it(standing, steward):
    assessed(standing, at=NOW, **LOW)
    row = Standing.objects.get(pk=standing.pk)
    standings.suspend(row, hours=24, by=Actor.person(steward), at=NOW + SECOND, reason="By my word.")
    standings.end_when_due(row)
    acts.judge_all(at=NOW + 25 * HOUR)
    assert not Decline.objects.exists()
    read(standing, at=NOW + 26 * HOUR, **LOW)
    assert Decline.objects.get().began_at == NOW + 26 * HOUR


def test_what_was_read_while_it_was_frozen_begins_nothing_afterwards(standing, steward):
    read(standing, at=NOW, **LOW)
    row = standings.freeze(Standing.objects.get(pk=standing.pk), by=Actor.person(steward), at=NOW, reason="Wait.")
    read(standing, at=NOW + HOUR, mean="69")
    standings.unfreeze(row, by=Actor.person(steward), at=NOW + DAY, reason="Go on.")
    acts.judge_all(at=NOW + DAY)
    assert list(Decline.objects.values_list("measure", "state")) == [("gi", "reviewed")]
    read(standing, at=NOW + DAY + HOUR, mean="69")
    assert Decline.objects.get(measure="constitutional").began_at == NOW + DAY + HOUR


def test_only_who_is_active_is_read(db):
    shadow = in_shadow(at=NOW - 8 * DAY)
    read(shadow, at=NOW, mean="10", tier="standard", state="active")
    assert not Decline.objects.exists()
    assert not Assessment.objects.filter(is_read=False).exists()


def test_a_decline_keeps_the_law_that_it_began_under(standing):
    read(standing, at=NOW, gi="0.895")
    changed = read_document(SHIPPED)
    changed["version"] = "1.1.0"
    changed["tiers"]["standard"]["gi"] = "0.89"
    changed["falling"]["demotion_after"] = "300d"
    enact(changed, by=Actor.system("bootstrap"), at=NOW + HOUR, reason="A test.")
    assert version_at(NOW + 2 * HOUR).version == "1.1.0"
    row = read(standing, at=NOW + 3 * DAY, gi="0.895")
    assert row.tier == "research"
    fell = last_decision("companion", "YOURMODEL_001")
    assert (fell.move, fell.law_version) == ("fall_to_research", "1.0.0")
    other = active("OTHER_001", provider="other-org", at=NOW + 3 * DAY)
    read(other, at=NOW + 4 * DAY, gi="0.895")
    assert not Decline.objects.filter(companion=other.companion).exists()
    assert replayed()[1] == []


def test_a_higher_minimum_by_a_new_law_is_seen_at_the_next_reading(standing):
    changed = read_document(SHIPPED)
    changed["version"] = "1.1.0"
    changed["tiers"]["standard"]["gi"] = "0.93"
    enact(changed, by=Actor.system("bootstrap"), at=NOW, reason="A test.")
    row = assessed(standing, at=NOW, gi="0.92")
    Assessment.objects.filter(pk=row.pk).update(law_digest=law_at(NOW - DAY).digest)
    acts.judge_all(at=NOW)
    assert Decline.objects.get().law.version == "1.1.0"


def test_from_critical_each_fall_is_one_tier(db):
    standing = risen(tier="critical", at=NOW - DAY)
    read(standing, at=NOW, gi="0.94999")
    assert read(standing, at=NOW + 3 * DAY, gi="0.94999").tier == "high"
    assert read(standing, at=NOW + 4 * DAY, gi="0.94999").tier == "high"
    assert Decline.objects.filter(tier="high").count() == 0


def test_while_all_is_well_a_sweep_costs_a_handful_of_queries(standing, django_assert_max_num_queries):
    others = [active(f"MODEL{n}_001", provider=f"org-{n}", at=NOW - DAY) for n in range(12)]
    for each in (standing, *others):
        assessed(each, at=NOW, **FINE)
    with django_assert_max_num_queries(8):
        acts.judge_all(at=NOW)
    with django_assert_max_num_queries(4):
        acts.judge_all(at=NOW + MINUTE)


def test_the_sweep_asks_the_clock(standing):
    assessed(standing, at=NOW, **LOW)
    with time_machine.travel(NOW + MINUTE, tick=False):
        sweep_falling()
    assert Decline.objects.get().began_at == NOW + MINUTE


def test_from_stored_sums_to_the_fall_by_the_sweeps_alone(db):
    """Mean 80 and all else good is a GI of .895; hours without any sum are no reading at all."""
    standing = active(at=NOW - 9 * DAY)
    measured(standing.companion, at=NOW, days=8, scored=12, compliant=12, score=80)

    def swept(at):
        with time_machine.travel(at, tick=False):
            sweep_assessments()
            sweep_falling()
        return Standing.objects.get(pk=standing.pk)

    assert swept(NOW + MINUTE).state == "active"
    decline = Decline.objects.get()
    assert (decline.measure, f"{decline.value:.3f}", decline.began_at) == ("gi", "0.895", NOW + MINUTE)
    assert swept(NOW + 72 * HOUR + MINUTE).tier == "standard"  # three days of which nobody measured anything
    measured(standing.companion, at=NOW + 76 * HOUR, days=3, scored=12, compliant=12, score=80)
    row = swept(NOW + 76 * HOUR + MINUTE)
    assert (row.tier, row.tier_since) == ("research", NOW + 76 * HOUR + MINUTE)
    assert replayed()[1] == []


def test_who_moves_while_it_is_judged_is_left_to_the_next_sweep(standing, monkeypatch):
    assessed(standing, at=NOW, **LOW)

    def moves_meanwhile(_companion, *, at):
        raise Refused("It moved.")

    with monkeypatch.context() as patched:
        patched.setattr(acts, "judge", moves_meanwhile)
        assert acts.judge_all(at=NOW) == 0
    assert Assessment.objects.filter(is_read=False).count() == 1
    assert acts.judge_all(at=NOW) == 1


# The plan of improvement.


@pytest.fixture
def fallen(standing, steward):
    return standings.demote(standing, by=Actor.person(steward), at=NOW, reason="By my word.")


def test_a_plan_is_kept_and_its_words_stand_in_the_ledger_as_a_commitment(fallen):
    watch = give_plan(fallen, "We retrain on refusals.", by=PROVIDER, at=NOW + DAY)
    assert (watch.plan, watch.plan_given_at) == ("We retrain on refusals.", NOW + DAY)
    decision = last_decision("companion", "YOURMODEL_001", moves=["give_plan"])
    assert b"retrain" not in bytes(decision.seal.entry)
    assert Salt.objects.get(entry_id=decision.pk, field="plan").value == "We retrain on refusals."


def test_a_plan_is_its_providers_and_asked_for_only_while_it_is_watched(fallen, steward):
    for who in (Actor.provider("other-org"), Actor.person(steward)):
        with pytest.raises(Forbidden, match="Only its provider"):
            give_plan(fallen, "A plan.", by=who, at=NOW)
    assert give_plan(fallen, "A plan.", by=PROVIDER, at=NOW + 30 * DAY - SECOND).plan == "A plan."
    with pytest.raises(Refused, match="No closer watch"):
        give_plan(fallen, "Too late.", by=PROVIDER, at=NOW + 30 * DAY)


@pytest.mark.parametrize("version", ["/api", "/api/v1"])
def test_a_provider_hands_its_plan_in_by_its_key(fallen, version):
    key = issue_key(fallen.companion, by=PROVIDER, at=NOW, under=law_at(NOW))[1]
    address = f"{version}/companions/YOURMODEL_001/improvement-plan"
    with time_machine.travel(NOW + DAY, tick=False):
        asking = {"data": {"plan": "More care."}, "content_type": "application/json"}
        assert Client().post(address, **asking).status_code == 401
        answer = Client().post(address, **asking, headers={"Authorization": f"Bearer {key}"})
        wrong = Client().post(
            address, {"plan": ""}, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
        )
    assert (answer.status_code, wrong.status_code) == (200, 400)
    assert answer.json() == {
        "companionId": "YOURMODEL_001",
        "monitoredUntil": "2026-12-20T09:00:00Z",
        "planGivenAt": "2026-11-21T09:00:00Z",
    }
    assert Monitoring.objects.get().plan == "More care."
