"""Onboarding over HTTP: statuses, shapes, headers, and what nobody is told."""

import json
from datetime import timedelta

import pytest

from onboarding import actions
from onboarding.models import Application, Attestation, OnboardingToken
from onboarding.models.application import State
from registry import keys
from registry.models import Companion, Credential, Endpoint, Person, Provider
from tests.factories.onboarding import (
    ALL_THAT_IS_ASKED,
    NOW,
    PROVIDER,
    SEED,
    a_document,
    an_application,
    brought_to,
    submitted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
APPLY = "/api/onboard/apply"
MOUNT = "/api/civic/mount"
UNKNOWN = "app_" + "0" * 32


def apply(client, document=None, **headers):
    return client.post(APPLY, data=json.dumps(document or SEED), content_type="application/json", headers=headers)


def bearing(token):
    return {"Authorization": f"Bearer {token}"}


def address(application, tail=""):
    return f"/api/v1/onboard/applications/{application.public_id}{tail}"


def put(client, application, document, token, method="put", **headers):
    return getattr(client, method)(
        address(application),
        data=json.dumps(document),
        content_type="application/json",
        headers={**bearing(token), **headers},
    )


def rows():
    return [table.objects.count() for table in (Application, OnboardingToken, Endpoint, Attestation, Credential)]


@pytest.fixture
def given():
    return submitted()


@pytest.fixture
def returned(given):
    brought_to(State.RETURNED, given.application)
    return given


@pytest.fixture
def approved(given):
    brought_to(State.APPROVED, given.application)
    return given


@pytest.fixture
def mounted(client, approved):
    return client.post(MOUNT, headers=bearing(approved.token)).json()


def test_an_application_is_answered_202_with_token_deadlines_and_challenge(client):
    response = apply(client)
    told, application = response.json(), Application.objects.get()
    assert response.status_code == 202
    assert set(told) == {
        "applicationId", "status", "onboardingToken", "reviewDeadlines", "statusUrl", "challenge",
    }  # fmt: skip
    assert (told["applicationId"], told["status"]) == (application.public_id, "submitted")
    assert told["reviewDeadlines"] == {
        "compatibility": "2026-11-20T09:05:00.000000Z",
        "constitutional": "2026-11-21T09:00:00.000000Z",
        "steward": "2026-11-22T09:00:00.000000Z",
    }
    challenge = told["challenge"]
    assert challenge["url"] == f"https://api.yourmodel.ai/.well-known/masl-challenge/{challenge['token']}"
    assert response["Location"] == told["statusUrl"] == f"http://127.0.0.1:8000{address(application)}"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("document", "status", "code"),
    [
        (a_document(proposedTier="high"), 422, "tier_too_high"),
        (a_document(surprise=1), 400, "unknown_field"),
        (a_document(endpoint="http://api.yourmodel.ai"), 400, "refused_url"),
        (a_document(modelName=""), 400, "wrong_length"),
        (a_document(improvements=""), 400, "wrong_length"),
        ([], 400, "wrong_type"),
    ],
)
def test_a_body_that_is_wrong_is_told_so_and_leaves_nothing(client, document, status, code):
    response = client.post(APPLY, data=json.dumps(document), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert rows() == [0] * 5
    assert not Provider.objects.filter(slug="your-org").exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (json.dumps(SEED), "text/plain", 415),
        (json.dumps(SEED), "application/json; charset=latin-1", 415),
        ("{", "application/json", 400),
        ('{"a":1,"a":2}', "application/json", 400),
        ("[" * 990 + "]" * 990, "application/json", 400),
        ('{"a":1e999}', "application/json", 400),
        ('{"modelName":"\\u0000"}', "application/json", 400),
        ('{"a":"' + "x" * 65_536 + '"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_right_status(client, body, kind, status):
    response = client.post(APPLY, data=body, content_type=kind)
    assert response.status_code == status
    assert rows() == [0] * 5


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_applying_is_a_post(client, method):
    assert getattr(client, method)(APPLY).status_code == 405


def test_a_second_application_of_the_model_is_409_with_its_reason(client):
    apply(client)
    response = apply(client)
    assert response.status_code == 409
    assert "open already" in response.json()["errors"][0]["detail"]
    assert Application.objects.count() == 1


def test_the_same_key_and_body_get_the_same_answer_once(client):
    first, again = (apply(client, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.json() == again.json()
    assert (again.status_code, again["Idempotent-Replayed"], again["Location"]) == (202, "true", first["Location"])
    assert "Idempotent-Replayed" not in first
    assert Application.objects.count() == 1


def test_the_same_key_for_another_body_is_422(client):
    apply(client, **{"Idempotency-Key": "k-1"})
    response = apply(client, a_document(modelName="Other"), **{"Idempotency-Key": "k-1"})
    assert (response.status_code, response.json()["code"]) == (422, "key_reused")
    assert Application.objects.count() == 1


def test_a_key_of_a_refused_request_stays_unused(client):
    assert apply(client, a_document(modelName=""), **{"Idempotency-Key": "k-1"}).status_code == 400
    assert apply(client, **{"Idempotency-Key": "k-1"}).status_code == 202


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"])
def test_a_key_that_is_no_key_is_400(client, key):
    response = apply(client, **{"Idempotency-Key": key})
    assert (response.status_code, response.json()["code"]) == (400, "key_malformed")


def test_the_status_shows_checks_challenge_deadlines_verdict_and_history(client, given):
    brought_to(State.STEWARD_REVIEW, given.application)
    response = client.get(address(given.application), headers=bearing(given.token))
    told = response.json()
    assert (response.status_code, told["status"], response["ETag"]) == (200, "steward_review", '"v3"')
    assert [check["name"] for check in told["checks"]] == ["url", "tls", "control", "model_card"]
    assert told["sentinel"] | {"givenAt": ""} == {
        "verdict": "approve", "isPositive": True, "reasons": ["It holds."], "numbers": {"n": 21}, "givenAt": "",
    }  # fmt: skip
    assert [one["move"] for one in told["history"]] == ["conclude_review", "pass_checks", "begin_checking", "submit"]
    assert told["dueAt"] == told["reviewDeadlines"]["steward"]
    assert told["application"]["modelName"] == "YourModel"


def test_nobody_reads_an_application_without_being_known(client, given):
    for headers in ({}, bearing("nonsense"), bearing(keys.new_key(keys.TOKEN_PREFIX)), bearing(keys.new_key())):
        response = client.get(address(given.application), headers=headers)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_another_ones_application_and_none_read_the_same(client, given):
    other = submitted(modelName="Other", provider="other-org")
    theirs = client.get(address(other.application), headers=bearing(given.token))
    none = client.get(f"/api/v1/onboard/applications/{UNKNOWN}", headers=bearing(given.token))
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()


def test_a_key_and_a_person_of_the_organisation_read_it_too(client, mounted):
    other = submitted(modelName="Second").application
    strange = submitted(modelName="Third", provider="other-org").application
    assert client.get(address(other), headers=bearing(mounted["apiKey"])).status_code == 200
    assert client.get(address(strange), headers=bearing(mounted["apiKey"])).status_code == 404
    person = Person.objects.create_user("p@example.org", "correct horse", organisation=other.provider)
    client.force_login(person)
    assert client.get(address(other)).status_code == 200
    assert client.get(address(strange)).status_code == 404


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ('"v1"', 412), ('W/"v2"', 412), ('"v2"', 200), ("*", 200)])
def test_what_was_returned_is_handed_in_by_whoever_read_its_version(client, returned, tag, status):
    headers = {"If-Match": tag} if tag else {}
    response = put(client, returned.application, a_document(proposedTier="research"), returned.token, **headers)
    assert response.status_code == status
    if status == 200:
        assert (response.json()["status"], response["ETag"]) == ("checking", '"v3"')


def test_a_patch_changes_what_it_names_and_keeps_the_rest(client):
    given = submitted(auth={"type": "api_key", "key": "sk-1"}, **ALL_THAT_IS_ASKED)
    brought_to(State.RETURNED, given.application)
    benchmarks = [{"name": "B", "score": 0.1}]
    change = {"endpoint": "https://api.yourmodel.ai/v2/chat/completions", "safetyBenchmarks": benchmarks}
    response = put(client, given.application, change, given.token, "patch", **{"If-Match": '"v2"'})
    assert response.status_code == 200
    application = Application.objects.get()
    assert application.endpoint.auth() == {"key": "sk-1"}
    assert application.contact()["contact"] == SEED["contact"]
    assert application.body["endpoint"].endswith("/v2/chat/completions")
    assert application.body["safetyBenchmarks"] == benchmarks
    assert application.body["pricing"] == {"inputPer1kTokens": "0.25", "outputPer1kTokens": "0"}


def test_credentials_do_not_follow_an_endpoint_to_another_origin(client):
    given = submitted(auth={"type": "api_key", "key": "sk-1"})
    brought_to(State.RETURNED, given.application)
    moved = {"endpoint": "https://elsewhere.ai/v1/chat/completions"}
    response = put(client, given.application, moved, given.token, "patch", **{"If-Match": '"v2"'})
    assert (response.status_code, response.json()["field"]) == (400, "auth")
    moved["auth"] = {"type": "api_key", "key": "sk-2"}
    assert put(client, given.application, moved, given.token, "patch", **{"If-Match": '"v2"'}).status_code == 200


@pytest.mark.parametrize("change", [[], {"provider": None}, {"nonsense": 1}])
def test_a_patch_is_read_as_strictly_as_the_whole(client, returned, change):
    response = put(client, returned.application, change, returned.token, "patch", **{"If-Match": "*"})
    assert response.status_code == 400


def test_a_withdrawal_needs_no_body_and_happens_once(client, given):
    first, again = (
        client.post(address(given.application, "/withdraw"), headers=bearing(given.token) | {"Idempotency-Key": "w"})
        for _ in range(2)
    )
    assert (first.status_code, first.json()["status"]) == (200, "withdrawn")
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert client.post(address(given.application, "/withdraw"), headers=bearing(given.token)).status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_approved_model_is_mounted_by_either_method(client, approved, method):
    response = getattr(client, method)(MOUNT, headers=bearing(approved.token))
    told = response.json()
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert told["companionId"] == "YOURMODEL_001"
    assert keys.is_well_formed(told["apiKey"])
    assert told["manifests"]["virtue_accords"]["gi_threshold"] == 0.95


@pytest.mark.parametrize("method", ["head", "put", "patch", "delete", "options"])
def test_a_mount_by_any_other_method_is_405_and_mints_nothing(client, approved, method):
    response = getattr(client, method)(MOUNT, headers=bearing(approved.token))
    assert response.status_code == 405
    assert Credential.objects.count() == 0


def test_mounting_twice_gives_a_new_key_and_the_same_companion(client, approved, mounted):
    again = client.get(MOUNT, headers=bearing(approved.token)).json()
    assert again["apiKey"] != mounted["apiKey"]
    assert again["gi_signature"] == mounted["gi_signature"]
    assert client.get(address(approved.application), headers=bearing(mounted["apiKey"])).status_code == 401


def test_a_mount_under_one_idempotency_key_gives_one_key(client, approved):
    headers = bearing(approved.token) | {"Idempotency-Key": "m"}
    first, again = (client.post(MOUNT, headers=headers).json() for _ in range(2))
    assert first == again
    assert Credential.objects.count() == 1


def test_the_first_use_of_the_key_spends_the_token(client, approved, mounted):
    assert client.get(address(approved.application), headers=bearing(mounted["apiKey"])).status_code == 200
    for path in (MOUNT, address(approved.application)):
        assert client.get(path, headers=bearing(approved.token)).status_code == 401


@pytest.mark.parametrize("state", [State.SUBMITTED, State.STEWARD_REVIEW, State.RETURNED, State.REJECTED])
def test_a_token_that_is_not_approved_mounts_nothing(client, given, state):
    brought_to(state, given.application)
    assert client.get(MOUNT, headers=bearing(given.token)).status_code == 401
    assert not Companion.objects.filter(model_name="YourModel").exists()


def test_an_expired_or_missing_token_mounts_nothing(client, approved, morning):
    assert client.get(MOUNT).status_code == 401
    morning.move_to(NOW + timedelta(days=31))
    response = client.get(MOUNT, headers=bearing(approved.token))
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_the_attestation_is_public_and_verifies_here(client, mounted):
    shown = client.get("/api/companions/YOURMODEL_001/attestation").json()
    assert shown["gi_signature"] == mounted["gi_signature"]
    told = verified(client, shown["dsse"])
    assert (told["valid"], told["companionId"], told["reason"]) == (True, "YOURMODEL_001", None)


def test_a_changed_envelope_does_not_verify(client, mounted):
    envelope = client.get("/api/companions/YOURMODEL_001/attestation").json()["dsse"]
    assert "does not hold" in verified(client, envelope | {"payload": "e30="})["reason"]
    assert verified(client, envelope | {"payloadType": "text/plain"})["valid"] is False
    stranger = [{**envelope["signatures"][0], "keyid": "00"}]
    assert "our attestation key" in verified(client, envelope | {"signatures": stranger})["reason"]


def verified(client, envelope):
    response = client.post("/api/attestations/verify", data=json.dumps(envelope), content_type="application/json")
    assert response.status_code == 200
    return response.json()


@pytest.mark.parametrize("envelope", [{}, {"payload": "x", "payloadType": "t", "signatures": []}, [], "x"])
def test_an_envelope_that_is_none_is_400(client, envelope):
    response = client.post("/api/attestations/verify", data=json.dumps(envelope), content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize("name", ["NOBODY_001", "ATLAS_001"])
def test_who_never_mounted_has_no_attestation(client, name):
    assert client.get(f"/api/companions/{name}/attestation").status_code == 404


def give(client, facts, key=None):
    headers = bearing(key) if key else {}
    return client.patch(
        "/api/companions/YOURMODEL_001", data=json.dumps(facts), content_type="application/json", headers=headers
    )


def test_what_is_asked_is_given_with_the_key_and_opens_shadow(client, mounted):
    first = give(client, {"limits": ALL_THAT_IS_ASKED["limits"]}, mounted["apiKey"]).json()
    assert first["state"] == "mounted"
    assert "pricing" in first["askedBeforeShadow"]
    last = give(client, ALL_THAT_IS_ASKED, mounted["apiKey"]).json()
    assert (last["state"], last["askedBeforeShadow"]) == ("shadow", [])
    assert last["pricing"] == {"inputPer1kTokens": "0.25", "outputPer1kTokens": "0", "currency": "USD"}


def test_only_its_provider_gives_what_is_asked(client, mounted):
    assert give(client, ALL_THAT_IS_ASKED).status_code == 401
    other = an_application(State.APPROVED, provider="other-org", modelName="Other")
    key = actions.mount(other, by=PROVIDER.provider("other-org"), at=NOW).api_key
    assert give(client, ALL_THAT_IS_ASKED, key).status_code == 403


@pytest.mark.parametrize(
    "facts", [{"pricing": {"currency": "EUR"}}, {"limits": {"requestsPerMinute": 0}}, {"tier": "critical"}, []]
)
def test_facts_of_another_shape_are_400(client, mounted, facts):
    assert give(client, facts, mounted["apiKey"]).status_code == 400
