"""A round as a whole, against the reference provider as a process."""

import copy
from datetime import UTC, datetime
from decimal import Decimal

from charter.law import SHIPPED, parse, read_document
from onboarding.checks import ADVISORY, CHECKS, REQUIRED, Candidate, explanation, run_checks, unmeasured
from onboarding.rules import Found
from tests.onboarding.providers import reach_to

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DOCUMENT = read_document(SHIPPED)


def a_law(**onboarding):
    document = copy.deepcopy(DOCUMENT)
    document["onboarding"] |= onboarding
    return parse(document)


LAW = a_law()


def found(candidate, law=LAW, **more):
    return {it.check: it for it in run_checks(candidate, law, at=AT, **more)}


def outcomes(findings):
    return {name: it.outcome for name, it in findings.items()}


def test_a_good_provider_passes_everything(reference):
    origin = reference("--challenge", "token-of-mine")
    candidate = Candidate(
        reach_to(origin),
        challenge="token-of-mine",
        model_card=f"{origin}/model-card",
        declares_uptime=True,
        uptime=Decimal("99.5"),
        is_taken=lambda: False,
    )
    findings = found(candidate)
    assert set(outcomes(findings).values()) == {"pass"}, findings
    assert list(findings) == list(CHECKS)
    assert {it.check for it in findings.values() if it.required} == set(REQUIRED)
    assert findings["latency"].measured["calls"] == 10
    assert findings["deliberation"].measured == {
        "calls": 10,
        "outcomes": {"ok": 10},
        "emulated": [],
        "tokens_estimated": False,
    }


def test_what_was_not_given_is_not_tried(reference):
    findings = found(Candidate(reach_to(reference())))
    assert {"control", "duplicate", "model_card", "uptime"} == set(CHECKS) - set(findings)


def test_a_wrong_key_is_told_from_all_else(reference):
    findings = found(Candidate(reach_to(reference(), key="wrong")))
    assert (findings["auth"].outcome, findings["auth"].reason) == ("fail", "unauthorized")
    assert (findings["deliberation"].outcome, findings["deliberation"].measured["calls"] <= 2) == ("fail", True)
    assert findings["json"].outcome == findings["latency"].outcome == "inconclusive"


def test_an_endpoint_that_answers_strangers_fails(reference):
    finding = found(Candidate(reach_to(reference(key=""), key="not-asked-for")))["auth"]
    assert (finding.outcome, finding.reason) == ("fail", "not_required")
    assert finding.measured == {"status_without_credentials": 200}


def test_a_flaky_provider_is_neither_passed_nor_failed(reference):
    origin = reference("--manner", "flaky", "--behave-for", "0", "--latency", "0")
    findings = found(Candidate(reach_to(origin)))
    assert (findings["deliberation"].outcome, findings["deliberation"].reason) == ("inconclusive", "unsteady")
    assert findings["deliberation"].measured["outcomes"] == {"http_error": 1, "ok": 8, "unreachable": 1}
    assert (findings["latency"].outcome, findings["latency"].reason) == ("inconclusive", "too_few")


def test_one_that_is_too_slow_is_asked_no_longer(reference):
    origin = reference("--behave-for", "0", "--latency", "5")
    findings = found(Candidate(reach_to(origin)), a_law(latency_p95_below="1s"))
    assert (findings["latency"].outcome, findings["latency"].reason) == ("fail", "too_slow")
    assert findings["latency"].measured["calls"] == 2
    assert findings["latency"].measured["limit_ms"] == 1000
    assert findings["deliberation"].outcome == "fail"


def test_a_round_ends_in_its_time_and_the_rest_is_inconclusive(reference):
    origin = reference("--behave-for", "0", "--latency", "0.4")
    law = a_law(compatibility_within="1s")
    began = datetime.now(UTC)
    findings = found(Candidate(reach_to(origin)), law)
    assert (datetime.now(UTC) - began).total_seconds() < 3
    assert findings["validation"].reason == findings["health"].reason == "no_time"
    assert all(it.outcome != "pass" for it in (findings["latency"], findings["auth"]))


def test_nobody_there_is_one_failure_and_nothing_else_is_asked(settings):
    settings.KAIZEN_EGRESS_DEV_ALLOW = ["127.0.0.1:9"]
    findings = found(Candidate(reach_to("http://127.0.0.1:9"), challenge="t"))
    assert (findings["host"].outcome, findings["host"].reason) == ("fail", "connection_refused")
    behind = [it for name, it in findings.items() if name not in ("url", "tls", "host")]
    assert {(it.outcome, it.reason) for it in behind} == {("inconclusive", "not_reached")}


def test_an_address_that_may_not_be_called_fails_by_itself(settings):
    settings.KAIZEN_EGRESS_DEV_ALLOW = []
    findings = found(Candidate(reach_to("https://models.internal"), challenge="t"))
    assert (findings["url"].outcome, findings["url"].reason) == ("fail", "host_reserved")
    assert {it.reason for name, it in findings.items() if name != "url"} == {"not_reached"}


def test_what_is_settled_is_not_asked_again(reference):
    origin = reference("--challenge", "t")
    settled = [
        Found(name, required=True, outcome="pass", detail="earlier")
        for name in ("url", "tls", "host", "deliberation", "json", "latency", "auth")
    ] + [Found(name, required=False, outcome="fail", detail="earlier") for name in ("health", "validation")]
    asked = []
    findings = found(
        Candidate(reach_to(origin), challenge="t"),
        settled=settled,
        progress=lambda check, it: asked.append(check) if it is None else None,
    )
    assert (findings["control"].outcome, findings["auth"].detail) == ("pass", "earlier")
    assert asked == ["control"]


def test_progress_hears_every_check_in_order_and_every_exchange(reference):
    heard = []
    found(Candidate(reach_to(reference())), progress=lambda check, it: heard.append((check, it is None)))
    assert [check for check, is_tick in heard if not is_tick] == [
        name for name in CHECKS if name not in ("control", "duplicate", "model_card", "uptime")
    ]
    assert heard.count(("deliberation", True)) == 10


def test_every_check_explains_itself_to_the_provider():
    for name in CHECKS:
        assert len(explanation(name)) > 60
        assert explanation(name).endswith(".")
    assert explanation("nothing") == ""
    assert not set(REQUIRED) & set(ADVISORY)


def test_a_round_that_broke_by_our_fault_is_inconclusive_in_all_that_is_required():
    findings = unmeasured("our_fault", "We failed.")
    assert {it.check for it in findings} == set(REQUIRED)
    assert {(it.required, it.outcome, it.reason) for it in findings} == {(True, "inconclusive", "our_fault")}
