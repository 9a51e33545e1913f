"""The provider's page of its companion: opened with a key, closed to everybody else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ledger.actors import Actor
from registry.actions import issue_key
from registry.models import Companion, Credential, Person, Provider
from shadow.models import MaintenanceWindow
from tests.factories.onboarding import NOW
from tests.pages.conftest import HOSTILE, LATER, a_companion, an_incident, checked, measured, some_criteria
from tiers.models import Standing
from tiers.models.standing import State


@pytest.fixture
def companion(later):
    return a_companion()


@pytest.fixture
def key(companion):
    return issue_key(
        companion, by=Actor.provider("your-org"), at=NOW + timedelta(minutes=1), under=companion.standing.law
    )[1]


@pytest.fixture
def provider(client, key):
    """A client that showed the companion's key."""
    assert client.post("/onboard/applications", {"token": key}).status_code == 302
    return client


def home(companion, act=""):
    return f"/onboard/companions/{companion.ref}{act}"


def test_a_key_opens_the_page_and_a_stranger_sees_nothing(provider, companion):
    measured(companion, criteria=some_criteria())
    an_incident(companion, summary=HOSTILE, state="confirmed")
    page = checked(provider.get(home(companion)))
    assert "for its provider" in page.text
    assert "Appeal this incident" in page.text
    assert Client().get(home(companion)).status_code == 404
    assert Client().get(home(companion).replace(companion.ref, "NOBODY_001")).status_code == 404


ACTS = ["/facts", "/keys", "/maintenance", "/retire"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("organisation", [None, "another-org"])
def test_nobody_else_may_act(client, companion, act, organisation):
    other = Provider.objects.create(slug=organisation, name="A", created_at=NOW) if organisation else None
    client.force_login(Person.objects.create_user("p@a.example.com", organisation=other))
    assert client.post(home(companion, act)).status_code == 404
    assert Standing.objects.get(companion=companion).state == State.SHADOW


def test_the_key_of_one_companion_does_not_open_another(provider):
    assert provider.get(home(a_companion(2))).status_code == 404


def test_a_revoked_key_opens_nothing_any_more(provider, companion):
    for credential in Credential.objects.filter(companion=companion):
        credential.revoked_at = LATER
        credential.save()
    assert provider.get(home(companion)).status_code == 404


def test_facts_are_given_and_open_shadow_mode(client):
    companion = a_companion(pricing={}, limits={}, commitments={})
    assert companion.standing.state == State.MOUNTED
    client.force_login(Person.objects.create_user("p@a.example.com", organisation=companion.provider))
    assert "commitments.charter" in checked(client.get(home(companion))).text
    given = {"price_input": "0.25", "price_output": "0", "requests_per_minute": "60", "tokens_per_minute": "1000",
             "charter": "on", "consensus": "on", "tiers_understood": "on", "uptime": "99.5"}  # fmt: skip
    assert client.post(home(companion, "/facts"), given).status_code == 302
    assert Standing.objects.get(companion=companion).state == State.SHADOW
    page = checked(client.get(home(companion)))
    assert page.all("input", name="price_input", value="0.25")


def test_wrong_facts_come_back_with_the_input_kept(provider, companion):
    page = checked(provider.post(home(companion, "/facts"), {"price_input": "cheap", "uptime": "101"}), status=400)
    assert page.all("a", href="#id_price_input")
    assert page.all("a", href="#id_uptime")
    assert page.all("input", value="cheap")
    assert Companion.objects.get(pk=companion.pk).price_input_per_1k != 0


def test_a_key_is_rotated(provider, companion):
    old = Credential.objects.filter(companion=companion, revoked_at=None).exclude(last_used_at=None).get()
    Credential.objects.filter(companion=companion).exclude(pk=old.pk).update(revoked_at=NOW)
    response = provider.post(home(companion, "/keys"))
    checked(response)
    assert "no-store" in response["Cache-Control"]
    new = re.search(r"kz_live_[0-9A-Za-z]{38}", response.content.decode())[0]
    assert new not in provider.get(home(companion)).content.decode()
    assert "live already" in checked(provider.post(home(companion, "/keys")), status=409).text
    assert provider.post(home(companion, f"/keys/{old.prefix}/revoke"))["Location"] == "/onboard/applications"
    assert provider.get(home(companion)).status_code == 404
    provider.post("/onboard/applications", {"token": new})
    checked(provider.get(home(companion)))


def test_maintenance_is_announced_ahead_and_not_afterwards(provider, companion):
    ahead, back = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=1)
    shown = "%Y-%m-%dT%H:%M"
    given = {"starts_at": ahead.strftime(shown), "ends_at": (ahead + timedelta(hours=2)).strftime(shown)}
    assert provider.post(home(companion, "/maintenance"), given).status_code == 302
    assert MaintenanceWindow.objects.get().starts_at == ahead.replace(second=0, microsecond=0)
    checked(provider.get(home(companion)))
    late = {**given, "starts_at": back.strftime(shown)}
    assert "announced ahead" in checked(provider.post(home(companion, "/maintenance"), late), status=400).text
    checked(provider.post(home(companion, "/maintenance"), {"starts_at": "soon"}), status=400)
    assert MaintenanceWindow.objects.count() == 1


def test_retiring_asks_for_the_id_and_ends_it(provider, companion):
    version = Standing.objects.get(companion=companion).version
    wrong = {"companion": "ANOTHER_001", "version": version}
    assert companion.ref in checked(provider.post(home(companion, "/retire"), wrong), status=400).text
    assert (
        provider.post(home(companion, "/retire"), {"companion": companion.ref, "version": version - 1}).status_code
        == 400
    )
    assert Standing.objects.get(companion=companion).state == State.SHADOW
    assert (
        provider.post(home(companion, "/retire"), {"companion": companion.ref, "version": version}).status_code == 302
    )
    assert Standing.objects.get(companion=companion).state == State.RETIRED
    assert "Its provider took it back" in checked(provider.get(f"/companions/{companion.ref}")).text
