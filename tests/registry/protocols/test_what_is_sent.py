"""What each protocol puts on the wire."""

import pytest

from registry.egress import Outcome
from registry.protocols.positions import POSITION_INSTRUCTION
from tests.registry.protocols.conftest import KEY, a_question

PROMPT = "What is 2 + 2?"
MESSAGE = {"role": "user", "content": PROMPT}
CHAT = {"choices": [{"message": {"content": "4"}}]}
ANSWERS = {
    "masl": {"response": "4"},
    "openai-chat": CHAT,
    "openai-completions": {"choices": [{"text": "4"}]},
    "anthropic-messages": {"content": [{"type": "text", "text": "4"}]},
}
TAILS = {
    "masl": "/v1/deliberate",
    "openai-chat": "/v1/chat/completions",
    "openai-completions": "/v1/completions",
    "anthropic-messages": "/v1/messages",
}
BODIES = {
    "masl": {
        "prompt": PROMPT,
        "context": {"tier": "standard", "chamber": "thought-broker", "cycle": "C-114"},
        "requestId": "r-1",
    },
    "openai-chat": {"model": "m-7", "messages": [MESSAGE], "stream": False},
    "openai-completions": {"model": "m-7", "prompt": PROMPT, "max_tokens": 1024, "stream": False},
    "anthropic-messages": {"model": "m-7", "messages": [MESSAGE], "max_tokens": 4096},
}
every_protocol = pytest.mark.parametrize("protocol", list(TAILS))


def asked(server):
    (request, _answer), *rest = server.log
    assert not rest
    return request


@every_protocol
def test_a_question_goes_to_the_protocol_s_path_in_its_own_form(call, server, reach, question, protocol):
    server.expect_request(f"/models{TAILS[protocol]}", method="POST").respond_with_json(ANSWERS[protocol])
    called = call.deliberate(reach(protocol, base="/models", model="m-7"), question)
    assert (called.outcome, called.reason, called.value.response) == (Outcome.OK, "", "4")
    assert asked(server).get_json() == BODIES[protocol]
    assert asked(server).headers["Content-Type"] == "application/json"


@every_protocol
def test_a_base_that_ends_in_the_version_does_not_repeat_it(call, server, reach, question, protocol):
    server.expect_request(TAILS[protocol]).respond_with_json(ANSWERS[protocol])
    assert call.deliberate(reach(protocol, base="/v1"), question).ok


@pytest.mark.parametrize("protocol", ["openai-chat", "openai-completions", "anthropic-messages"])
def test_a_server_of_a_single_model_is_told_no_model(call, server, reach, question, protocol):
    server.expect_request(TAILS[protocol]).respond_with_json(ANSWERS[protocol])
    call.deliberate(reach(protocol), question)
    assert "model" not in asked(server).get_json()


@every_protocol
def test_a_key_goes_where_the_protocol_keeps_it(call, server, reach, question, protocol):
    server.expect_request(TAILS[protocol]).respond_with_json(ANSWERS[protocol])
    call.deliberate(reach(protocol), question)
    headers = asked(server).headers
    if protocol == "anthropic-messages":
        assert (headers["x-api-key"], headers["anthropic-version"]) == (KEY, "2023-06-01")
        assert "Authorization" not in headers
    else:
        assert headers["Authorization"] == f"Bearer {KEY}"


@every_protocol
def test_a_header_that_the_provider_named_holds_the_key_bare(call, server, reach, question, protocol):
    server.expect_request(TAILS[protocol]).respond_with_json(ANSWERS[protocol])
    call.deliberate(reach(protocol, key=KEY, header="X-Model-Key"), question)
    headers = asked(server).headers
    assert headers["X-Model-Key"] == KEY
    assert not {"Authorization", "X-Api-Key"} & set(headers.keys())


def test_without_credentials_none_are_sent(call, server, reach, question):
    server.expect_request("/v1/deliberate").respond_with_json(ANSWERS["masl"])
    call.deliberate(reach(kind="none"), question)
    call.deliberate(reach().without_credentials(), question)
    assert len(server.log) == 2
    assert all("Authorization" not in request.headers for request, _ in server.log)


def test_credentials_go_to_no_other_origin_than_their_own(call, server, reach, question):
    there = reach()
    elsewhere = type(there)(there.base_url, "https://models.example.org", "masl", "", "api_key", {"key": KEY})
    called = call.deliberate(elsewhere, question)
    assert (called.outcome, called.reason) == (Outcome.OUR_FAULT, "credentials_elsewhere")
    assert not server.log


def test_a_position_is_asked_of_models_that_have_no_field_for_it(call, server, reach):
    server.expect_request("/v1/completions").respond_with_json(ANSWERS["openai-completions"])
    server.expect_request("/v1/deliberate").respond_with_json(ANSWERS["masl"])
    voting = a_question(wants_position=True)
    call.deliberate(reach("openai-completions"), voting)
    call.deliberate(reach("masl"), voting)
    (adapted, _), (own, _) = server.log
    assert adapted.get_json()["prompt"] == f"{PROMPT}\n\n{POSITION_INSTRUCTION}"
    assert own.get_json()["prompt"] == PROMPT


def test_health_and_validation_stand_under_the_base(call, server, reach):
    server.expect_request("/m/health", method="GET").respond_with_json({"status": "healthy", "latency": 12})
    server.expect_request("/m/constitutional/validate", method="POST").respond_with_json(
        {"score": 91, "violations": []}
    )
    assert call.health(reach(base="/m")).ok
    assert call.validate(reach(base="/m"), response="Four.", tier="standard").ok
    assert server.log[1][0].get_json() == {"response": "Four.", "tier": "standard"}


@pytest.mark.parametrize("protocol", ["openai-chat", "openai-completions", "anthropic-messages"])
def test_what_a_protocol_does_not_offer_is_not_asked(call, server, reach, protocol):
    for called in (call.health(reach(protocol)), call.validate(reach(protocol), response="x", tier="high")):
        assert (called.outcome, called.reason, called.value) == (Outcome.OUR_FAULT, "not_offered", None)
    assert not server.log


def test_neither_a_reach_nor_a_question_shows_its_secrets(reach):
    shown = repr(reach()) + repr(a_question("a private matter"))
    assert KEY not in shown
    assert "private" not in shown
