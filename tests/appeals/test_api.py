"""Appeals over HTTP: the guide's own shape, whose appeal it is, and what is told."""

import pytest
from django.utils import timezone

from appeals import actions
from appeals.models import Appeal
from charter.queries import version_at
from ledger.actors import Actor, Forbidden
from ledger.queries import last_decision
from onboarding import actions as onboarding
from onboarding.models.application import State
from registry.actions import issue_key
from tests.factories.companions import PROVIDER, active
from tests.factories.onboarding import brought_to, submitted
from tiers.actions import standing as standings

pytestmark = pytest.mark.django_db
SUBMIT = "/api/appeals/submit"


@pytest.fixture
def suspended(steward):
    at = timezone.now()
    standing = standings.suspend(active(at=at), hours=24, by=Actor.person(steward), at=at, reason="Three complaints.")
    _, key = issue_key(standing.companion, by=PROVIDER, at=at, under=version_at(at).law)
    return standing, last_decision("companion", "YOURMODEL_001", moves=["suspend"]).public_id, key


def post(client, path, key, body, **more):
    return client.post(path, body, content_type="application/json", headers={"Authorization": f"Bearer {key}", **more})


def seed(decision, **more):
    return {
        "companionId": "YOURMODEL_001",
        "decisionId": decision,
        "reason": "Flagged wrongly.",
        "evidence": "Line 3.",
        **more,
    }


def test_an_appeal_is_submitted_read_and_moved_on_by_its_party(client, suspended):
    _, decision, key = suspended
    answer = post(client, SUBMIT, key, seed(decision))
    assert answer.status_code == 202
    told = answer.json()
    assert (told["status"], told["against"], told["companionId"]) == ("self_review", decision, "YOURMODEL_001")
    path = f"/api/appeals/{told['appealId']}"
    assert client.get(path, headers={"Authorization": f"Bearer {key}"}).json()["status"] == "self_review"
    moved = client.generic("POST", f"{path}/self-review-done", headers={"Authorization": f"Bearer {key}"})
    assert (moved.status_code, moved.json()["status"]) == (200, "sentinel_review")
    again = client.generic("POST", f"{path}/self-review-done", headers={"Authorization": f"Bearer {key}"})
    assert (again.status_code, again.json()["code"]) == (409, "refused")


def test_nobody_else_sees_an_appeal_or_contests_the_decision(client, suspended):
    _, decision, key = suspended
    told = post(client, SUBMIT, key, seed(decision)).json()
    assert client.get(f"/api/appeals/{told['appealId']}").status_code == 401
    at = timezone.now()
    stranger = active("OTHER_001", provider="other-org", at=at).companion
    _, other = issue_key(stranger, by=Actor.provider("other-org"), at=at, under=version_at(at).law)
    assert (
        client.get(f"/api/appeals/{told['appealId']}", headers={"Authorization": f"Bearer {other}"}).status_code == 404
    )
    assert post(client, SUBMIT, other, seed(decision)).status_code == 404


def test_an_onboarding_token_speaks_for_its_own_application_alone(client, suspended):
    _, decision, key = suspended
    told = post(client, SUBMIT, key, seed(decision)).json()
    # Anybody may apply under any slug: the token that they get must reach nothing else of that organisation.
    token = submitted(provider="your-org", modelName="Another").token
    assert post(client, SUBMIT, token, seed(decision)).status_code == 404
    assert (
        client.get(f"/api/appeals/{told['appealId']}", headers={"Authorization": f"Bearer {token}"}).status_code == 404
    )


def test_one_appeal_at_a_time_and_a_key_replays_the_first(client, suspended):
    _, decision, key = suspended
    first = post(client, SUBMIT, key, seed(decision), **{"Idempotency-Key": "a-1"})
    again = post(client, SUBMIT, key, seed(decision), **{"Idempotency-Key": "a-1"})
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (202, first.json(), "true")
    assert post(client, SUBMIT, key, seed(decision, reason="Another."), **{"Idempotency-Key": "a-1"}).status_code == 422
    assert post(client, SUBMIT, key, seed(decision)).status_code == 409


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"extra": 1}, 400),
        ({"reason": ""}, 400),
        ({"decisionId": "dec_" + "0" * 32}, 404),
        ({"companionId": "NOBODY_001"}, 404),
    ],
)
def test_what_is_wrong_gets_its_status_and_opens_nothing(client, suspended, change, status):
    _, decision, key = suspended
    answer = post(client, SUBMIT, key, seed(decision, **change))
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_rejected_application_is_appealed_with_its_token_and_goes_to_another_steward(client, steward, other_steward):
    at = timezone.now()
    new = submitted(at, provider="new-org", modelName="Newcomer")
    application = brought_to(State.STEWARD_REVIEW, new.application, at=at)
    appeal = {"decisionId": application.public_id, "reason": "The card was read wrongly.", "evidence": "Page 2."}
    assert post(client, SUBMIT, new.token, appeal).status_code == 404
    onboarding.reject(application, by=Actor.person(steward), reason="The card says too little.", at=at)
    told = post(client, SUBMIT, new.token, appeal)
    assert (told.status_code, told.json()["companionId"]) == (202, None)
    row = Appeal.objects.get()
    actions.finish_self_review(row, by=Actor.provider("new-org"), at=at)
    actions.advise(row, {"holds": None, "reason": "A person decided.", "answers": []}, at=at)
    with pytest.raises(Forbidden):
        actions.grant(row, by=Actor.person(steward), reason="No.", at=at)
    actions.grant(row, by=Actor.person(other_steward), reason="Page 2 says it.", at=at)
    application.refresh_from_db()
    assert application.state == "steward_review"
    with pytest.raises(Forbidden):
        onboarding.approve(application, by=Actor.person(steward), reason="On second thoughts.", at=at)
    path = f"/api/appeals/{row.public_id}"
    assert client.get(path, headers={"Authorization": f"Bearer {new.token}"}).json()["answer"] == "Page 2 says it."
