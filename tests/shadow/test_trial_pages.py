"""Scorers on trial, on the desk: who starts, who reads, who promotes."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from charter.models import LawVersion
from charter.queries import law_at, version_at
from kaizen.finding import address_of
from ledger.actors import Actor
from registry.models import Person
from shadow.actions import promoting
from shadow.actions.rescoring import read_more, start_trial
from shadow.actions.scoring import score_answers
from shadow.models import ScorerTrial
from tests.conftest import NOW
from tests.shadow.making import probed, said, watched
from tests.shadow.scripted import Scripted, enact_law, keep

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def new():
    return Scripted("new", "2", says={"b": 20}, vetoes={"b"})


@pytest.fixture
def companion(db, monkeypatch, new):
    keep(monkeypatch, old := Scripted("old", "1"), new)
    enact_law(old, at=NOW, rescored=4)
    return watched(at=NOW)


@pytest.fixture
def clock():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk(clock):
    def open_desk(person, *, age=0):
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - age}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return open_desk


def told(*companions, texts="abcd"):
    for companion in companions:
        for n, text in enumerate(texts):
            probed(companion, said(text), at=NOW + n * SECOND)
    while score_answers(law=law_at(NOW), at=NOW + MINUTE):
        pass


def finished(person, last=None):
    trial = start_trial("new", "2", by=Actor.person(person), at=NOW + MINUTE, reason="Let us see.", last=last)
    while read_more(at=NOW + MINUTE):
        pass
    return ScorerTrial.objects.get(pk=trial.pk)


def page_of(trial):
    return reverse("admin:shadow_scorertrial_change", args=[trial.pk])


def decide(client, trial, slug, **given):
    address = reverse("admin:shadow_scorertrial_decide", args=[trial.pk, slug])
    return client.post(address, {"reason": "It finds more.", "version": trial.version, **given})


def test_a_steward_starts_a_trial_on_the_desk(companion, desk, steward):
    told(companion)
    client = desk(steward)
    start = reverse("admin:shadow_scorertrial_start")
    assert start in client.get(reverse("admin:shadow_scorertrial_changelist")).content.decode()
    form = client.get(start).content.decode()
    assert 'value="new 2"' in form
    assert 'value="old 1"' not in form
    given = {"scorer": "new 2", "last": 4, "reason": "Let us see.", "version": 0}
    assert client.post(start, {**given, "last": 3}).status_code == 400
    done = client.post(start, given)
    trial = ScorerTrial.objects.get()
    assert (done["Location"], trial.started_by) == (page_of(trial), steward)
    again = client.post(start, given)
    assert again.status_code == 409
    assert "live already" in again.content.decode()
    assert "It reads in shadow: 0 of 4 answers" in client.get(page_of(trial)).content.decode()


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_does_not_decide_reads_and_starts_and_promotes_nothing(companion, desk, steward, role):
    told(companion)
    trial = finished(steward)
    person = Person.objects.create_user(f"{role}@example.org", "correct horse battery", is_staff=True, roles=[role])
    client = desk(person)
    assert client.get(page_of(trial)).status_code == 200
    assert client.get(reverse("admin:shadow_scorertrial_start")).status_code == 403
    assert decide(client, trial, "promote", signed_off="on").status_code == 403
    links = (
        f"/admin/shadow/answer/{trial.results['crossing']['shown'][0]['answer']}"
        in client.get(page_of(trial)).content.decode()
    )
    assert links is (role == "auditor")


def test_the_page_says_what_would_change_and_for_whom(companion, desk, steward, other_steward):
    stays = watched(at=NOW)
    told(companion)
    told(stays, texts="acde")
    page = desk(other_steward).get(page_of(finished(steward, last=8))).content.decode()
    assert f"Compliance of {companion.ref} moves from 100% to 75%." not in page
    trial = ScorerTrial.objects.get()
    assert trial.results["moved"] == []
    for words in (companion.ref, stays.ref, "be critical", "20, veto", "8 answers that both have read, 2 companions"):
        assert words in page
    assert "Promote the scorer" in page
    assert "<progress" not in page


def test_who_started_it_is_told_that_another_promotes(companion, desk, steward):
    told(companion)
    page = desk(steward).get(page_of(finished(steward))).content.decode()
    assert "You started it: another person promotes it." in page
    assert "/decide/promote/" not in page
    assert "/decide/drop/" in page


def test_a_promotion_names_what_it_does_asks_for_the_signature_and_enacts(companion, desk, steward, chief, new):
    new.usual = 60
    told(companion)
    trial = finished(steward)
    client = desk(chief)
    form = client.get(reverse("admin:shadow_scorertrial_decide", args=[trial.pk, "promote"])).content.decode()
    assert "A new version of law 5.0.0 is enacted at once." in form
    assert f"Compliance of {companion.ref} moves from 100% to 0%." in form
    refused = decide(client, trial, "promote")
    assert refused.status_code == 409
    assert "Promote it by signing that off" in refused.content.decode()
    done = decide(client, trial, "promote", signed_off="on")
    assert done["Location"] == page_of(trial)
    law = version_at(LATER)
    assert (law.version, law.approver, law.law.scoring.scorer) == ("5.0.1", chief, "new")
    page = client.get(page_of(trial)).content.decode()
    assert "It still reads the older answers" in page
    version_page = client.get(reverse("admin:charter_lawversion_change", args=[law.pk])).content.decode()
    assert (
        "Answers are scored by new 2 from this version on; before it was old 1. Nothing else differs." in version_page
    )


def test_a_version_that_changes_more_says_so_and_one_that_keeps_the_scorer_says_nothing(companion, desk, chief):
    first, last = LawVersion.objects.order_by("effective_from")
    client = desk(chief)
    page = client.get(reverse("admin:charter_lawversion_change", args=[last.pk])).content.decode()
    assert "1 further lines differ." not in page
    assert "1 further line differs." in page
    assert (
        "Answers are scored by"
        not in client.get(reverse("admin:charter_lawversion_change", args=[first.pk])).content.decode()
    )


@pytest.mark.parametrize(("age", "asked_again"), [(599, False), (600, True)])
def test_starting_and_promoting_ask_for_a_fresh_sign_in(companion, desk, request, age, asked_again):
    told(companion)
    trial = finished(request.getfixturevalue("steward"))
    client = desk(request.getfixturevalue("other_steward"), age=age)
    start = client.get(reverse("admin:shadow_scorertrial_start"))
    assert start.status_code == (302 if asked_again else 200)
    decide(client, trial, "promote", signed_off="on")
    assert ScorerTrial.objects.get().state == ("finished" if asked_again else "promoted")


def test_a_finished_trial_waits_in_the_queue_and_is_found_by_its_id(companion, desk, steward, other_steward):
    told(companion)
    client, trial = desk(other_steward), finished(steward)
    queue = client.get("/admin/").content.decode()
    assert "the scorer new 2 has read 4 answers on trial" in queue
    assert page_of(trial) in queue
    assert address_of(trial.public_id.upper()) == page_of(trial)
    assert address_of("trl_5") is None
    decide(client, trial, "drop")
    assert "on trial" not in client.get("/admin/").content.decode()


def test_a_dropped_trial_says_so_and_offers_nothing(companion, desk, steward, other_steward):
    told(companion)
    trial = finished(steward)
    client = desk(other_steward)
    decide(client, trial, "drop")
    page = client.get(page_of(trial)).content.decode()
    assert "It was dropped: the scorer in force stayed." in page
    assert "/decide/" not in page


def test_the_page_costs_the_same_whatever_the_number_of_answers_and_companions(companion, desk, steward, other_steward):
    def cost():
        trial = finished(steward, last=100)
        client = desk(other_steward)
        client.get(page_of(trial))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(trial))
        promoting.drop(trial, by=Actor.person(steward), reason="Not yet.", at=NOW + MINUTE)
        return len(queries)

    told(companion)
    few = cost()
    told(*[watched(at=NOW) for _ in range(5)])
    assert cost() == few
