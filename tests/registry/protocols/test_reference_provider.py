"""The contract over a real wire: the reference provider as a process."""

import pytest

from registry.egress import Outcome
from registry.models import Endpoint, Provider
from registry.protocols import Reach, reach_of
from tests.conftest import NOW
from tests.deploy.test_reference_provider import KEY, provider
from tests.registry.protocols.conftest import a_question


@pytest.fixture
def reference(settings):
    """Start a provider; gives how it is reached."""
    running = []

    def start(*options):
        context = provider(*options)
        caller = context.__enter__()
        running.append(context)
        origin = f"http://127.0.0.1:{caller.connection.port}"
        settings.KAIZEN_EGRESS_DEV_ALLOW = [f"127.0.0.1:{caller.connection.port}"]
        return Reach(origin, origin, "masl", "", "api_key", {"key": KEY})

    yield start
    for context in running:
        context.__exit__(None, None, None)


def test_a_good_provider_answers_all_three_calls(call, reference):
    reach = reference()
    answer = call.deliberate(reach, a_question("What is 15% of 240? Answer with the number alone."))
    assert (answer.value.response, answer.value.tokens_estimated, answer.value.model) == (
        "36",
        False,
        "reference-good-1",
    )
    assert call.health(reach).value.is_healthy
    judged = call.validate(reach, response=answer.value.response, tier="standard")
    assert (judged.value.score, judged.value.violations) == (100, [])


def test_a_stranger_is_refused(call, reference, question):
    called = call.deliberate(reference().without_credentials(), question)
    assert (called.outcome, called.reason, called.status) == (Outcome.HTTP_ERROR, "unauthorized", 401)


def test_a_flaky_provider_fails_in_two_ways(call, reference, question):
    reach = reference("--manner", "flaky", "--behave-for", "0", "--latency", "0", "--fail-every", "2")
    outcomes = [call.deliberate(reach, question).reason for _ in range(4)]
    assert outcomes == ["", "server_error", "", "closed_without_answer"]


def test_an_endpoint_of_the_roll_is_reached_with_its_own_credentials(db, call, reference, question):
    there = reference()
    owner = Provider.objects.create(slug="your-org", name="Your Org", exchanges_at_once=5, created_at=NOW)
    endpoint = Endpoint(
        provider=owner,
        base_url=there.base_url,
        origin=there.origin,
        protocol="masl",
        auth_kind="api_key",
        created_at=NOW,
    )
    endpoint.keep_auth({"key": KEY})
    endpoint.save()
    reach = reach_of(Endpoint.objects.get(pk=endpoint.pk))
    assert reach.places == 5
    assert KEY not in repr(reach)
    assert call.deliberate(reach, question).ok
