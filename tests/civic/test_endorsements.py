"""Endorsements: who may give one, how they are counted and weighed, what the ledger holds of them."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from charter.law import shipped_law
from charter.queries import law_at
from civic import rules
from civic.actions import endorse, withdraw_endorsement
from civic.models import Endorsement
from civic.queries import endorsement_by, endorsements_counted, endorsements_decayed, endorsements_of
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Salt
from ledger.queries import last_decision
from registry.models import OutboxMessage, Person
from tests.conftest import NOW
from tests.factories.companions import a_companion

LAW = shipped_law()
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
REASON = "It answered every question of our council patiently."


def by(person):
    return Actor.person(person)


@pytest.fixture
def companion(db):
    return a_companion()


@pytest.fixture
def citizen(db):
    return Person.objects.create_user("cleo@example.org", "correct horse battery", name="Cleo", roles=["citizen"])


def test_a_citizen_endorses_and_the_ledger_holds_no_word_of_it(companion, citizen):
    row = endorse(companion, by=by(citizen), at=NOW, reason=REASON)
    decision = last_decision("companion", companion.ref, moves=["endorse"])
    entry = bytes(decision.seal.entry).decode()
    assert (decision.type, decision.actor_ref) == ("companion.endorsed", f"urn:uuid:{citizen.pk}")
    assert (row.by_ref, row.reason) == (decision.actor_ref, REASON)
    assert REASON not in entry
    assert "Cleo" not in entry
    assert json.loads(entry)["private"].keys() == {"reason"}
    assert Salt.objects.get(entry_id=decision.pk, field="reason").value == REASON
    assert OutboxMessage.objects.filter(kind="companion.endorsed", provider=companion.provider).count() == 1


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        (["citizen"], True),
        (["steward"], True),
        (["chief"], True),
        (["viewer"], False),
        (["auditor"], False),
        ([], False),
    ],
)
def test_stewards_and_citizens_endorse_and_nobody_else(companion, roles, may):
    person = Person.objects.create_user("p@example.org", "correct horse battery", roles=roles)
    if may:
        assert endorse(companion, by=by(person), at=NOW).person == person
    else:
        with pytest.raises(Forbidden, match="Stewards and citizens"):
            endorse(companion, by=by(person), at=NOW)
        assert not Endorsement.objects.exists()


@pytest.mark.parametrize("actor", [Actor.provider("your-org"), Actor.provider("other"), Actor.system("rule")])
def test_only_people_endorse(companion, actor):
    with pytest.raises(Forbidden):
        endorse(companion, by=actor, at=NOW)


def test_nobody_endorses_a_companion_of_their_own_organisation(companion, citizen):
    citizen.organisation = companion.provider
    citizen.save()
    with pytest.raises(Forbidden, match="own organisation"):
        endorse(companion, by=by(citizen), at=NOW)


def test_one_endorsement_of_a_person_stands_at_a_time(companion, citizen):
    endorse(companion, by=by(citizen), at=NOW)
    with pytest.raises(Refused, match="already"):
        endorse(companion, by=by(citizen), at=NOW + SECOND)
    withdraw_endorsement(companion, by=by(citizen), at=NOW + DAY)
    again = endorse(companion, by=by(citizen), at=NOW + 2 * DAY)
    assert list(endorsements_of(companion)) == [again]
    assert endorsement_by(citizen, companion) == again


def test_what_nobody_gave_cannot_be_taken_back(companion, citizen, steward):
    endorse(companion, by=by(citizen), at=NOW)
    with pytest.raises(Refused, match="do not endorse"):
        withdraw_endorsement(companion, by=by(steward), at=NOW)
    withdraw_endorsement(companion, by=by(citizen), at=NOW)
    with pytest.raises(Refused, match="do not endorse"):
        withdraw_endorsement(companion, by=by(citizen), at=NOW)
    assert last_decision("companion", companion.ref).type == "companion.endorsement_withdrawn"


@pytest.mark.parametrize(("length", "fits"), [(1000, True), (1001, False)])
def test_a_reason_has_its_length(companion, citizen, length, fits):
    if fits:
        endorse(companion, by=by(citizen), at=NOW, reason="x" * length)
    else:
        with pytest.raises(Refused):
            endorse(companion, by=by(citizen), at=NOW, reason="x" * length)


@pytest.mark.parametrize(
    ("off", "counted"),
    [(-SECOND, 0), (timedelta(0), 1), (DAY - SECOND, 1), (DAY, 0), (DAY + SECOND, 0)],
)
def test_it_counts_from_when_it_was_given_until_it_was_taken_back(companion, citizen, off, counted):
    endorse(companion, by=by(citizen), at=NOW)
    withdraw_endorsement(companion, by=by(citizen), at=NOW + DAY)
    assert endorsements_counted([companion.pk], NOW + off) == {companion.pk: counted}
    assert (endorsements_decayed([companion.pk], NOW + off, law_at(NOW))[companion.pk] > 0) is bool(counted)


def test_counts_are_read_in_one_query_for_all(companion, citizen, steward, django_assert_num_queries):
    other = a_companion("OTHER_001", provider="other-org")
    endorse(companion, by=by(citizen), at=NOW)
    endorse(companion, by=by(steward), at=NOW)
    with django_assert_num_queries(1):
        assert endorsements_counted([companion.pk, other.pk], NOW) == {companion.pk: 2, other.pk: 0}
    with django_assert_num_queries(1):
        found = endorsements_decayed([companion.pk, other.pk], NOW, LAW)
    assert found == {companion.pk: Decimal(2), other.pk: Decimal(0)}


@pytest.mark.parametrize(
    ("age", "weight"),
    [
        (timedelta(0), "1"),
        (DAY - SECOND, "1"),
        (DAY, "0.98"),
        (DAY + SECOND, "0.98"),
        (2 * DAY, "0.9604"),
        (90 * DAY, "0"),
        (90 * DAY + SECOND, "0"),
    ],
)
def test_an_endorsement_weighs_less_with_every_whole_unit_of_age(age, weight):
    assert rules.weight_of([NOW - age], at=NOW, law=LAW.gi) == Decimal(weight)


def test_the_last_second_of_the_window_still_counts_and_what_is_not_given_yet_does_not():
    oldest = rules.weight_of([NOW - 90 * DAY + SECOND], at=NOW, law=LAW.gi)
    assert Decimal("0.1656") < oldest < Decimal("0.1657")
    assert rules.weight_of([NOW + SECOND], at=NOW, law=LAW.gi) == 0
    assert rules.weight_of([NOW, NOW - DAY], at=NOW, law=LAW.gi) == Decimal("1.98")
