"""Incidents: numbered, joined, confirmed, cleared, voided."""

import uuid
from datetime import timedelta

import pytest

from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from registry.models import Person
from shadow.models import Hold
from tests.conftest import NOW
from tests.factories.companions import active
from tiers.actions import incidents

pytestmark = pytest.mark.django_db
ATLAS = Actor.system("atlas")


def opened(companion, **more):
    facts = {"kind": "veto", "severity": "critical", "summary": "An answer was vetoed.", "rule": "privacy.card"}
    return incidents.open_incident(companion, at=NOW, **{"by": ATLAS, **facts, **more})


def test_incidents_are_numbered_one_after_the_other():
    companion = active().companion
    assert [opened(companion).public_id, opened(companion, rule="x.y").public_id] == ["INC-00001", "INC-00002"]


def test_a_further_veto_of_the_same_rule_joins_within_the_laws_day():
    companion = active().companion
    incident = opened(companion, seen_at=NOW)
    day = timedelta(hours=24)
    assert incidents.joined_by(companion, rule="privacy.card", seen_at=NOW + day) == incident
    assert incidents.joined_by(companion, rule="privacy.card", seen_at=NOW + day + timedelta(seconds=1)) is None
    assert incidents.joined_by(companion, rule="privacy.iban", seen_at=NOW) is None


def test_a_cleared_incident_is_joined_by_nothing(steward):
    companion = active().companion
    incidents.clear(opened(companion), by=Actor.person(steward), at=NOW, reason="A quotation.")
    assert incidents.joined_by(companion, rule="privacy.card", seen_at=NOW) is None


def test_an_offence_is_voided_once_and_not_before_it_is_one(steward):
    incident = opened(active().companion)
    with pytest.raises(Refused):
        incidents.void(incident, by=Actor.person(steward), at=NOW, reason="Too early.")
    incidents.confirm(incident, by=ATLAS, at=NOW, reason="Found again.")
    assert incidents.void(incident, by=Actor.person(steward), at=NOW, reason="Appeal granted.").state == "voided"


def test_a_provider_cannot_clear_its_own_incident():
    with pytest.raises(Forbidden):
        incidents.clear(opened(active().companion), by=Actor.provider("your-org"), at=NOW, reason="No.")


def test_the_texts_of_an_incident_are_held_until_the_laws_days_after_it_closed(steward):
    companion = active().companion
    incident = opened(companion)
    incidents.join(incident, sample_id=uuid.uuid4(), slot_at=NOW, at=NOW)
    hold = Hold.objects.get(subject_ref=incident.public_id)
    assert hold.released_at is None
    incidents.clear(incident, by=Actor.person(steward), at=NOW, reason="A quotation.")
    hold.refresh_from_db()
    assert hold.released_at == NOW + timedelta(days=14)


@pytest.mark.parametrize("roles", [["viewer"], ["auditor"], ["citizen"]])
def test_only_a_steward_or_the_system_opens_an_incident(roles):
    companion = active().companion
    person = Person.objects.create_user("p@example.org", roles=roles)
    for who in (Actor.person(person), Actor.provider("your-org"), Actor.provider("other-org")):
        with pytest.raises(Forbidden, match="by a steward"):
            opened(companion, by=who)
    assert not companion.incidents.exists()


def test_no_steward_opens_an_incident_about_their_own_organisation(steward):
    companion = active().companion
    assert opened(companion, by=Actor.person(steward)).state == "open"
    steward.organisation = companion.provider
    with pytest.raises(Forbidden, match="own organisation"):
        opened(companion, by=Actor.person(steward), rule="x.y")
    assert companion.incidents.count() == 1
