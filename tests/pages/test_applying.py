"""Applying by form and following the application: the same acts as the API's."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from onboarding.models import Application
from onboarding.models.application import State
from registry.models import Person, Provider
from tests.faces.parts.page import Page
from tests.factories.onboarding import NOW, an_application, submitted
from tests.pages.conftest import HOSTILE, LATER, checked

FORM = {
    "model_name": "Plain Model",
    "provider": "plain-org",
    "endpoint": "https://api.plain.example.com/v1/chat/completions",
    "model_card": "https://plain.example.com/card",
    "capabilities": "reasoning, text-generation",
    "proposed_tier": "standard",
    "contact_name": "W. Quill",
    "contact_email": "w@plain.example.com",
    "contact_organization": "Plain & Sons",
    "auth_type": "api_key",
    "auth_key": "sk-very-secret",
    "price_input": "0.25",
    "price_output": "0",
    "requests_per_minute": "60",
    "tokens_per_minute": "100000",
    "charter": "on",
    "consensus": "on",
    "tiers_understood": "on",
    "uptime": "99.5",
}


def token_on(response):
    return re.search(r"kz_onb_[0-9A-Za-z]{38}", response.content.decode())[0]


def opened(client, submission):
    response = client.post("/onboard/applications", {"token": submission.token})
    assert response.status_code == 302
    return response["Location"]


def test_the_form_gives_the_actions_the_documents_that_the_api_gives(client):
    response = client.post("/onboard/apply", FORM)
    checked(response, status=202)
    application = Application.objects.get()
    assert application.body == {
        "modelName": "Plain Model",
        "provider": "plain-org",
        "capabilities": ["reasoning", "text-generation"],
        "proposedTier": "standard",
        "modelCard": "https://plain.example.com/card",
        "endpoint": "https://api.plain.example.com/v1/chat/completions",
        "auth": {"type": "api_key"},
        "contact": {"organization": "Plain & Sons"},
        "pricing": {"inputPer1kTokens": "0.25", "outputPer1kTokens": "0"},
        "limits": {"requestsPerMinute": 60, "tokensPerMinute": 100000},
        "commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": 99.5},
    }
    assert application.endpoint.auth() == {"key": "sk-very-secret"}
    assert not application.by_its_organisation


def test_the_token_is_shown_once_and_the_session_goes_on_with_it(client):
    response = client.post("/onboard/apply", FORM)
    assert "no-store" in response["Cache-Control"]
    token = token_on(response)
    page = checked(client.get(f"/onboard/applications/{Application.objects.get().public_id}"))
    assert token not in page.text
    assert "Your application is in" in page.text
    assert Application.objects.get().challenge in {given.get("value") for given in page.all("input")}


def test_faults_are_told_at_their_fields_with_links_and_the_input_is_kept_but_no_secret(client):
    wrong = {**FORM, "model_name": "-x", "endpoint": "http://localhost", "capabilities": "Bad Words", "uptime": "often",
             "requests_per_minute": "1.5", "price_input": "-1", "contact_email": "nobody", "auth_key": "sk-very-secret"}  # fmt: skip
    page = checked(client.post("/onboard/apply", wrong), status=400)
    summary = {given["href"] for given in page.all("a") if given["href"].startswith("#id_")}
    assert summary >= {f"#id_{name}" for name in wrong if wrong[name] != FORM[name]}
    ids = {given.get("id") for _, given in page.tags}
    assert {href[1:] for href in summary} <= ids
    assert page.all("input", value="-x")
    assert page.all("input", value="W. Quill")
    assert "sk-very-secret" not in client.post("/onboard/apply", wrong).content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("model_name", "Model name"),
        ("contact_email", "E-mail address"),
        ("model_card", "Model card"),
        ("auth_key", "API key"),
    ],
)
def test_what_is_asked_and_not_given_is_named(client, missing, words):
    page = checked(
        client.post("/onboard/apply", {name: value for name, value in FORM.items() if name != missing}), status=400
    )
    assert page.all("a", href=f"#id_{missing}")
    assert words in page.text


@pytest.mark.parametrize("field", [name for name in FORM if name not in {"proposed_tier", "auth_type", "auth_key"}])
def test_hostile_text_in_any_field_comes_back_as_text_or_is_not_taken(client, field):
    response = client.post("/onboard/apply", {**FORM, field: HOSTILE})
    assert response.status_code in {202, 400}
    page = checked(response, status=response.status_code)
    assert not [text for text in page.inline if text.strip()]


def test_a_rule_that_refuses_is_told_with_the_input_kept(client):
    client.post("/onboard/apply", FORM)
    page = checked(client.post("/onboard/apply", FORM), status=409)
    assert "is open already" in page.text
    assert page.all("input", value="Plain Model")
    assert Application.objects.count() == 1


def test_a_signed_in_person_of_the_organisation_applies_as_it(client, db):
    provider = Provider.objects.create(slug="plain-org", name="Plain", created_at=NOW)
    client.force_login(Person.objects.create_user("p@plain.example.com", organisation=provider))
    client.post("/onboard/apply", FORM)
    assert Application.objects.get().by_its_organisation


def test_too_many_applications_wait(client, settings):
    settings.KAIZEN_THROTTLES = {**settings.KAIZEN_THROTTLES, "apply": "2/hour"}
    answers = [client.post("/onboard/apply", {}).status_code for _ in range(3)]
    assert answers == [400, 400, 429]


# Following.


def test_the_token_in_a_form_opens_its_application_alone(client):
    one, other = (
        submitted(modelName="One"),
        submitted(modelName="Other", contact={**CONTACT, "email": "a@other.example.com"}),
    )
    address = opened(client, one)
    assert address == f"/onboard/applications/{one.application.public_id}"
    assert "One" in checked(client.get(address)).text
    assert client.get(f"/onboard/applications/{other.application.public_id}").status_code == 404


CONTACT = {"name": "W. Quill", "email": "w@example.com", "organization": "Org"}


@pytest.mark.parametrize("token", ["", "x", "kz_onb_" + "0" * 38, "kz_live_" + "0" * 38])
def test_a_wrong_token_opens_nothing_and_is_not_repeated(client, token):
    submission = submitted()
    page = checked(client.post("/onboard/applications", {"token": token}), status=400)
    assert not token.startswith("kz") or token not in str(page.tags)
    assert client.get(f"/onboard/applications/{submission.application.public_id}").status_code == 404


def test_a_token_does_not_open_under_another_id(client):
    submission = submitted()
    answer = client.post("/onboard/applications", {"token": submission.token, "application": "app_" + "0" * 32})
    assert answer.status_code == 400


def test_the_session_gets_a_new_name_when_a_token_is_shown(client):
    submission = submitted()
    client.session["x"] = 1
    client.get("/accounts/login/")
    before = client.session.session_key
    opened(client, submission)
    assert client.session.session_key != before


@pytest.mark.parametrize("organisation", ["another-org", None])
def test_a_person_of_another_organisation_is_told_nothing(client, organisation):
    application = an_application()
    provider = Provider.objects.create(slug=organisation, name="A", created_at=NOW) if organisation else None
    client.force_login(Person.objects.create_user("p@a.example.com", organisation=provider))
    for tail in ("", "/edit"):
        assert client.get(f"/onboard/applications/{application.public_id}{tail}").status_code == 404
    for tail in ("/withdraw", "/mount", "/edit"):
        assert client.post(f"/onboard/applications/{application.public_id}{tail}").status_code == 404


def test_a_person_of_its_organisation_follows_it(client):
    application = an_application()
    client.force_login(Person.objects.create_user("p@a.example.com", organisation=application.provider))
    checked(client.get(f"/onboard/applications/{application.public_id}"))


STATES = [State.SUBMITTED, State.CHECKING, State.SENTINEL_REVIEW, State.STEWARD_REVIEW, State.RETURNED, State.REJECTED]
STATES += [State.APPROVED, State.MOUNTED]


def as_its_organisation(client, application):
    client.force_login(Person.objects.create_user("p@a.example.com", organisation=application.provider))
    return f"/onboard/applications/{application.public_id}"


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_what_comes_next_and_who_acts(client, state):
    application = an_application(state)
    page = checked(client.get(as_its_organisation(client, application)))
    assert page.all("li", **{"aria-current": "step"})
    assert "What comes next" in page.text
    assert "History" in page.text


@pytest.mark.parametrize("state", STATES)
def test_only_a_page_that_waits_reads_itself_again(client, state):
    application = an_application(state)
    response = client.get(as_its_organisation(client, application))
    assert ("Refresh" in response) is (state in STATES[:4])


def test_findings_verdict_and_reasons_are_shown(client):
    application = an_application(State.RETURNED)
    text = checked(client.get(as_its_organisation(client, application))).text
    assert "This host answers nobody." in text
    assert "host_refused" in text
    approved = an_application(State.APPROVED, modelName="Two", contact=CONTACT)
    text = checked(client.get(f"/onboard/applications/{approved.public_id}")).text
    assert "It holds." in text
    assert "its card says what it cannot do" in text


def test_a_returned_application_is_edited_and_handed_in_again_with_its_secret_kept(client):
    client.post("/onboard/apply", FORM)
    application = Application.objects.get()
    from tests.factories.onboarding import brought_to

    with time_machine.travel(LATER):
        brought_to(State.RETURNED, application, at=LATER)
    application.refresh_from_db()
    address = f"/onboard/applications/{application.public_id}/edit"
    page = checked(client.get(address))
    assert page.all("input", value="Plain Model")
    assert page.all("input", value="0.25")
    assert "sk-very-secret" not in client.get(address).content.decode()
    changed = {**FORM, "auth_key": "", "model_card": "https://plain.example.com/new", "version": application.version}
    assert client.post(address, changed).status_code == 302
    application = Application.objects.get()
    assert application.state == State.CHECKING
    assert application.body["modelCard"] == "https://plain.example.com/new"
    assert application.endpoint.auth() == {"key": "sk-very-secret"}


def test_an_endpoint_at_another_origin_asks_for_its_credentials_anew(client):
    client.post("/onboard/apply", FORM)
    from tests.factories.onboarding import brought_to

    application = brought_to(State.RETURNED, Application.objects.get(), at=LATER)
    changed = {
        **FORM,
        "auth_key": "",
        "endpoint": "https://other.example.net/v1/messages",
        "version": application.version,
    }
    page = checked(client.post(f"/onboard/applications/{application.public_id}/edit", changed), status=400)
    assert page.all("a", href="#id_auth_key")
    assert Application.objects.get().state == State.RETURNED


def test_an_old_version_is_refused_and_says_so(client):
    client.post("/onboard/apply", FORM)
    from tests.factories.onboarding import brought_to

    application = brought_to(State.RETURNED, Application.objects.get(), at=LATER)
    page = checked(
        client.post(f"/onboard/applications/{application.public_id}/edit", {**FORM, "version": 0}), status=409
    )
    assert "Already decided" in page.text


def test_withdrawing_ends_it(client):
    submission = submitted()
    address = opened(client, submission)
    assert client.post(f"{address}/withdraw").status_code == 302
    assert Application.objects.get().state == State.WITHDRAWN
    assert "taken back" in checked(client.get(address)).text
    assert client.post(f"{address}/withdraw").status_code == 409


def test_the_mount_shows_id_and_key_once_and_opens_the_providers_page(client):
    submission = submitted()
    from tests.factories.onboarding import brought_to

    brought_to(State.APPROVED, submission.application)
    address = opened(client, submission)
    assert "Mount the model" in checked(client.get(address)).text
    response = client.post(f"{address}/mount")
    page = checked(response)
    assert "no-store" in response["Cache-Control"]
    assert "YOURMODEL_001 is mounted" in page.text
    key = re.search(r"kz_live_[0-9A-Za-z]{38}", response.content.decode())[0]
    assert key not in client.get(address).content.decode()
    checked(client.get("/onboard/companions/YOURMODEL_001"))
    again = re.search(r"kz_live_[0-9A-Za-z]{38}", client.post(f"{address}/mount").content.decode())[0]
    assert again != key


def test_after_the_first_use_of_the_key_the_token_opens_nothing(client):
    submission = submitted()
    from tests.factories.onboarding import brought_to

    brought_to(State.APPROVED, submission.application)
    address = opened(client, submission)
    key = re.search(r"kz_live_[0-9A-Za-z]{38}", client.post(f"{address}/mount").content.decode())[0]
    other = Client()
    assert other.post("/onboard/applications", {"token": key})["Location"] == "/onboard/companions/YOURMODEL_001"
    assert other.post("/onboard/applications", {"token": submission.token}).status_code == 400
    assert other.get(address).status_code == 200  # by the companion's key


def test_before_the_approval_nothing_can_be_mounted(client):
    submission = submitted()
    address = opened(client, submission)
    assert client.post(f"{address}/mount").status_code == 409
    assert Page(client.get(address).content.decode()).all("form", action=f"{address}/mount") == []


def test_an_overdue_review_says_so(client):
    application = an_application(State.STEWARD_REVIEW)
    address = as_its_organisation(client, application)
    with time_machine.travel(NOW + timedelta(hours=49)):
        client.force_login(Person.objects.get(email="p@a.example.com"))
        assert "overdue, was due" in checked(client.get(address)).text
