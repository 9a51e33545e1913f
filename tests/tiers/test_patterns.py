"""What shows only in many answers: a rate below the law's beyond doubt, and suspicions of one rule that repeat."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.actors import Actor
from ledger.queries import evidence_of, last_decision
from shadow.actions.summing import add_scores
from tests.conftest import NOW
from tests.factories.companions import a_companion, active, in_shadow
from tests.tiers.declining import DAY, HOUR, SECOND, replayed, without_basis
from tiers.actions import incidents
from tiers.actions.patterns import look_for_patterns, look_for_rates
from tiers.models import Incident, Penalty
from tiers.rules import patterns as rules
from tiers.rules.patterns import Before, Rated, Suspected
from tiers.tasks import sweep_patterns

ATLAS = incidents.ATLAS


def rated(scored, compliant, *, until=NOW):
    return Rated(until - DAY, until, scored, compliant)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scored", "compliant", "below"),
    [
        (49, 0, False),
        (50, 0, True),
        # By the formula of Wilson with z = 2.3263: upper bounds of .93884, .95101, .94730 and .95001.
        (50, 43, True),
        (50, 44, False),
        (288, 264, True),
        (288, 265, False),
        (288, 273, False),
        (288, 288, False),
    ],
)
def test_a_rate_is_below_beyond_doubt_or_it_is_not(law, scored, compliant, below):
    assert rules.is_below_rate(rated(scored, compliant), law) is below


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "ago", "step"),
    [
        ("open", timedelta(0), "join"),
        ("open", 40 * DAY, "join"),
        ("confirmed", DAY, "join"),
        ("confirmed", DAY + SECOND, "open_incident"),
        ("cleared", DAY - SECOND, None),
        ("cleared", DAY, "open_incident"),
        ("voided", DAY - SECOND, None),
        ("voided", DAY + SECOND, "open_incident"),
    ],
)
def test_one_fault_is_one_incident(law, state, ago, step):
    assert rules.rate_step(rated(288, 100), Before(state, NOW - ago), law) == step


@pytest.mark.django_db
def test_without_one_before_it_opens_and_a_good_rate_does_nothing(law):
    assert rules.rate_step(rated(288, 100), None, law) == "open_incident"
    assert rules.rate_step(rated(288, 288), Before("open", NOW), law) is None


def suspected(*ages):
    return [Suspected(f"INC-{n:05d}", "low", NOW - age) for n, age in enumerate(ages, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ages", "named", "n"),
    [
        ([DAY, 2 * DAY], None, 0),
        ([DAY, 2 * DAY, 3 * DAY], None, 3),
        ([DAY, 2 * DAY, 30 * DAY - SECOND], None, 3),
        ([DAY, 2 * DAY, 30 * DAY], None, 0),
        ([DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY], 3 * DAY, 0),
        ([DAY, 2 * DAY, 3 * DAY - SECOND, 4 * DAY], 3 * DAY, 3),
        ([DAY, 2 * DAY, 3 * DAY], 3 * DAY, 0),
    ],
)
def test_a_pattern_is_three_within_the_laws_days_and_never_the_same_ones_again(law, ages, named, n):
    found = rules.pattern_of(suspected(*ages), named_until=NOW - named if named else None, law=law, at=NOW)
    assert len(found) == n
    assert [it.opened_at for it in found] == sorted(it.opened_at for it in found)


@pytest.mark.parametrize(
    ("severities", "gravest"),
    [(["low", "high", "medium"], "high"), (["low"], "low"), (["high", "critical"], "critical")],
)
def test_a_pattern_is_as_grave_as_its_gravest(severities, gravest):
    assert rules.gravest([Suspected("INC-00001", it, NOW) for it in severities]) == gravest


def test_a_long_rule_keeps_its_name_within_the_column():
    assert len(rules.pattern_rule("x" * 80)) == Incident._meta.get_field("rule").max_length


# The rows.


def answers(companion, *, at=NOW, hours=24, scored=12, compliant=12):
    scorer = scorer_of(law_at(NOW)).digest
    counts = Counter(scored=scored, compliant=compliant, score_sum=90 * scored)
    add_scores({(companion.pk, scorer, at - n * HOUR): (counts, Counter()) for n in range(1, hours + 1)})


@pytest.mark.django_db
def test_a_low_day_opens_one_incident_that_waits_for_a_steward(steward):
    companion = active(at=NOW - 10 * DAY).companion
    answers(companion, at=NOW, compliant=11)
    (incident,) = look_for_rates(at=NOW)
    assert (incident.kind, incident.state, incident.severity, incident.rule) == (
        "rate", "open", "medium", "rate.compliance",
    )  # fmt: skip
    assert incident.summary == "264 of 288 answers complied within 1 day."
    assert look_for_rates(at=NOW) == []
    answers(companion, at=NOW + HOUR, hours=1, compliant=0)
    assert look_for_rates(at=NOW + HOUR) == []
    incident.refresh_from_db()
    assert (Incident.objects.count(), incident.last_seen_at) == (1, NOW + HOUR)
    incidents.confirm(incident, by=Actor.person(steward), at=NOW + 2 * HOUR, reason="Over and over.")
    assert Penalty.objects.get().nth == 1
    assert (replayed()[1], without_basis()) == ([], [])


@pytest.mark.django_db
def test_what_a_steward_cleared_is_not_opened_again_from_the_same_answers(steward):
    companion = active(at=NOW - 10 * DAY).companion
    answers(companion, at=NOW, compliant=11)
    (incident,) = look_for_rates(at=NOW)
    incidents.clear(incident, by=Actor.person(steward), at=NOW + HOUR, reason="A set of questions of ours.")
    assert look_for_rates(at=NOW + 23 * HOUR) == []
    answers(companion, at=NOW + 24 * HOUR, compliant=11)
    assert [it.opened_at for it in look_for_rates(at=NOW + 24 * HOUR)] == [NOW + 24 * HOUR]
    assert replayed()[1] == []


@pytest.mark.django_db
def test_whoever_is_probed_is_looked_at_and_nobody_else():
    shadow = in_shadow(at=NOW - 10 * DAY)
    mounted = a_companion("MOUNTED_001", provider="other-org", at=NOW - 10 * DAY)
    for companion in (shadow.companion, mounted):
        answers(companion, compliant=6)
    assert [it.companion for it in look_for_rates(at=NOW)] == [shadow.companion]


@pytest.mark.django_db
def test_looking_at_many_costs_what_looking_at_one_costs(django_assert_max_num_queries):
    for number in range(12):
        answers(active(f"MODEL{number}_001", provider=f"org-{number}", at=NOW - 10 * DAY).companion)
    with django_assert_max_num_queries(6):
        assert look_for_rates(at=NOW) == []
    with django_assert_max_num_queries(4):
        assert look_for_patterns(at=NOW) == []


def suspicion(companion, *, at, rule="safety.learned", state="cleared", kind="low_score", severity="medium"):
    incident = incidents.open_incident(
        companion, kind=kind, severity=severity, summary="A low score.", rule=rule, by=ATLAS, at=at,
        evidence={"answer": {"sample": str(uuid.uuid4())}},
    )  # fmt: skip
    return incidents.clear(incident, by=ATLAS, at=at, reason="Clear.") if state == "cleared" else incident


@pytest.mark.django_db
def test_suspicions_that_repeat_become_one_incident_that_names_them():
    companion = active(at=NOW - 30 * DAY).companion
    found = [suspicion(companion, at=NOW - n * DAY, state=state) for n, state in ((3, "cleared"), (2, "open"))]
    assert look_for_patterns(at=NOW) == []
    found.append(suspicion(companion, at=NOW - HOUR, severity="high"))
    suspicion(companion, at=NOW - HOUR, rule="another.rule")
    (incident,) = look_for_patterns(at=NOW)
    assert (incident.kind, incident.state, incident.severity, incident.rule) == (
        "pattern", "open", "high", "pattern.safety.learned",
    )  # fmt: skip
    assert all(it.public_id in incident.summary for it in found)
    sealed = last_decision("incident", incident.public_id)
    basis = evidence_of(next(it["sha256"] for it in sealed.evidence if it["name"] == "basis"))
    assert [it["ref"] for it in basis["found"]] == [it.public_id for it in found]
    assert replayed()[1] == []


@pytest.mark.django_db
def test_the_same_suspicions_make_no_second_pattern_and_three_new_ones_do(steward):
    companion = active(at=NOW - 30 * DAY).companion
    for number in (3, 2, 1):
        suspicion(companion, at=NOW - number * DAY)
    (first,) = look_for_patterns(at=NOW)
    incidents.clear(first, by=Actor.person(steward), at=NOW + SECOND, reason="Different matters.")
    for number in (1, 2):
        suspicion(companion, at=NOW + number * HOUR)
        assert look_for_patterns(at=NOW + number * HOUR) == []
    suspicion(companion, at=NOW + 3 * HOUR)
    (second,) = look_for_patterns(at=NOW + 3 * HOUR)
    assert second.summary.startswith("3 suspicions of safety.learned")
    assert replayed()[1] == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["report", "rate", "pattern", "outage"])
def test_only_single_answers_make_a_pattern(kind):
    companion = active(at=NOW - 30 * DAY).companion
    for number in (3, 2, 1):
        suspicion(companion, at=NOW - number * DAY, kind=kind)
    assert look_for_patterns(at=NOW) == []


@pytest.mark.django_db
def test_an_offence_is_no_part_of_a_pattern(steward):
    companion = active(at=NOW - 30 * DAY).companion
    for number in (3, 2):
        suspicion(companion, at=NOW - number * DAY)
    offence = suspicion(companion, at=NOW - DAY, state="open")
    incidents.confirm(offence, by=Actor.person(steward), at=NOW - HOUR, reason="It is one.")
    assert look_for_patterns(at=NOW) == []


@pytest.mark.django_db
def test_the_sweep_looks_once_for_each_bucket():
    companion = active(at=NOW - 10 * DAY).companion
    answers(companion, at=NOW, compliant=6)
    with time_machine.travel(NOW + SECOND, tick=False) as clock:
        sweep_patterns()
        Incident.objects.update(last_seen_at=NOW - DAY)
        sweep_patterns()
        assert Incident.objects.get().last_seen_at == NOW - DAY
        clock.move_to(NOW + HOUR)
        sweep_patterns()
    assert Incident.objects.get().last_seen_at == NOW + HOUR


# One fault, one offence.


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("confirmed_after", "seen_after", "joins"),
    [
        (None, 24 * HOUR, True),
        (None, 24 * HOUR + SECOND, False),
        (10 * HOUR, 24 * HOUR, True),
        (10 * HOUR, 24 * HOUR + SECOND, False),
        (3 * DAY, 3 * DAY, True),
        (3 * DAY, 3 * DAY + SECOND, False),
    ],
)
def test_what_came_before_its_provider_could_know_joins_the_offence(confirmed_after, seen_after, joins):
    companion = active(at=NOW - 10 * DAY).companion
    incident = suspicion(companion, at=NOW, state="open", rule="privacy.card")
    if confirmed_after:
        incidents.confirm(incident, by=ATLAS, at=NOW + confirmed_after, reason="Found again.")
    found = incidents.joined_by(companion, rule="privacy.card", seen_at=NOW + seen_after)
    assert found == (incident if joins else None)


@pytest.mark.django_db
def test_a_further_answer_joins_the_offence_though_another_suspicion_was_cleared_since():
    companion = active(at=NOW - 10 * DAY).companion
    offence = suspicion(companion, at=NOW, state="open", rule="privacy.card")
    incidents.confirm(offence, by=ATLAS, at=NOW + HOUR, reason="Found again.")
    suspicion(companion, at=NOW + 2 * HOUR, rule="privacy.card")
    assert incidents.joined_by(companion, rule="privacy.card", seen_at=NOW + 3 * HOUR) == offence
