"""Applications brought to a stage by the real actions, so that no test sees an impossible row."""

import copy
import json
from datetime import UTC, datetime, timedelta

from faces import strict_json
from ledger.actors import Actor
from onboarding import actions, queries
from onboarding.intake.body import parse_application
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from onboarding.rules import Found
from registry.egress.policy import Policy
from registry.models import Person

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REASON = "It answers well, and its card says what it cannot do."
SEED = {
    "modelName": "YourModel",
    "provider": "your-org",
    "endpoint": "https://api.yourmodel.ai/v1/completions",
    "contact": {"name": "Wilhelmina Quill", "email": "wilhelmina@yourorg.ai", "organization": "Your Organization"},
    "capabilities": ["text-generation", "reasoning", "code-generation"],
    "proposedTier": "standard",
    "modelCard": "https://yourmodel.ai/model-card.pdf",
}
ALL_THAT_IS_ASKED = {
    "pricing": {"inputPer1kTokens": "0.25", "outputPer1kTokens": 0},
    "limits": {"requestsPerMinute": 60, "tokensPerMinute": 100_000},
    "commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": 99},
}
PROVIDER = Actor.provider("your-org")


def a_body(**fields):
    """The guide's own example with ``fields`` (wire names) laid over."""
    return parse_application(strict_json.loads(json.dumps(a_document(**fields)).encode()), policy=Policy())


def a_document(**fields):
    return {**copy.deepcopy(SEED), **fields}


def found(check="url", outcome="pass", *, required=True, **more):
    return Found(check=check, required=required, outcome=outcome, **more)


ALL_PASS = [found("url"), found("tls"), found("control"), found("model_card", required=False)]


def a_steward_called(name):
    """A steward of no organisation, for those who need one to bring an application further."""
    known = Person.objects.filter(email=f"{name}@example.org").first()
    return known or Person.objects.create_user(
        f"{name}@example.org", "correct horse battery", name=name.title(), is_staff=True, roles=["steward"]
    )


def submitted(at=NOW, by=None, **fields):
    """The application and its token, just submitted."""
    return actions.submit(a_body(**fields), by=by, at=at)


def an_application(state=State.SUBMITTED, *, at=NOW, findings=ALL_PASS, verdict=Verdict.APPROVE, **fields):
    """An application brought to ``state`` by the actions, a second apart."""
    return brought_to(state, submitted(at, **fields).application, at=at, findings=findings, verdict=verdict)


def brought_to(state, application, *, at=NOW, findings=ALL_PASS, verdict=Verdict.APPROVE, steward="petra"):
    """``application``, submitted, on its way to ``state``."""
    if state == State.SUBMITTED:
        return application
    actions.begin_checking(application, at=at + timedelta(seconds=1))
    if state == State.CHECKING:
        return application
    if state == State.RETURNED:
        findings = [found("url", "fail", reason="host_refused", detail="This host answers nobody.")]
    run = queries.latest_run(application)
    application = actions.record_findings(run, findings, at=at + timedelta(seconds=2))
    if state in (State.SENTINEL_REVIEW, State.RETURNED):
        return application
    review = application.sentinel_reviews.get()
    application = actions.conclude_review(
        review, verdict=verdict, numbers={"n": 21}, reasons=["It holds."], at=at + timedelta(seconds=3)
    )
    return _decided(state, application, by=Actor.person(a_steward_called(steward)), at=at + timedelta(seconds=4))


def _decided(state, application, *, by, at):
    if state == State.REJECTED:
        actions.reject(application, by=by, reason=REASON, at=at)
    if state in (State.APPROVED, State.MOUNTED):
        waive = queries.checks_to_waive(application)
        actions.approve(application, by=by, reason=REASON, at=at, waive=waive)
    if state == State.MOUNTED:
        actions.mount(application, by=Actor.provider(application.provider.slug), at=at + timedelta(seconds=1))
    return application
