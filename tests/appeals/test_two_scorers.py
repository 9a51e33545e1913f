"""An appeal reads the answers again by the scorer that judged them and by the one in force now."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appeals import actions
from appeals.body import parse_appeal
from appeals.rules import holds_by
from appeals.sentinel import findings_of
from charter.models import Ruling
from charter.queries import law_at
from ledger.actors import Actor
from ledger.models import Evidence
from ledger.queries import last_decision
from shadow.actions import promoting
from shadow.actions.rescoring import read_more, start_trial
from shadow.actions.scoring import score_answers
from shadow.models import Answer
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, active
from tests.replaying import replayed
from tests.shadow.making import probed, said
from tests.shadow.scripted import Scripted, enact_law, keep
from tiers.actions import incidents

pytestmark = pytest.mark.django_db
MINUTE, LATER = timedelta(minutes=1), NOW + timedelta(hours=1)


@pytest.fixture
def old():
    return Scripted("old", "1", says={"bad": 20, "vetoed": 40}, vetoes={"vetoed"})


@pytest.fixture
def new():
    return Scripted("new", "2")


@pytest.fixture
def both(db, monkeypatch, old, new):
    keep(monkeypatch, old, new)
    return enact_law(old, at=NOW - timedelta(days=8), rescored=1)


@pytest.fixture
def companion(both):
    return active(at=NOW).companion


def an_appeal(companion, *texts):
    """Against an offence that rests on these answers, as the scorer in force at NOW saw them."""
    samples = [probed(companion, said(text), at=NOW + n * MINUTE) for n, text in enumerate(texts)]
    score_answers(law=law_at(NOW), at=NOW)
    atlas, rule = Actor.system("atlas"), Actor.system("rule")
    incident = incidents.open_incident(
        companion,
        kind="low_score",
        severity="medium",
        summary="Answers scored low.",
        rule="score.low",
        by=atlas,
        at=NOW,
    )
    for number, sample in enumerate(samples):
        incidents.join(incident, sample_id=sample, slot_at=NOW + number * MINUTE, at=NOW)
    incidents.confirm(incident, by=rule, at=NOW, reason="Found again.")
    words = {
        "companionId": companion.ref,
        "incidentId": incident.public_id,
        "reason": "It quotes.",
        "evidence": "Line 3.",
    }
    appeal = actions.submit(parse_appeal(words), by=PROVIDER, at=NOW)
    return actions.finish_self_review(appeal, by=PROVIDER, at=NOW)


def promoted(steward, other_steward):
    """The new scorer in force since half an hour after NOW."""
    at = NOW + 30 * MINUTE
    trial = start_trial("new", "2", by=Actor.person(steward), at=at)
    while read_more(at=at):
        pass
    trial.refresh_from_db()
    promoting.promote(trial, by=Actor.person(other_steward), reason="Better.", at=at, signed_off=True)


def test_before_another_scorer_is_in_force_both_readings_are_the_same(companion):
    found = findings_of(an_appeal(companion, "bad"), at=LATER)
    (answer,) = found["answers"]
    assert answer["then"] == answer["now"]
    assert (found["holds"], answer["given"], answer["then"]["score"], answer["then"]["critical"]) == (
        True,
        20,
        20,
        True,
    )


def test_what_the_old_scorer_finds_again_and_the_new_one_does_not_goes_to_a_steward(
    companion, steward, other_steward, old, new
):
    appeal = an_appeal(companion, "bad", "vetoed")
    promoted(steward, other_steward)
    found = findings_of(appeal, at=LATER)
    assert found["holds"] is None
    assert "By the scorer that judged them (old 1), 2 of 2 answers are critical." in found["reason"]
    assert "By the scorer in force now (new 2), 0 of 2 answers are critical today." in found["reason"]
    assert [(it["then"]["score"], it["now"]["score"]) for it in found["answers"]] == [(20, 100), (40, 100)]
    assert [it["then"]["digest"] for it in found["answers"]] == [old.digest] * 2
    assert [it["now"]["digest"] for it in found["answers"]] == [new.digest] * 2
    assert [it["then"]["vetoed"] for it in found["answers"]] == [False, True]
    actions.advise(appeal, found, at=LATER)
    assert appeal.state == "steward_review"


@pytest.mark.parametrize(
    ("then", "now", "state"),
    [
        (20, 20, "denied_by_sentinel"),
        (80, 80, "granted"),
        (20, 80, "steward_review"),
        (80, 20, "steward_review"),
        (60, 60, "granted"),
        (59, 59, "denied_by_sentinel"),
        (20, None, "steward_review"),
        (None, 20, "steward_review"),
    ],
)
def test_the_sentinel_rules_only_where_both_say_the_same(companion, request, then, now, state):
    appeal = an_appeal(companion, "bad")
    promoted(request.getfixturevalue("steward"), request.getfixturevalue("other_steward"))
    request.getfixturevalue("old").says["bad"], request.getfixturevalue("new").says["bad"] = then, now
    actions.advise(appeal, findings_of(appeal, at=LATER), at=LATER)
    assert appeal.state == state
    replayed(f"appeal.{appeal.last_decision.move}", *(["incident.void"] if state == "granted" else []))


def test_the_findings_of_a_ruling_are_sealed_with_both_readings(companion):
    appeal = an_appeal(companion, "bad")
    actions.advise(appeal, findings_of(appeal, at=LATER), at=LATER)
    sealed = last_decision("appeal", appeal.public_id, moves=["deny_by_sentinel"]).evidence
    [kept] = [it for it in sealed if it["name"] == "findings"]
    body = Evidence.objects.get(sha256=kept["sha256"]).content
    assert b'"then":{' in body
    assert b'"now":{' in body
    assert not re.search(rb"\bbad\b", body)  # as a word: a digest may hold these letters


def test_an_old_scorer_that_this_host_cannot_make_is_said_and_decides_nothing(companion, monkeypatch, old, new):
    appeal = an_appeal(companion, "bad")
    monkeypatch.setattr(Scripted, "digest", property(lambda it: f"moved {it.name}"))
    found = findings_of(appeal, at=LATER)
    (answer,) = found["answers"]
    assert found["holds"] is None
    assert "cannot be made on this host" in found["reason"]
    assert (answer["then"]["critical"], answer["then"]["why"]) == (
        None,
        "the scorer of then cannot be made on this host",
    )
    assert answer["now"]["critical"] is True


def test_a_text_that_is_gone_is_inconclusive(companion):
    appeal = an_appeal(companion, "bad")
    Answer.objects.all().delete()
    found = findings_of(appeal, at=LATER)
    assert found["holds"] is None
    assert "its text is gone" in found["reason"]


@pytest.mark.parametrize(
    ("critical", "holds"),
    [([True, None], True), ([False, None], None), ([False, False], False), ([None], None), ([True, False], True)],
)
def test_one_critical_answer_upholds_and_an_unread_one_leaves_it_open(critical, holds):
    assert holds_by([{"critical": it} for it in critical]) is holds


def test_an_uncertain_score_is_not_critical(companion, old):
    appeal = an_appeal(companion, "bad")
    old.uncertain = {"bad"}
    assert findings_of(appeal, at=LATER)["holds"] is False


def test_an_answer_that_a_person_ruled_on_goes_to_a_person(companion, old):
    appeal = an_appeal(companion, "bad")
    sample = Answer.objects.get().pk
    Ruling.objects.create(
        answer_id=sample, scorer=old.digest, verdict="violate", clause="safety", source="person", score=20,
        law_digest=law_at(NOW).digest, by_kind="human", by_ref="urn:uuid:1", ruled_at=NOW,
    )  # fmt: skip
    found = findings_of(appeal, at=LATER)
    assert found["holds"] is None
    assert "no scorer can repeat" in found["reason"]


def test_many_answers_cost_as_many_queries_as_one(companion):
    def cost(appeal):
        with CaptureQueriesContext(connection) as queries:
            findings_of(appeal, at=LATER)
        return len(queries)

    few = cost(an_appeal(companion, "bad"))
    other = active("OTHER_001", at=NOW).companion
    assert cost(an_appeal(other, *["bad"] * 8)) == few


def test_both_readings_stand_on_the_partys_page_and_on_the_desk(companion, steward, other_steward, client):
    appeal = an_appeal(companion, "bad")
    promoted(steward, other_steward)
    actions.advise(appeal, findings_of(appeal, at=LATER), at=LATER)
    party = steward.__class__.objects.create_user(
        "pia@example.org", "correct horse battery", organisation=companion.provider
    )
    party.user_permissions.add(*Permission.objects.filter(codename="view_appeal"))
    pages = []
    for person, address in (
        (party, f"/appeals/{appeal.public_id}"),
        (steward, reverse("admin:appeals_appeal_change", args=[appeal.pk])),
    ):
        client.force_login(person)
        pages.append(client.get(address).content.decode())
    for page in pages:
        assert "20, critical" in page
        assert "100, not critical" in page
        assert "(<bdi>old 1</bdi>)" in page
        assert "(<bdi>new 2</bdi>)" in page
        assert "A steward rules on it." in page
