"""Rising: reviews on their grid, the rise from research, a steward's word between, and what is sealed of each."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from charter.actions import enact
from charter.law import parse
from charter.models import LawVersion
from charter.queries import law_at, version_at
from civic.actions import withdraw_endorsement
from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.models import Decision
from ledger.queries import evidence_of as kept_evidence
from ledger.queries import last_decision
from ledger.sealing import seal, sealed_atomic
from registry.models import OutboxMessage
from tests.factories.companions import active, risen
from tests.tiers.rising import DAY, HOUR, NOW, REASON, a_person, by, measured, passed, ready_for
from tiers.actions import incidents, rising
from tiers.actions import standing as standings
from tiers.models import Monitoring, Nomination, Penalty, Review, RiseReview, Standing
from tiers.queries.rise_words import away_of, grave_incidents, reviews_owed
from tiers.queries.rising import readiness_to_rise, reviews_due
from tiers.rules.rise_evidence import Grave
from tiers.rules.rising import replay
from tiers.tasks import sweep_assessments, sweep_rising

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def missing(standing, at=NOW):
    return [it.name for it in readiness_to_rise(standing, at).missing]


def fresh(standing):
    return Standing.objects.get(pk=standing.pk)


def replayed(decision):
    """The decision derived anew from its basis, beside what was sealed."""
    basis = kept_evidence(next(it["sha256"] for it in decision.evidence if it["name"] == "basis"))
    law = parse(LawVersion.objects.get(digest=decision.law_digest).document)
    derived, sealed = replay(basis, law=law, at=decision.at), json.loads(bytes(decision.seal.entry))["decision"]
    return (derived.move, derived.to, derived.facts), (
        sealed["move"],
        sealed["to"],
        {name: sealed[name] for name in derived.facts},
    )


def test_a_review_that_finds_everything_lets_it_rise_in_one_transaction(steward):
    standing = ready_for("high", steward=steward)
    review = rising.hold_review(standing, at=NOW)
    row, nomination = fresh(standing), Nomination.objects.get()
    assert (review.rose, review.due_at, review.tier) == (True, NOW, "high")
    assert (row.tier, row.tier_since, row.vote_weight) == ("high", NOW, Decimal("0.9"))
    assert (nomination.state, nomination.closed_at) == ("promoted", NOW)
    made = [last_decision("companion", "YOURMODEL_001", moves=[move]) for move in ("review_for_rise", "rise_to_high")]
    made.append(last_decision("nomination", nomination.subject_ref))
    assert {it.actor_ref for it in made} == {"rule"}
    assert review.sealed_as == made[0]
    for decision in made:
        derived, sealed = replayed(decision)
        assert derived == sealed


def test_from_high_to_critical_with_five_endorsements_two_stewards_and_a_chief(steward, other_steward, chief):
    standing = ready_for("critical", steward=steward, other=other_steward, chief=chief)
    assert missing(standing) == []
    assert rising.hold_review(standing, at=NOW).rose
    assert fresh(standing).tier == "critical"


def test_a_review_without_a_nomination_is_held_and_recorded():
    standing = ready_for("high")
    review = rising.hold_review(standing, at=NOW)
    assert (review.rose, fresh(standing).tier) == (False, "standard")
    decision = review.sealed_as
    derived, sealed = replayed(decision)
    assert derived == sealed
    assert derived[2]["missing"] == ["nomination", "stewards"]
    assert (decision.type, decision.actor_ref) == ("companion.reviewed_for_rise", "rule")
    assert {it["name"] for it in review.criteria if it["verdict"] != "pass"} == {"nomination", "stewards"}
    told = OutboxMessage.objects.get(kind="companion.reviewed_for_rise")
    assert told.body == {"tier": "high", "rose": False, "missing": ["nomination", "stewards"]}


@pytest.mark.parametrize(("off", "held"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_a_review_falls_due_to_the_second(off, held):
    standing = risen(tier="standard", at=NOW - 30 * DAY - off)
    due = reviews_due(law=law_at(NOW), tier="high", at=NOW)
    assert due.filter(pk=standing.pk).exists() is held
    assert (rising.hold_review(standing, at=NOW) is not None) is held


def test_a_review_is_held_once_and_the_next_one_a_period_later():
    standing, law = risen(tier="standard", at=NOW - 30 * DAY), law_at(NOW)
    assert rising.hold_review(standing, at=NOW).due_at == NOW
    assert rising.hold_review(standing, at=NOW + DAY) is None
    assert not reviews_due(law=law, tier="high", at=NOW + 30 * DAY - SECOND).filter(pk=standing.pk).exists()
    assert reviews_due(law=law, tier="high", at=NOW + 30 * DAY).filter(pk=standing.pk).exists()
    assert rising.hold_review(standing, at=NOW + 30 * DAY).due_at == NOW + 30 * DAY


def test_of_reviews_that_nobody_held_only_the_latest_is_made_up():
    standing = risen(tier="standard", at=NOW - 100 * DAY)
    review = rising.hold_review(standing, at=NOW)
    assert (review.due_at, review.reviewed_at) == (NOW - 10 * DAY, NOW)
    assert rising.hold_review(standing, at=NOW + DAY) is None
    assert RiseReview.objects.count() == 1


def test_two_workers_hold_one_review(steward):
    standing = ready_for("high", steward=steward)
    other = fresh(standing)
    assert rising.hold_review(standing, at=NOW).rose
    assert rising.hold_review(other, at=NOW) is None
    assert RiseReview.objects.count() == 1


@pytest.mark.parametrize("move", ["suspend", "freeze"])
def test_who_does_not_count_is_not_reviewed_until_it_does(steward, move):
    standing = ready_for("high", steward=steward)
    more = {"hours": 24} if move == "suspend" else {}
    getattr(standings, move)(standing, by=by(steward), at=NOW - HOUR, reason=REASON, **more)
    assert not reviews_due(law=law_at(NOW), tier="high", at=NOW).filter(pk=standing.pk).exists()
    assert rising.hold_review(fresh(standing), at=NOW) is None


def test_the_sweep_ends_old_nominations_first_and_then_holds_reviews(steward):
    standing = ready_for("high", steward=steward)
    Nomination.objects.update(lapses_at=NOW)
    with time_machine.travel(NOW, tick=False):
        sweep_rising()
    assert Nomination.objects.get().state == "lapsed"
    review = RiseReview.objects.get(companion=standing.companion)
    assert (review.rose, [it["name"] for it in review.criteria if it["verdict"] != "pass"]) == (
        False,
        ["nomination", "stewards"],
    )


def test_sweeping_reviews_asks_as_much_for_many_that_are_not_due(django_assert_num_queries):
    law = law_at(NOW)
    for number in range(3):
        risen(f"M{number}_001", tier="standard", at=NOW - 30 * DAY + HOUR)
    with django_assert_num_queries(1):
        assert list(reviews_due(law=law, tier="high", at=NOW)) == []


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda it: it.companion.batteries.all().delete(), "battery: edge cases"),
        (lambda it: withdraw_endorsement(it.companion, by=by(a_person("citizen0")), at=NOW - SECOND), "endorsements"),
        (lambda it: Nomination.objects.update(lapses_at=NOW), "nomination"),
        (
            lambda it: Monitoring.objects.create(
                companion=it.companion, because="It fell.", began_at=NOW - DAY, until=NOW + SECOND
            ),
            "no closer monitoring",
        ),
        (lambda it: Standing.objects.filter(pk=it.pk).update(tier_since=NOW - 180 * DAY + SECOND), "days at the tier"),
    ],
)
def test_one_thing_amiss_holds_it_and_is_named(spoil, name, steward, other_steward, chief):
    standing = ready_for("critical", steward=steward, other=other_steward, chief=chief)
    spoil(standing)
    assert missing(fresh(standing)) == [name]


def test_a_failed_run_after_a_valid_one_bars_and_an_unfinished_one_takes_nothing_away(steward):
    standing = ready_for("high", steward=steward)
    passed(standing.companion, "reasoning", result="inconclusive", ended=HOUR / 2)
    assert missing(standing) == []
    passed(standing.companion, "reasoning", result="failed", ended=HOUR / 4)
    assert missing(standing) == ["battery: reasoning"]


@pytest.mark.parametrize(("off", "owed"), [(-SECOND, True), (timedelta(0), True), (SECOND, False)])
def test_a_warning_asks_for_a_positive_word_later_than_itself(steward, off, owed):
    standing = active(at=NOW)
    incident = an_incident(standing, severity="low", at=NOW - 2 * DAY)
    Penalty.objects.filter(incident=incident).delete()
    Penalty.objects.create(
        incident=incident,
        companion=standing.companion,
        law=version_at(NOW),
        nth=1,
        kind="warning",
        imposed_at=NOW - DAY,
        changed_at=NOW - DAY,
    )
    a_word(standing, positive=False, at=NOW - HOUR)
    a_word(standing, positive=True, at=NOW - DAY + off)
    assert (standing.companion_id in reviews_owed([standing.companion_id], NOW)) is owed
    assert reviews_owed([standing.companion_id], NOW - 2 * DAY) == {}


def test_critical_incidents_count_while_the_law_counts_offences_and_voided_ones_never():
    standing = active(at=NOW - 400 * DAY)
    since = {standing.companion_id: standing.tier_since}
    incident = an_incident(standing, severity="critical", at=NOW - 366 * DAY)
    incidents.confirm(incident, by=incidents.ATLAS, at=NOW - 365 * DAY, reason="Both found it.")

    def found(at):
        return grave_incidents(since, law=law_at(NOW), at=at).get(standing.companion_id, Grave())

    assert found(NOW - SECOND) == Grave(1, NOW - 365 * DAY, 0)
    assert found(NOW) == Grave()
    assert found(NOW - 365 * DAY - SECOND) == Grave(waiting=1)
    assert found(NOW - 367 * DAY) == Grave()
    incidents.void(incident, by=incidents.ATLAS, at=NOW - 10 * DAY, reason="It was no offence.")
    assert found(NOW - 5 * DAY) == Grave()
    assert found(NOW - 11 * DAY).confirmed == 1


def test_what_was_confirmed_before_the_tier_began_counts_no_more():
    standing = active(at=NOW)
    incident = an_incident(standing, severity="critical", at=NOW + DAY)
    incidents.confirm(incident, by=incidents.ATLAS, at=NOW + 2 * DAY, reason="Both found it.")
    law, pk = law_at(NOW), standing.companion_id
    at = NOW + 3 * DAY
    assert grave_incidents({pk: NOW + 2 * DAY}, law=law, at=at)[pk].confirmed == 1
    assert grave_incidents({pk: NOW + 2 * DAY + SECOND}, law=law, at=at).get(pk, Grave()) == Grave()


def test_days_back_in_shadow_mode_are_read_from_the_sealed_decisions():
    standing = active(at=NOW)
    pk = standing.companion_id
    for number, move in enumerate(("return_to_shadow", "activate", "return_to_shadow")):
        _decided(standing, move, at=NOW + (number + 1) * DAY)
    found = away_of({"YOURMODEL_001": pk}, {pk: NOW}, at=NOW + 5 * DAY)
    assert found == {pk: 3 * DAY}


def test_evidence_of_a_past_time_knows_nothing_that_came_later(steward, other_steward, chief):
    standing = ready_for("critical", steward=steward, other=other_steward, chief=chief)
    open_then = missing(standing, NOW - 2 * HOUR)
    assert {"nomination", "stewards", "endorsements", "invitation"} <= set(open_then)
    assert missing(standing, NOW) == []


def test_from_research_it_rises_by_rule_at_an_assessment():
    standing = active(at=NOW - 8 * DAY, tier="research")
    measured(standing.companion)
    with time_machine.travel(NOW, tick=False):
        sweep_assessments()
    row = fresh(standing)
    assert (row.tier, row.tier_since, row.vote_weight) == ("standard", NOW, Decimal("0.7"))
    derived, sealed = replayed(last_decision("companion", "YOURMODEL_001", moves=["rise_to_standard"]))
    assert derived == sealed


@pytest.mark.parametrize(("off", "rises"), [(-SECOND, False), (timedelta(0), True)])
def test_from_research_a_whole_window_at_the_tier_is_asked(off, rises):
    standing = active(at=NOW - 7 * DAY - off, tier="research")
    measured(standing.companion)
    assert bool(rising.climb([standing], at=NOW)) is rises


@pytest.mark.parametrize("tier", ["standard", "high", "critical"])
def test_only_from_research_it_climbs_without_a_review(tier):
    standing = risen(tier=tier, at=NOW - 200 * DAY)
    measured(standing.companion)
    assert rising.climb([standing], at=NOW) == []


def test_nothing_climbs_while_it_is_watched_or_frozen(steward):
    standing = active(at=NOW - 8 * DAY, tier="research")
    measured(standing.companion)
    watch = Monitoring.objects.create(
        companion=standing.companion, because="It fell.", began_at=NOW - DAY, until=NOW + SECOND
    )
    assert rising.climb([standing], at=NOW) == []
    watch.delete()
    standings.freeze(standing, by=by(steward), at=NOW, reason=REASON)
    assert rising.climb([standing], at=NOW) == []
    standings.unfreeze(standing, by=by(steward), at=NOW, reason=REASON)
    assert rising.climb([standing], at=NOW) == [standing]


def test_a_steward_promotes_before_the_next_review_where_nothing_is_missing(steward, other_steward):
    standing = ready_for("high", held=40 * DAY, steward=steward)
    rising.promote(standing, by=by(other_steward), at=NOW, reason=REASON)
    assert fresh(standing).tier == "high"
    assert Nomination.objects.get().state == "promoted"
    decision = last_decision("companion", "YOURMODEL_001", moves=["rise_to_high"])
    assert decision.actor_ref == by(other_steward).ref
    derived, sealed = replayed(decision)
    assert derived == sealed


def test_a_promotion_past_what_the_tier_asks_is_refused_with_what_is_missing(steward):
    standing = ready_for("high")
    with pytest.raises(Refused) as refused:
        rising.promote(standing, by=by(steward), at=NOW, reason=REASON)
    assert [reason.split(":")[0] for reason in refused.value.reasons] == ["nomination", "stewards"]
    assert fresh(standing).tier == "standard"


def test_from_research_a_steward_promotes_with_the_criteria_in_view_unless_it_is_watched(steward):
    standing = active(at=NOW, tier="research")
    watch = Monitoring.objects.create(
        companion=standing.companion, because="It fell.", began_at=NOW - DAY, until=NOW + DAY
    )
    with pytest.raises(Refused, match="no closer monitoring"):
        rising.promote(standing, by=by(steward), at=NOW, reason=REASON)
    watch.delete()
    assert rising.promote(standing, by=by(steward), at=NOW, reason=REASON).tier == "standard"


def test_who_may_not_promote_is_told_before_anything_else(steward):
    standing = active(at=NOW)
    with pytest.raises(Forbidden, match="steward's word"):
        rising.promote(standing, by=Actor.provider("other"), at=NOW, reason=REASON)
    with pytest.raises(AlreadyDecided):
        rising.promote(standing, by=by(steward), at=NOW, reason=REASON, version=standing.version - 1)
    steward.organisation = standing.companion.provider
    steward.save()
    with pytest.raises(Forbidden, match="own organisation"):
        rising.promote(standing, by=by(steward), at=NOW, reason=REASON)


def test_a_granted_appeal_restores_the_tier_and_the_time_at_it(steward):
    standing = risen(tier="high", at=NOW - 50 * DAY)
    with pytest.raises(Refused, match="no higher tier"):
        standings.restore_tier(standing, by=by(steward), at=NOW, reason=REASON)
    standings.demote(standing, by=by(steward), at=NOW, reason=REASON)
    assert (standing.tier, standing.tier_since) == ("standard", NOW)
    standings.restore_tier(standing, by=by(steward), at=NOW + DAY, reason=REASON)
    assert (standing.tier, standing.tier_since, standing.vote_weight) == ("high", NOW - 50 * DAY, Decimal("0.9"))


def test_a_tier_restored_while_suspended_gives_its_vote_back_with_the_suspensions_end(steward):
    standing = risen(tier="high", at=NOW - 50 * DAY)
    standings.demote(standing, by=by(steward), at=NOW, reason=REASON)
    standings.suspend(standing, hours=24, by=by(steward), at=NOW, reason=REASON)
    standings.restore_tier(standing, by=by(steward), at=NOW + HOUR, reason=REASON)
    standings.end_suspension(standing, by=standings.RULE, at=NOW + DAY, reason="Its time is over.")
    assert (standing.state, standing.tier, standing.vote_weight) == ("active", "high", Decimal("0.9"))


def test_a_review_runs_under_the_law_that_the_nomination_began_under(steward):
    standing = ready_for("high", steward=steward)
    stricter(NOW - SECOND)
    review = rising.hold_review(standing, at=NOW)
    assert (review.rose, review.law_digest) == (True, Nomination.objects.get().law.digest)


def test_without_a_nomination_the_law_in_force_is_asked():
    standing = ready_for("high")
    stricter(NOW - SECOND)
    assert "days at the tier" in missing(standing)


def test_readiness_names_the_review_and_by_when_the_tier_could_be_reached(steward):
    standing = risen(tier="standard", at=NOW - 10 * DAY)
    measured(standing.companion)
    passed(standing.companion, "reasoning")
    found = readiness_to_rise(standing, NOW)
    assert (found.tier, found.review_due_at) == ("high", NOW + 20 * DAY)
    assert found.reachable_at == NOW + 20 * DAY
    by_name = {criterion.name: forecast for criterion, forecast in found.lines}
    assert by_name["days at the tier"].at == NOW + 20 * DAY
    assert by_name["nomination"].by_act


def test_at_the_top_nothing_is_asked_and_in_shadow_mode_the_way_out_is():
    top = risen("TOP_001", tier="critical", at=NOW - DAY)
    assert readiness_to_rise(top, NOW).tier is None
    from_shadow = active("BACK_001", at=NOW, provider="other-org")
    assert readiness_to_rise(from_shadow, NOW).tier == "high"


def test_readiness_costs_a_fixed_number_of_queries(steward, django_assert_max_num_queries):
    standing = ready_for("high", steward=steward)
    for number in range(3):
        an_incident(standing, severity="critical", at=NOW - number * DAY)
    with django_assert_max_num_queries(20):
        readiness_to_rise(standing, NOW)


def an_incident(standing, *, severity, at):
    return incidents.open_incident(
        standing.companion, kind="report", severity=severity, summary="It did harm.", by=incidents.ATLAS, at=at
    )


def a_word(standing, *, positive, at):
    Review.objects.create(companion=standing.companion, verdict="x", is_positive=positive, given_at=at)


def stricter(at):
    """Another law from ``at`` on, by which the way to high asks for 31 days."""

    document = json.loads(json.dumps(version_at(at).document))
    document["version"], document["rising"]["high"]["days_below"] = "1.0.1", "31d"
    enact(document, by=Actor.system("bootstrap"), at=at, reason="stricter")


def _decided(standing, move, *, at):

    with sealed_atomic():
        seal(
            f"companion.{move}",
            subject=("companion", standing.companion.ref),
            actor=("system", "rule"),
            move=move,
            at=at,
            law=("1.0.0", "0" * 64),
        )
    assert Decision.objects.filter(move=move).exists()
