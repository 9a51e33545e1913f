"""Batteries on the desk: started with a reason on the companion's page, followed, and read without any text."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kaizen.finding import address_of
from ledger.models import Decision, Salt
from registry.models import Person
from shadow.actions.batteries import start
from shadow.models import BatteryRun
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tests.shadow.making import failed, said
from tests.shadow.taking import ATLAS, answered

pytestmark = pytest.mark.django_db
LIST = "admin:shadow_batteryrun_changelist"


@pytest.fixture(autouse=True)
def clock(db):
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def standing(clock):
    return active()


@pytest.fixture
def desk():
    def open_desk(person):
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return open_desk


def page_of(run):
    return reverse("admin:shadow_batteryrun_change", args=[run.pk])


def start_page(standing):
    return reverse("admin:tiers_standing_decide", args=[standing.pk, "start-battery"])


def given(standing, battery="reasoning"):
    return {"reason": "The nomination asks for it.", "version": standing.version, "battery": battery}


def test_a_steward_starts_one_on_the_companions_page_with_a_reason(standing, desk, steward):
    client = desk(steward)
    page = client.get(reverse("admin:tiers_standing_change", args=[standing.pk])).content.decode()
    assert start_page(standing) in page
    form = client.get(start_page(standing)).content.decode()
    assert 'value="reasoning"' in form
    assert 'value="edge_cases"' in form
    assert "is passed from 95% on" in form
    assert client.post(start_page(standing), given(standing) | {"reason": ""}).status_code == 400
    assert client.post(start_page(standing), given(standing)).status_code == 302
    run = BatteryRun.objects.get()
    sealed = Decision.objects.get(type="battery.started")
    assert (run.asked_by_ref, sealed.actor_ref) == (f"urn:uuid:{steward.pk}", f"urn:uuid:{steward.pk}")
    assert Salt.objects.get(entry_id=sealed.seal_id, field="reason").value == "The nomination asks for it."


def test_what_cannot_begin_is_not_offered_and_says_why(standing, desk, steward):
    start(standing.companion, "reasoning", by=ATLAS, at=NOW)
    client = desk(steward)
    form = client.get(start_page(standing)).content.decode()
    assert 'value="reasoning"' not in form
    assert 'value="edge_cases"' in form
    assert client.post(start_page(standing), given(standing)).status_code == 400
    start(standing.companion, "edge_cases", by=ATLAS, at=NOW)
    assert "None can begin now" in client.get(start_page(standing)).content.decode()


def test_nobody_starts_one_for_their_own_organisation_on_the_desk_or_without_the_role(standing, desk, steward):
    viewer = Person.objects.create_user("v@example.org", "correct horse battery", is_staff=True, roles=["viewer"])
    steward.organisation = standing.companion.provider
    steward.save()
    for person in (viewer, steward):
        assert desk(person).post(start_page(standing), given(standing)).status_code == 403
    assert not BatteryRun.objects.exists()


def test_a_run_under_way_shows_how_far_it_is_and_what_became_of_every_prompt(desk, steward):
    standing = in_shadow("SLOW_001")
    run = start(standing.companion, "reasoning", by=ATLAS, at=NOW)
    answered(run, [said("nothing of the kind"), failed()], at=NOW)
    page = desk(steward).get(page_of(run)).content.decode()
    assert "2 of 40 prompts are done with" in page
    assert '<progress max="40" value="2">' in page
    for words in ("SLOW_001", "deadline_exceeded", "timeout", "wrong", "to come", run.items.first().prompt_id):
        assert words in page
    assert "nothing of the kind" not in page
    row = desk(steward).get(reverse(LIST)).content.decode()
    assert "2 of 40" in row
    assert "0 of 2" in row


def test_a_run_that_ended_says_what_it_came_to_and_what_the_law_asks(standing, desk, steward, clock):
    run = start(standing.companion, "reasoning", by=ATLAS, at=NOW)
    clock.shift(timedelta(days=1))
    run = answered(run, [], at=NOW + timedelta(days=1))
    page = desk(steward).get(page_of(run)).content.decode()
    assert "inconclusive" in page
    assert "0 of 0 measured answers were good" in page
    assert "the law asks 80%, and that 95% be measured" in page
    assert "<progress" not in page
    assert run.sealed_as.public_id.removeprefix("dec_") in page.replace("-", "")


def test_a_run_is_found_by_its_id_and_nothing_on_it_can_be_changed(standing, desk, steward):
    run = start(standing.companion, "reasoning", by=ATLAS, at=NOW)
    client = desk(steward)
    assert address_of(run.public_id) == page_of(run)
    assert address_of("bat_" + "0" * 32) is None
    assert address_of("bat_x") is None
    assert client.post(page_of(run), {"result": "passed"}).status_code == 403
    assert client.get(reverse("admin:shadow_batteryrun_add")).status_code == 403
    assert client.post(reverse("admin:shadow_batteryrun_delete", args=[run.pk])).status_code == 403


def test_the_page_of_a_run_costs_the_same_for_many_prompts(standing, desk, steward, django_assert_max_num_queries):
    run = start(standing.companion, "edge_cases", by=ATLAS, at=NOW)
    client = desk(steward)
    client.get(page_of(run))
    with django_assert_max_num_queries(20):
        assert client.get(page_of(run)).status_code == 200
