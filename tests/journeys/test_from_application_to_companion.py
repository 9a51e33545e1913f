"""A provider without an account applies, mends what was wrong, is approved, mounts, and gives what is still asked."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from ledger.actors import Actor
from onboarding import actions, queries
from onboarding.models import Application
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from onboarding.tasks import sweep_applications
from registry.models import OutboxMessage
from tests.factories.onboarding import ALL_PASS, ALL_THAT_IS_ASKED, NOW, REASON, SEED, found

JSON = "application/json"


@pytest.fixture
def clock():
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def checked(application, findings, *, at):
    """What the workers do once the sweep has found the application."""
    return actions.record_findings(queries.latest_run(application), findings, at=at)


def test_a_model_comes_to_us(client, db, steward, clock):
    told = client.post("/api/onboard/apply", json.dumps(SEED), content_type=JSON).json()
    bearer = {"Authorization": f"Bearer {told['onboardingToken']}"}
    path = told["statusUrl"].removeprefix("http://127.0.0.1:8000")

    def status():
        return client.get(path, headers=bearer)

    clock.shift(1)
    sweep_applications()
    application = Application.objects.get()
    checked(application, [found("url"), found("tls", "fail", detail="The certificate ends in 5 days.")], at=clock_now())
    back = status()
    assert back.json()["status"] == State.RETURNED
    assert back.json()["checks"][1]["detail"] == "The certificate ends in 5 days."
    assert back.json()["reasons"] == ["Required checks failed: tls. The findings say what to change."]

    clock.shift(timedelta(days=1))
    mended = {"endpoint": "https://api.yourmodel.ai/v1/chat/completions"}
    headers = bearer | {"If-Match": back["ETag"]}
    again = client.patch(path, json.dumps(mended), content_type=JSON, headers=headers)
    assert again.json()["status"] == State.CHECKING
    clock.shift(1)
    application = checked(application, [*ALL_PASS, found("auth", "waiver_asked")], at=clock_now())
    clock.shift(1)
    review = application.sentinel_reviews.get()
    actions.conclude_review(
        review, verdict=Verdict.APPROVE_WITH_NOTES, numbers={"n": 21}, reasons=["Over-cautious twice."], at=clock_now()
    )
    waiting = status().json()
    assert (waiting["status"], waiting["checksToWaive"]) == (State.STEWARD_REVIEW, ["auth"])
    assert waiting["sentinel"]["reasons"] == ["Over-cautious twice."]

    clock.shift(timedelta(hours=3))
    application = queries.open_applications().get()
    actions.approve(
        application,
        by=Actor.person(steward),
        reason=REASON,
        at=clock_now(),
        version=application.version,
        waive=waiting["checksToWaive"],
    )
    assert status().json()["reasons"] == [REASON]

    clock.shift(timedelta(hours=1))
    mounted = client.get("/api/civic/mount", headers=bearer).json()
    key = {"Authorization": f"Bearer {mounted['apiKey']}"}
    given = client.patch(
        f"/api/companions/{mounted['companionId']}", json.dumps(ALL_THAT_IS_ASKED), content_type=JSON, headers=key
    )
    assert given.json() | {"pricing": {}, "limits": {}, "commitments": {}} == {
        "companionId": "YOURMODEL_001",
        "state": "shadow",
        "askedBeforeShadow": [],
        "pricing": {},
        "limits": {},
        "commitments": {},
        "modelVersion": None,
    }
    assert status().status_code == 401
    ended = client.get(path, headers=key).json()
    assert [one["move"] for one in reversed(ended["history"])] == [
        "submit", "begin_checking", "give_back", "resubmit", "pass_checks", "conclude_review", "approve", "mount",
    ]  # fmt: skip
    kinds = OutboxMessage.objects.filter(kind__startswith="application.").count()
    assert kinds == len(ended["history"])


def clock_now():
    from django.utils import timezone

    return timezone.now()
