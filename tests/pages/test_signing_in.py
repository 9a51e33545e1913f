"""Sign-in: closed accounts, a second factor for staff, attempts that run out, sessions that idle out."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from kaizen.signing_in import ClosedAccounts
from registry.models import Person
from tests.pages.conftest import LATER, checked

PASSWORD = "correct horse battery"


def sign_in(client, person, password=PASSWORD):
    return client.post("/accounts/login/", {"login": person.email, "password": password})


def prove_again(client):
    """Give the password once more, as whatever changes the account asks."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_the_page_stands_in_our_frame_and_offers_no_signing_up(client, db):
    page = checked(client.get("/accounts/login/"))
    assert "nobody signs up" in page.text
    assert not [given for given in page.all("a") if "signup" in given["href"]]
    assert page.classed("k-account")
    assert "closed" in checked(client.get("/accounts/signup/")).text.lower()


def test_staff_go_to_the_queue_and_are_offered_a_second_factor(client, steward):
    response = sign_in(client, steward)
    assert response["Location"] == "/admin/"
    assert "Add a second factor" in checked(client.get("/")).text


def test_a_person_of_an_organisation_goes_to_its_companions(client, db):
    person = Person.objects.create_user("p@a.example.com", PASSWORD)
    assert sign_in(client, person)["Location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(client, steward):
    page = checked(sign_in(client, steward, "wrong"))
    assert page.classed("k-problem")
    nobody = Person(email="nobody@example.org")
    assert checked(sign_in(client, nobody, "wrong")).text == page.text.replace(steward.email, nobody.email)


def test_after_five_wrong_attempts_the_right_password_waits_a_quarter_of_an_hour(client, steward):
    for _ in range(5):
        assert sign_in(client, steward, "wrong").status_code == 200
    assert "Too many failed login attempts" in checked(sign_in(client, steward)).text
    with time_machine.travel(LATER + timedelta(minutes=14)):
        assert sign_in(client, steward).status_code == 200
    with time_machine.travel(LATER + timedelta(minutes=31)):
        assert sign_in(client, steward).status_code == 302


def test_the_attempts_are_counted_in_the_database(client, steward, settings):
    sign_in(client, steward, "wrong")
    assert settings.CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kaizen_cache")
        assert cursor.fetchone()[0] > 0


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "9.9.9.9")])
def test_attempts_are_counted_by_the_address_that_our_own_proxies_report(settings, proxies, address):
    settings.NUM_PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": "1.1.1.1, 9.9.9.9"})
    assert ClosedAccounts().get_client_ip(request) == address


@pytest.fixture
def in_production(settings):
    settings.IN_DEVELOPMENT = False


def test_in_production_staff_without_a_second_factor_see_no_staff_page(client, steward, in_production):
    sign_in(client, steward)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert client.post("/admin/")["Location"] == "/accounts/2fa/"
    checked(client.get("/accounts/2fa/"))
    Authenticator.objects.create(user=steward, type=Authenticator.Type.TOTP, data={})
    assert client.get("/admin/").status_code == 200


def test_in_development_they_see_it(client, steward):
    sign_in(client, steward)
    assert client.get("/admin/").status_code == 200


def test_an_authenticator_is_added_with_a_picture_of_our_own(client, steward):
    sign_in(client, steward)
    prove_again(client)
    response = client.get("/accounts/2fa/totp/activate/")
    page = checked(response)
    assert [given["src"] for given in page.all("img")][-1] == "/accounts/2fa/totp/picture.svg"
    picture = client.get("/accounts/2fa/totp/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert picture.content.startswith(b"<?xml")
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', response.content.decode())[1]
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=steward, type="totp").exists()


def test_the_picture_is_nobody_elses(client, steward):
    assert client.get("/accounts/2fa/totp/picture.svg")["Location"].startswith("/accounts/login/")
    sign_in(client, steward)
    assert client.get("/accounts/2fa/totp/picture.svg")["Location"].startswith("/accounts/reauthenticate/")
    prove_again(client)
    assert client.get("/accounts/2fa/totp/picture.svg").status_code == 404


def test_a_second_factor_is_asked_for_once_there_is_one(client, steward):
    Authenticator.objects.create(user=steward, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert sign_in(client, steward)["Location"].startswith("/accounts/2fa/authenticate/")
    checked(client.get("/accounts/2fa/authenticate/"))
    assert client.get("/admin/").status_code == 302


def test_what_changes_the_account_asks_to_sign_in_anew_after_ten_minutes(client, steward):
    sign_in(client, steward)
    prove_again(client)
    checked(client.get("/accounts/2fa/webauthn/add/"))
    with time_machine.travel(LATER + timedelta(minutes=11)):
        response = client.get("/accounts/2fa/webauthn/add/")
        assert response["Location"].startswith("/accounts/reauthenticate/")
        checked(client.get(response["Location"]))
        prove_again(client)
        checked(client.get("/accounts/2fa/webauthn/add/"))


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/add/",
    ],
)
def test_the_pages_of_an_account_stand_in_our_frame_and_pass_the_policy(client, steward, address):
    sign_in(client, steward)
    prove_again(client)
    checked(client.get(address))


def test_a_session_that_is_used_lives_on_and_one_that_idles_ends(client, steward):
    sign_in(client, steward)
    with time_machine.travel(LATER + timedelta(minutes=25)):
        assert client.get("/admin/").status_code == 200
    with time_machine.travel(LATER + timedelta(minutes=50)):
        assert client.get("/admin/").status_code == 200
    with time_machine.travel(LATER + timedelta(minutes=81)):
        assert client.get("/admin/").status_code == 302


def test_a_session_is_written_at_most_once_a_minute(client, steward):
    sign_in(client, steward)
    client.get("/questions")
    before = Session.objects.get().session_data
    client.get("/questions")
    client.get("/charter")
    assert Session.objects.get().session_data == before
    with time_machine.travel(LATER + timedelta(seconds=90)):
        client.get("/questions")
    assert Session.objects.get().session_data != before


def test_a_reader_without_a_session_gets_none_whatever_cookie_is_sent(client, settings, db):
    client.get("/questions")
    forged = Client()
    forged.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    forged.get("/questions")
    assert not Session.objects.exists()
