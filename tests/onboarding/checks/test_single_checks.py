"""Each check, in its stories of pass and fail."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from cryptography import x509
from pytest_httpserver import HTTPServer
from werkzeug import Response

from onboarding.checks import Candidate, address, advisory, answers, proof
from onboarding.checks.round import Round
from registry.egress import Failed, Reply, resolver
from registry.protocols import Reach
from tests.onboarding.checks.test_running import AT, LAW, a_law
from tests.onboarding.providers import KEY, reach_to
from tests.registry.egress.test_egress_tls import authority, trusted

__all__ = ["authority", "trusted"]
PUBLIC = "https://models.your-company.com"


def a_round(candidate, *, law=LAW, at=AT, **evidence):
    """A round whose named evidence is given, as if it had been gathered."""
    here = Round(candidate, law, at=at, seconds=60, tick=lambda: None)
    here.__dict__.update(evidence)
    return here


def at(odd, **more):
    return Candidate(reach_to(f"http://127.0.0.1:{odd.port}", **more), challenge="token")


def said(finding):
    return finding.outcome, finding.reason


def deliberates(odd, answer=None, **more):
    odd.expect_request("/v1/deliberate", headers={"Authorization": f"Bearer {KEY}"}).respond_with_json(
        answer or {"response": "Four."}, **more
    )


def a_failure(reason, **more):
    return Failed(reason, **more)


def a_reply(**more):
    facts = {"status": 200, "headers": {}, "body": b"", "elapsed": 0.1, "size": 0, "peer": "192.0.2.1"}
    return Reply(**facts | {"certificate_expires_at": None} | more)


@pytest.mark.parametrize(
    ("contact", "url", "tls", "host"),
    [
        (a_reply(), ("pass", ""), ("pass", ""), ("pass", "")),
        (a_failure("client_error", status=404), ("pass", ""), ("pass", ""), ("pass", "")),
        (a_failure("server_error", status=500), ("pass", ""), ("pass", ""), ("pass", "")),
        (
            a_failure("address_not_public"),
            ("fail", "address_not_public"),
            ("inconclusive", "address_not_public"),
            ("inconclusive", "not_reached"),
        ),
        (
            a_failure("dns_no_answer"),
            ("pass", ""),
            ("inconclusive", "dns_no_answer"),
            ("fail", "dns_no_answer"),
        ),
        (
            a_failure("connection_refused"),
            ("pass", ""),
            ("inconclusive", "connection_refused"),
            ("fail", "connection_refused"),
        ),
        (
            a_failure("certificate_expired"),
            ("pass", ""),
            ("fail", "certificate_expired"),
            ("inconclusive", "not_reached"),
        ),
        (a_failure("no_place"), ("pass", ""), ("inconclusive", "no_place"), ("inconclusive", "no_place")),
    ],
)
def test_one_word_with_the_host_tells_address_certificate_and_presence(contact, url, tls, host):
    here = a_round(Candidate(reach_to(PUBLIC)), contact=contact)
    assert (said(address.url(here)), said(address.tls(here)), said(address.host(here))) == (url, tls, host)


@pytest.fixture
def own_name(settings, monkeypatch):
    """A name of the organisation's own network that leads to loopback, where TLS may be served."""

    def to(port):
        settings.KAIZEN_EGRESS_DEV_ALLOW = []
        settings.KAIZEN_EGRESS_ALLOW = [f"models.corp.example=127.0.0.0/8:{port}"]
        monkeypatch.setattr(resolver, "look_up", lambda _host: ["127.0.0.1"])
        origin = f"https://models.corp.example:{port}"
        return Reach(origin, origin, "masl")

    return to


@pytest.mark.parametrize(
    ("days", "asked", "outcome"),
    [
        (15, 14, ("pass", "")),
        (13, 14, ("fail", "certificate_expiring")),
        (13, 12, ("pass", "")),
        (-1, 14, ("fail", "certificate_expired")),
    ],
)
def test_a_certificate_must_last_for_the_law_s_days(trusted, own_name, days, asked, outcome):
    context = trusted.server(names=[x509.DNSName("models.corp.example")], begins=-30, ends=days)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        candidate = Candidate(own_name(server.port), challenge="token")
        server.expect_request("/.well-known/masl-challenge/token").respond_with_data("token")
        here = a_round(candidate, law=a_law(certificate_days=asked), at=datetime.now(UTC))
        assert said(address.tls(here)) == outcome
        # A certificate that only ends soon keeps nobody from answering.
        answers_still = outcome[1] != "certificate_expired"
        assert said(address.host(here)) == (("pass", "") if answers_still else ("inconclusive", "not_reached"))
        if answers_still:
            assert said(proof.control(here)) == ("pass", "")


def test_an_untrusted_certificate_fails(authority, own_name):
    context = authority.server(names=[x509.DNSName("models.corp.example")])
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        here = a_round(Candidate(own_name(server.port)), at=datetime.now(UTC))
        assert said(address.tls(here)) == ("fail", "certificate_untrusted")


def test_a_development_endpoint_needs_no_certificate(odd):
    here = a_round(at(odd))
    assert said(address.url(here)) == said(address.tls(here)) == ("pass", "development_endpoint")


@pytest.mark.parametrize(
    ("served", "finding"),
    [
        (("token", 200), ("pass", "")),
        (("token\n", 200), ("pass", "")),
        (("Token", 200), ("inconclusive", "wrong_token")),
        (("<p>token</p>", 200), ("inconclusive", "wrong_token")),
        (("", 200), ("inconclusive", "wrong_token")),
        (("token", 404), ("inconclusive", "not_served")),
        (("x" * 5000, 200), ("inconclusive", "not_served")),
    ],
)
def test_control_is_the_token_alone_at_its_place(odd, served, finding):
    body, status = served
    odd.expect_request("/.well-known/masl-challenge/token").respond_with_data(body, status=status)
    assert said(proof.control(a_round(at(odd)))) == finding


@pytest.mark.parametrize(
    ("key", "reason", "finding"),
    [(KEY, "", ("pass", "key_works")), (KEY, "unauthorized", ("inconclusive", "not_measured"))],
)
def test_at_a_public_model_api_the_working_key_is_the_proof(key, reason, finding):
    called = proof.Called(
        proof.Outcome.HTTP_ERROR if reason else proof.Outcome.OK, reason, status=401 if reason else 200
    )
    candidate = Candidate(reach_to("https://api.openai.com", protocol="openai-chat", key=key), challenge="token")
    assert said(proof.control(a_round(candidate, calls=[called]))) == finding


def test_a_host_that_only_looks_like_a_public_model_api_serves_the_token():
    candidate = Candidate(reach_to("https://api.openai.com.your-company.com"), challenge="token")
    here = a_round(candidate, contact=a_failure("client_error", status=404), calls=[])
    assert said(proof.control(here)) == ("inconclusive", "not_served")


@pytest.mark.parametrize(
    ("status", "finding"),
    [
        (401, ("pass", "")),
        (403, ("pass", "")),
        (404, ("pass", "")),
        (302, ("pass", "")),
        (200, ("fail", "not_required")),
        (500, ("inconclusive", "server_error")),
        (429, ("inconclusive", "rate_limited")),
    ],
)
def test_a_stranger_is_to_be_refused(odd, status, finding):
    deliberates(odd)
    odd.expect_request("/v1/deliberate").respond_with_json({"response": "Four."}, status=status)
    assert said(proof.auth(a_round(at(odd)))) == finding


def test_no_credentials_are_a_matter_for_a_steward_unless_an_operator_named_the_host(odd):
    assert said(proof.auth(a_round(Candidate(reach_to(PUBLIC, key=""))))) == ("waiver_asked", "no_auth")
    assert said(proof.auth(a_round(at(odd, key="")))) == ("pass", "no_auth")


def test_no_credentials_pass_on_the_organisation_s_own_network(own_name):
    assert said(proof.auth(a_round(Candidate(own_name(8443))))) == ("pass", "no_auth")


@pytest.mark.parametrize(("taken", "finding"), [(True, ("fail", "taken")), (False, ("pass", ""))])
def test_an_endpoint_and_model_are_registered_once(taken, finding):
    assert said(proof.duplicate(a_round(Candidate(reach_to(PUBLIC), is_taken=lambda: taken)))) == finding


@pytest.mark.parametrize(
    ("answer", "json", "deliberation"),
    [
        ('{"response": "Four."}', ("pass", ""), ("pass", "")),
        ("<html>", ("fail", "json_malformed"), ("fail", "json_malformed")),
        ('{"response": 4}', ("pass", ""), ("fail", "field_wrong_type")),
        ('{"response": ""}', ("pass", ""), ("fail", "response_empty")),
    ],
)
def test_json_and_contract_are_told_apart(odd, answer, json, deliberation):
    odd.expect_request("/v1/deliberate").respond_with_data(answer)
    here = a_round(at(odd))
    assert (said(answers.json(here)), said(answers.deliberation(here))) == (json, deliberation)


def test_one_answer_of_another_shape_among_good_ones_fails(odd):
    numbers = iter(range(100))

    def sometimes(_request):
        body = '{"response": "Four.", "confidence": 7}' if next(numbers) == 5 else '{"response": "Four."}'
        return Response(body, content_type="application/json")

    odd.expect_request("/v1/deliberate").respond_with_handler(sometimes)
    here = a_round(at(odd))
    assert said(answers.deliberation(here)) == ("fail", "field_out_of_range")
    assert said(answers.latency(here)) == ("inconclusive", "too_few")


def test_a_server_that_asks_for_patience_is_not_failed_for_it(odd):
    odd.expect_request("/v1/deliberate").respond_with_data("", status=429, headers={"Retry-After": "3"})
    here = a_round(at(odd))
    assert said(answers.deliberation(here)) == ("inconclusive", "rate_limited")
    assert said(answers.json(here)) == ("inconclusive", "not_measured")
    assert said(answers.latency(here)) == ("inconclusive", "too_few")


def test_calls_are_made_two_at_a_time_ten_in_all(odd):
    lock, now, most, asked = threading.Lock(), [0], [0], []
    gate = threading.Event()

    def count(request):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            asked.append(request.get_json()["prompt"])
        gate.wait(0.05)
        with lock:
            now[0] -= 1
        return Response('{"response": "Four."}', content_type="application/json")

    odd.expect_request("/v1/deliberate").respond_with_handler(count)
    # More places than the law's two, so that it is the law that holds.
    here = a_round(Candidate(replace(at(odd).reach, places=8)))
    findings = [check(here) for check in (answers.deliberation, answers.json, answers.latency)]
    assert {it.outcome for it in findings} == {"pass"}
    assert (most[0], len(asked), len(set(asked))) == (2, 10, 10)
    measured = findings[2].measured
    assert 50 <= measured["median_ms"] <= measured["p95_ms"] < measured["limit_ms"] == 30_000


def test_what_an_adapter_emulates_is_declared(odd):
    odd.expect_request("/v1/chat/completions").respond_with_json({"choices": [{"message": {"content": "4"}}]})
    here = a_round(at(odd, protocol="openai-chat"))
    finding = answers.deliberation(here)
    assert finding.outcome == "pass"
    assert finding.measured["emulated"] == ["health", "position", "validation"]
    assert finding.measured["tokens_estimated"] is True
    assert said(advisory.health(here)) == said(advisory.validation(here)) == ("inconclusive", "not_offered")


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        ({"status": "healthy", "latency": 3}, ("pass", "")),
        ({"status": "degraded", "latency": 3}, ("fail", "not_healthy")),
        ({"status": "healthy"}, ("fail", "field_missing")),
    ],
)
def test_health_conforms_or_not(odd, answer, finding):
    odd.expect_request("/health").respond_with_json(answer)
    assert said(advisory.health(a_round(at(odd)))) == finding


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        ({"score": 88, "violations": []}, ("pass", "")),
        ({"score": True, "violations": []}, ("fail", "field_wrong_type")),
    ],
)
def test_self_validation_conforms_or_not(odd, answer, finding):
    odd.expect_request("/constitutional/validate").respond_with_json(answer)
    assert said(advisory.validation(a_round(at(odd)))) == finding


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        ({"response_data": b"x" * 3_000_000}, ("pass", "")),
        ({"status": 404}, ("fail", "client_error")),
        ({"status": 301, "headers": {"Location": "https://cards.example.org/m"}}, ("fail", "redirect_not_allowed")),
    ],
)
def test_a_model_card_is_counted_and_dropped_and_a_redirect_shown(odd, answer, finding):
    odd.expect_request("/card").respond_with_data(**answer)
    candidate = Candidate(reach_to(PUBLIC), model_card=f"http://127.0.0.1:{odd.port}/card")
    found = advisory.model_card(a_round(candidate))
    assert said(found) == finding
    assert not found.required
    if "headers" in answer:
        assert "https://cards.example.org/m" in found.detail
    if finding[0] == "pass":
        assert found.measured == {"bytes": 3_000_000}


@pytest.mark.parametrize(
    ("given", "finding"),
    [
        (None, ("inconclusive", "not_stated")),
        (Decimal("99.499"), ("fail", "below_asked")),
        (Decimal("99.5"), ("pass", "")),
        (Decimal(100), ("pass", "")),
    ],
)
def test_the_uptime_that_is_asked_is_the_law_s(given, finding):
    candidate = Candidate(reach_to(PUBLIC), declares_uptime=True, uptime=given)
    assert said(advisory.uptime(a_round(candidate))) == finding
