"""Every failure ends in one of ten outcomes, with a published reason and a sentence to act on."""

import socket
import time

import pytest
from werkzeug import Response

from registry.egress import Outcome
from registry.protocols import REASONS, Reach
from tests.registry.protocols.conftest import KEY


def answered(server, *args, **kwargs):
    server.expect_request("/v1/chat/completions").respond_with_data(*args, **kwargs)


@pytest.mark.parametrize(
    "case",
    [
        (400, Outcome.HTTP_ERROR, "client_error"),
        (401, Outcome.HTTP_ERROR, "unauthorized"),
        (403, Outcome.HTTP_ERROR, "forbidden"),
        (404, Outcome.HTTP_ERROR, "client_error"),
        (429, Outcome.THROTTLED, "rate_limited"),
        (500, Outcome.HTTP_ERROR, "server_error"),
        (529, Outcome.HTTP_ERROR, "server_error"),
    ],
)
def test_an_error_status_is_named_with_the_path_that_was_asked(call, server, reach, question, case):
    status, outcome, reason = case
    answered(server, '{"error": {"message": "a secret of the server"}}', status=status)
    called = call.deliberate(reach("openai-chat"), question)
    assert (called.outcome, called.reason, called.status, called.value) == (outcome, reason, status, None)
    assert called.detail.startswith(REASONS[reason].sentence)
    assert "/v1/chat/completions" in called.detail
    assert "secret" not in called.detail
    assert called.latency_ms >= 0


def test_a_throttled_call_says_when_to_come_back(call, server, reach, question):
    answered(server, "", status=429, headers={"Retry-After": "7"})
    called = call.deliberate(reach("openai-chat"), question)
    assert (called.outcome, called.retry_after) == (Outcome.THROTTLED, 7.0)


def test_a_redirect_is_shown_and_not_followed(call, server, reach, question):
    answered(server, "", status=307, headers={"Location": "https://elsewhere.example.com/v1/chat/completions"})
    called = call.deliberate(reach("openai-chat"), question)
    assert (called.outcome, called.reason) == (Outcome.HTTP_ERROR, "redirect_not_allowed")
    assert "https://elsewhere.example.com/v1/chat/completions" in called.detail


@pytest.mark.parametrize("body", ["", "<html>", "{", '{"a": NaN}', '{"a": 1, "a": 2}', "\ufeff{}"])
def test_what_is_not_strict_json_is_invalid_json(call, server, reach, question, body):
    answered(server, body)
    called = call.deliberate(reach("openai-chat"), question)
    assert (called.outcome, called.reason, called.status) == (Outcome.INVALID_JSON, "json_malformed", 200)
    assert called.latency_ms >= 0


def test_a_list_at_the_top_is_invalid_json(call, server, reach, question):
    answered(server, "[]")
    assert call.deliberate(reach("openai-chat"), question).reason == "json_not_object"


def test_a_violation_of_the_schema_names_the_field_and_shows_nothing_of_it(call, server, reach, question):
    server.expect_request("/v1/deliberate").respond_with_json({"response": "x", "position": "a private word"})
    called = call.deliberate(reach(), question)
    assert (called.outcome, called.reason, called.status) == (Outcome.SCHEMA_VIOLATION, "position_unknown", 200)
    assert called.detail.endswith("(position)")
    assert "private" not in called.detail


def test_more_than_a_mebibyte_is_oversized(call, server, reach, question):
    answered(server, "x" * (1024 * 1024 + 1))
    assert call.deliberate(reach("openai-chat"), question).outcome is Outcome.OVERSIZED


def test_a_slow_answer_ends_at_the_deadline(call, server, reach, question):
    def slowly(_request):
        time.sleep(0.6)
        return Response("{}")

    server.expect_request("/v1/chat/completions").respond_with_handler(slowly)
    called = call.deliberate(reach("openai-chat"), question, deadline=0.2)
    assert (called.outcome, called.reason) == (Outcome.TIMEOUT, "deadline_exceeded")
    assert 150 < called.latency_ms < 600


def test_nobody_there_is_unreachable(call, question, settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = f"127.0.0.1:{listener.getsockname()[1]}"
    settings.KAIZEN_EGRESS_DEV_ALLOW = [there]
    called = call.deliberate(Reach(f"http://{there}", f"http://{there}", "masl"), question)
    assert (called.outcome, called.reason) == (Outcome.UNREACHABLE, "connection_refused")
    assert called.status is None


def test_an_address_that_may_not_be_called_is_unreachable_and_told_why(call, question, settings):
    settings.KAIZEN_EGRESS_DEV_ALLOW = []
    called = call.deliberate(Reach("https://models.internal", "https://models.internal", "masl"), question)
    assert (called.outcome, called.reason) == (Outcome.UNREACHABLE, "host_reserved")
    assert called.detail


@pytest.mark.parametrize("key", ["two\nlines", "nul\0", "é"])
def test_a_key_that_cannot_stand_in_a_header_is_our_fault_and_not_shown(call, server, reach, question, key):
    called = call.deliberate(reach(key=key), question)
    assert (called.outcome, called.reason) == (Outcome.OUR_FAULT, "request_invalid")
    assert key not in called.detail
    assert not server.log


def test_a_key_never_stands_in_what_is_told(call, server, reach, question):
    answered(server, "", status=401)
    assert KEY not in repr(call.deliberate(reach("openai-chat"), question))


def test_an_ok_call_tells_latency_and_status_and_nothing_else(call, server, reach):
    server.expect_request("/health").respond_with_json({"status": "healthy", "latency": 3})
    called = call.health(reach())
    assert (called.outcome, called.reason, called.detail, called.status) == (Outcome.OK, "", "", 200)
    assert 0 <= called.latency_ms < 5000


def test_every_published_reason_has_one_of_the_ten_outcomes_and_a_whole_sentence():
    assert {reason.outcome for reason in REASONS.values()} == set(Outcome) - {Outcome.OK}
    assert all(reason.sentence.endswith(".") and reason.sentence[0].isupper() for reason in REASONS.values())
    assert all(len(code) <= 60 for code in REASONS)
