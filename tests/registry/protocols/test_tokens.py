"""OAuth client credentials: fetched once, kept in memory, never shown."""

import base64
import json

import pytest
import time_machine
from werkzeug import Response

from registry.egress import Outcome
from registry.protocols import deliberate, tokens

SECRET = "s:cret/é"


@pytest.fixture
def client(server, reach):
    def make(**more):
        return reach(
            kind="oauth2_client_credentials",
            token_url=server.url_for("/token"),
            client_id="kaizen client",
            client_secret=SECRET,
            **more,
        )

    return make


def grants(server, **answer):
    server.expect_request("/token", method="POST").respond_with_json(
        {"access_token": "tok-1", "token_type": "bearer", "expires_in": 3600} | answer
    )
    server.expect_request("/v1/deliberate", headers={"Authorization": "Bearer tok-1"}).respond_with_json(
        {"response": "Four."}
    )


def asked(server, path):
    return [request for request, _ in server.log if request.path == path]


def test_a_token_is_fetched_as_the_rfc_says_and_kept(call, server, client, question):
    grants(server)
    assert [call.deliberate(client(scope="models.read models.ask"), question).ok for _ in range(3)] == [True] * 3
    (fetch,) = asked(server, "/token")
    assert fetch.form.to_dict() == {"grant_type": "client_credentials", "scope": "models.read models.ask"}
    kind, pair = fetch.headers["Authorization"].split()
    assert (kind, base64.b64decode(pair).decode()) == ("Basic", "kaizen%20client:s%3Acret%2F%C3%A9")


def test_other_credentials_get_a_token_of_their_own(call, server, client, question):
    grants(server)
    call.deliberate(client(), question)
    call.deliberate(client(scope="other"), question)
    assert len(asked(server, "/token")) == 2


@pytest.mark.parametrize("case", [(3600, 3500, 1), (3600, 3580, 2), (10, 4, 1), (10, 6, 2)])
def test_a_token_is_fetched_anew_shortly_before_it_ends(server, client, question, monkeypatch, case):
    expires_in, after, fetched = case
    grants(server, expires_in=expires_in)
    deliberate(client(), question)
    real = tokens.time.monotonic
    monkeypatch.setattr(tokens, "time", type("Later", (), {"monotonic": staticmethod(lambda: real() + after)}))
    deliberate(client(), question)
    assert len(asked(server, "/token")) == fetched


def test_a_token_that_the_model_no_longer_takes_is_forgotten(call, server, client, question):
    fetched = iter(["old", "new"])

    def grant(_request):
        return Response(json.dumps({"access_token": next(fetched), "token_type": "Bearer"}))

    server.expect_request("/token", method="POST").respond_with_handler(grant)
    server.expect_request("/v1/deliberate", headers={"Authorization": "Bearer old"}).respond_with_data("", status=401)
    server.expect_request("/v1/deliberate", headers={"Authorization": "Bearer new"}).respond_with_json(
        {"response": "Four."}
    )
    assert call.deliberate(client(), question).reason == "unauthorized"
    assert call.deliberate(client(), question).ok


@pytest.mark.parametrize(
    "case",
    [
        (400, "token_refused"),
        (401, "token_refused"),
        (403, "token_refused"),
        (404, "token_unavailable"),
        (500, "token_unavailable"),
        (302, "token_unavailable"),
    ],
)
def test_a_failure_of_the_token_server_is_the_provider_s(call, server, client, question, case):
    status, reason = case
    server.expect_request("/token").respond_with_data("", status=status)
    called = call.deliberate(client(), question)
    assert (called.outcome, called.reason) == (Outcome.HTTP_ERROR, reason)
    assert not asked(server, "/v1/deliberate")
    assert SECRET not in called.detail


@pytest.mark.parametrize(
    "answer",
    [
        {"token_type": "Bearer"},
        {"access_token": "", "token_type": "Bearer"},
        {"access_token": "two words", "token_type": "Bearer"},
        {"access_token": "line\nbreak", "token_type": "Bearer"},
        {"access_token": 7},
        {"access_token": "tok", "token_type": "mac"},
        {"access_token": "tok", "token_type": 1},
        {"access_token": "tok", "expires_in": "3600"},
        {"access_token": "tok", "expires_in": -1},
    ],
)
def test_a_token_of_another_shape_is_the_provider_s_too(call, server, client, question, answer):
    server.expect_request("/token").respond_with_json(answer)
    called = call.deliberate(client(), question)
    assert (called.outcome, called.reason) == (Outcome.HTTP_ERROR, "token_invalid")


def test_a_token_server_that_speaks_no_json_is_told_so(call, server, client, question):
    server.expect_request("/token").respond_with_data("<html>")
    assert call.deliberate(client(), question).reason == "token_invalid"


def test_a_lack_of_ours_while_fetching_stays_ours(call, client, question, monkeypatch):
    monkeypatch.setattr("registry.egress.exchange.MAX_REQUEST_BODY", 3)
    called = call.deliberate(client(), question)
    assert (called.outcome, called.reason) == (Outcome.OUR_FAULT, "request_invalid")


def test_the_time_for_the_token_is_not_the_model_s(call, server, client, question):
    grants(server)
    with time_machine.travel("2026-11-20", tick=True):
        called = call.deliberate(client(), question)
    assert called.latency_ms < 2000


def test_the_oldest_token_goes_when_there_are_too_many():
    kept = tokens.Kept()
    for number in range(tokens.MOST_KEPT + 1):
        kept.keep(number.to_bytes(4, "big"), "tok", seconds=100)
    assert kept.get((0).to_bytes(4, "big")) is None
    assert kept.get(tokens.MOST_KEPT.to_bytes(4, "big")) == "tok"
