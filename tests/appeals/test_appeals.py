"""Contesting: who may, when, what follows."""

from datetime import timedelta

import pytest

from appeals import actions
from appeals.body import parse_appeal
from appeals.models import Appeal
from appeals.queries import overdue, self_reviews_over, waiting_for_sentinel
from appeals.targets import NoSuchDecision
from charter.scoring.shape import Status
from faces.schema import Invalid
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.queries import last_decision
from onboarding.models.application import State
from registry.models import Person
from shadow.models import DeskItem
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, active
from tests.factories.onboarding import an_application
from tests.replaying import replayed
from tests.shadow.desking import scored
from tiers.actions import incidents
from tiers.actions import standing as standings

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def by(person):
    return Actor.person(person)


def body(target, *, companion="YOURMODEL_001", **more):
    name = "incidentId" if target.startswith("INC-") else "decisionId"
    fields = {"companionId": companion, name: target, "reason": "It was flagged wrongly.", "evidence": "See line 3."}
    return parse_appeal({key: value for key, value in {**fields, **more}.items() if value is not None})


@pytest.fixture
def suspended(steward):
    standing = standings.suspend(active(at=NOW), hours=72, by=by(steward), at=NOW, reason="Three complaints.")
    return standing, last_decision("companion", "YOURMODEL_001", moves=["suspend"]).public_id


def test_a_suspension_is_appealed_and_lifted_by_another_steward(suspended, steward, other_steward):
    standing, decision = suspended
    appeal = actions.submit(body(decision), by=PROVIDER, at=NOW)
    assert appeal.due_at == NOW + DAY
    actions.finish_self_review(appeal, by=PROVIDER, at=NOW + HOUR)
    assert appeal.state == "sentinel_review"
    actions.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW + HOUR)
    assert appeal.state == "steward_review"
    with pytest.raises(Forbidden):
        actions.grant(appeal, by=by(steward), reason="I was right.", at=NOW + 2 * HOUR)
    actions.grant(appeal, by=by(other_steward), reason="The complaints were about another model.", at=NOW + 2 * HOUR)
    standing.refresh_from_db()
    assert (appeal.state, standing.state) == ("granted", "active")
    assert appeal.answer == "The complaints were about another model."


def test_a_granted_appeal_and_its_remedy_are_one_transaction(suspended, other_steward, monkeypatch):
    _, decision = suspended
    appeal = actions.submit(body(decision), by=PROVIDER, at=NOW)
    actions.finish_self_review(appeal, by=PROVIDER, at=NOW)
    actions.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW)

    def fails(*_args, **_kwargs):
        raise Refused("Not now.")

    monkeypatch.setattr(standings, "end_suspension", fails)
    with pytest.raises(Refused):
        actions.grant(appeal, by=by(other_steward), reason="Lift it.", at=NOW)
    assert Appeal.objects.get(pk=appeal.pk).state == "steward_review"
    assert last_decision("appeal", appeal.public_id).move == "bring_to_steward"


def test_a_modified_appeal_shortens_the_suspension_from_its_beginning(suspended, other_steward):
    standing, decision = suspended
    appeal = actions.submit(body(decision), by=PROVIDER, at=NOW)
    actions.finish_self_review(appeal, by=PROVIDER, at=NOW)
    actions.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW)
    actions.modify(appeal, by=by(other_steward), reason="A day is enough.", at=NOW + HOUR, hours=24)
    standing.refresh_from_db()
    assert standing.suspended_until == NOW + DAY
    with pytest.raises(Refused, match="final"):
        actions.submit(body(decision), by=PROVIDER, at=NOW + HOUR)


def test_one_open_appeal_per_decision(suspended):
    _, decision = suspended
    actions.submit(body(decision), by=PROVIDER, at=NOW)
    with pytest.raises(Refused, match="open already"):
        actions.submit(body(decision), by=PROVIDER, at=NOW)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_an_appeal_is_submitted_within_the_laws_days(suspended, late):
    standing, decision = suspended
    at = NOW + 14 * DAY + late
    standings.end_suspension(standing, by=standings.RULE, at=NOW + 3 * DAY, reason="Over.")
    if late:
        with pytest.raises(Refused, match="14 days"):
            actions.submit(body(decision), by=PROVIDER, at=at)
    else:
        assert actions.submit(body(decision), by=PROVIDER, at=at).state == "self_review"


def test_what_is_not_ones_own_does_not_exist(suspended):
    _, decision = suspended
    for stranger in (Actor.provider("somebody-else"), Actor("human", "urn:uuid:1", roles=frozenset({"citizen"}))):
        with pytest.raises(NoSuchDecision):
            actions.submit(body(decision), by=stranger, at=NOW)


def test_a_citizen_contests_what_a_machine_decided(db):
    active(at=NOW)
    decision = last_decision("companion", "YOURMODEL_001", moves=["activate"]).public_id
    citizen = Person.objects.create_user("cy@example.org", "correct horse battery", roles=["citizen"])
    appeal = actions.submit(body(decision), by=by(citizen), at=NOW)
    assert (appeal.party_kind, appeal.party_ref) == ("citizen", f"urn:uuid:{citizen.pk}")


def test_the_companion_is_asked_for_where_there_is_one(suspended):
    _, decision = suspended
    with pytest.raises(Invalid) as invalid:
        actions.submit(body(decision, companion=None), by=PROVIDER, at=NOW)
    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [("/companionId", "required")]


def test_a_citizen_contests_a_machines_decision_that_has_no_companion(db):
    decision = last_decision("application", an_application(State.RETURNED).public_id, moves=["give_back"])
    citizen = Person.objects.create_user("cy@example.org", "correct horse battery", roles=["citizen"])
    appeal = actions.submit(body(decision.public_id, companion=None), by=by(citizen), at=NOW)
    assert (appeal.companion, appeal.decision.move) == (None, "give_back")


def an_offence(by_system="rule"):
    companion = active(at=NOW).companion
    incident = incidents.open_incident(
        companion,
        kind="veto",
        severity="critical",
        summary="An answer was vetoed.",
        rule="privacy.card",
        by=Actor.system("atlas"),
        at=NOW,
    )
    return incidents.confirm(incident, by=Actor.system(by_system), at=NOW, reason="Found again.")


def test_the_sentinel_undoes_a_machines_offence_that_does_not_hold():
    incident = an_offence()
    appeal = actions.submit(body(incident.public_id), by=PROVIDER, at=NOW)
    actions.finish_self_review(appeal, by=PROVIDER, at=NOW)
    assert waiting_for_sentinel(at=NOW).get() == appeal
    actions.advise(appeal, {"holds": False, "reason": "0 of 1 answers are still critical.", "answers": []}, at=NOW)
    incident.refresh_from_db()
    assert (appeal.state, incident.state) == ("granted", "voided")


def test_after_the_sentinels_denial_the_party_may_ask_for_a_steward(steward):
    incident = an_offence()
    appeal = actions.submit(body(incident.public_id), by=PROVIDER, at=NOW)
    actions.finish_self_review(appeal, by=PROVIDER, at=NOW)
    actions.advise(appeal, {"holds": True, "reason": "1 of 1 answers is still critical.", "answers": []}, at=NOW)
    assert appeal.state == "denied_by_sentinel"
    actions.ask_for_steward(appeal, by=PROVIDER, at=NOW + HOUR)
    assert appeal.due_at == NOW + HOUR + 2 * DAY
    assert actions.deny(appeal, by=by(steward), reason="The card number is real.", at=NOW + 2 * HOUR).state == "denied"


def test_an_appeal_against_atlas_goes_straight_to_a_person():
    incident = an_offence(by_system="atlas")
    appeal = actions.submit(body(incident.public_id), by=PROVIDER, at=NOW)
    assert actions.finish_self_review(appeal, by=PROVIDER, at=NOW).state == "steward_review"


def test_the_clocks_move_an_appeal_on_and_silence_decides_nothing():
    incident = an_offence(by_system="atlas")
    appeal = actions.submit(body(incident.public_id), by=PROVIDER, at=NOW)
    assert not self_reviews_over(at=NOW + DAY - timedelta(seconds=1)).exists()
    actions.move_on(self_reviews_over(at=NOW + DAY).get(), at=NOW + DAY)
    replayed("appeal.skip_sentinel")
    due = NOW + 3 * DAY
    assert not overdue(at=due - timedelta(seconds=1)).exists()
    assert actions.escalate(overdue(at=due).get(), at=due)
    assert not overdue(at=due).exists()
    appeal.refresh_from_db()
    assert (appeal.state, appeal.escalated_at) == ("steward_review", due)


def test_the_words_of_the_party_stand_in_the_ledger_as_commitments_alone(suspended):
    _, decision = suspended
    appeal = actions.submit(body(decision, evidence="zebra-evidence-words"), by=PROVIDER, at=NOW)
    entry = bytes(last_decision("appeal", appeal.public_id).seal.entry)
    assert b"zebra-evidence-words" not in entry
    assert b'"private":{"evidence":' in entry


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"incidentId": "INC-00001"}, "/incidentId", "exactly_one"),
        ({"decisionId": None}, "/incidentId", "exactly_one"),
        ({"companionId": None, "decisionId": None, "incidentId": "INC-00001"}, "/companionId", "required"),
        ({"reason": ""}, "/reason", "wrong_length"),
        ({"reason": 5}, "/reason", "wrong_type"),
        ({"evidence": "x" * 20_001}, "/evidence", "wrong_length"),
        ({"more": 1}, "/more", "unknown_field"),
        ({"decisionId": "dec_1"}, "/decisionId", "wrong_format"),
    ],
)
def test_what_is_wrong_in_a_body_is_named(changes, pointer, code):
    right = {"companionId": "YOURMODEL_001", "decisionId": "dec_" + "0" * 32, "reason": "Why", "evidence": "That"}
    data = {key: value for key, value in {**right, **changes}.items() if value is not None}
    with pytest.raises(Invalid) as invalid:
        parse_appeal(data)
    assert (pointer, code) in [(fault.pointer, fault.code) for fault in invalid.value.faults]


def test_people_are_asked_about_the_answers_that_an_appealed_offence_rests_on(law):
    incident = an_offence()
    sample_id = scored(incident.companion, law, 30, status=Status.FINAL, veto=True)
    incidents.join(incident, sample_id=sample_id, slot_at=NOW, at=NOW)
    actions.submit(body(incident.public_id), by=PROVIDER, at=NOW)
    assert [(item.sample_id, item.why) for item in DeskItem.objects.all()] == [(sample_id, "appeal")]
