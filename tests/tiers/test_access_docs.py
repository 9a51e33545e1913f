"""What docs/access.md tells a gateway to do works: its Python runs against a server, its tables are the product's."""

import json
import re
import tomllib
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import time_machine
import yaml
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

from charter.lint import OBLIGATIONS
from ledger.actors import Actor
from registry.actions import issue_operator_key
from registry.models import Companion
from tests.architecture.source import ROOT
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow, risen
from tiers.api.access_shown import MOST_EVALUATIONS, one_of, several_of
from tiers.rules.access import Reason

DOCUMENT = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")


def block(language, number=0):
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)[number]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        """Nothing is printed."""


@contextmanager
def served():
    """The product on the loopback, on the test's own connection, so that its transaction is seen."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    shared = connections["default"]

    def serve():
        connections["default"] = shared
        server.serve_forever(poll_interval=0.01)

    # As Django's own test client does: a request must not end the connection that the test is on.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    shared.inc_thread_sharing()
    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        shared.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture
def gate(db, steward, law, monkeypatch, tally):
    """The module of the document, with its gate before a running server."""
    active()
    in_shadow("TRIAL_001", provider="other-org")
    risen("HIGH_001", provider="third-org")
    with time_machine.travel(NOW, tick=True):
        key = issue_operator_key(steward, by=Actor.person(steward), at=NOW, under=law)[1]
        with served() as base:
            monkeypatch.setenv("KAIZEN_URL", base)
            monkeypatch.setenv("KAIZEN_KEY", key)
            module = {}
            exec(compile(block("python"), "docs/access.md", "exec"), module)
            yield module
            module["gate"].session.close()


def test_the_gate_lets_through_what_is_allowed_and_names_why_not(gate):
    check, refused = gate["gate"].check, gate["Refused"]
    check("YOURMODEL_001", "research.analyse", type="report", id="1")
    for companion, operation, why in (
        ("TRIAL_001", "explore", "in_shadow"),
        ("NOBODY_001", "explore", "unknown_companion"),
        ("YOURMODEL_001", "", "status 400"),
        ("YOURMODEL_001", "ledger.write", "tier_too_low"),
    ):
        with pytest.raises(refused, match=f"^{why}$"):
            check(companion, operation)


def test_the_gate_refuses_an_obligation_until_it_is_seen_to(gate):
    it, asked = gate["gate"], []

    def met(companion, operation, count):
        asked.append((companion, operation, count))
        return True

    with pytest.raises(gate["Refused"], match="advanced_approvals:2"):
        it.check("HIGH_001", "domain.seal")
    it.seen_to["advanced_approvals"] = met
    it.check("HIGH_001", "domain.seal")
    assert asked == [("HIGH_001", "domain.seal", 2)]
    it.seen_to["second_approver"] = lambda *_: False
    with pytest.raises(gate["Refused"], match="second_approver"):
        it.check("HIGH_001", "finance.propose")


def test_the_gate_is_shut_when_nobody_answers_or_the_key_is_wrong(gate):
    it = gate["gate"]
    it.session.headers["Authorization"] = "Bearer kz_live_" + "0" * 38
    with pytest.raises(gate["Refused"], match="status 401"):
        it.check("YOURMODEL_001", "explore")
    it.address = "http://127.0.0.1:9/access/v1/evaluation"
    with pytest.raises(gate["Refused"], match="does not answer"):
        it.check("YOURMODEL_001", "explore")


def test_the_gate_answers_a_gateway_by_status(gate):
    def status(**headers):
        told = []
        assert gate["application"](headers, lambda line, _headers: told.append(line)) == []
        return told[0]

    allowed = {"HTTP_X_COMPANION": "YOURMODEL_001", "HTTP_X_OPERATION": "research.analyse"}
    assert status(**allowed) == "200 OK"
    urn = f"urn:uuid:{Companion.objects.get(ref='YOURMODEL_001').pk}"
    assert status(**allowed | {"HTTP_X_COMPANION": urn}) == "200 OK"
    assert status(**allowed | {"HTTP_X_OPERATION": ""}) == "403 Forbidden"
    assert status() == "403 Forbidden"


def test_the_examples_are_bodies_that_we_take():
    curl = re.search(r"-d '(.*?)'", block("sh"), re.DOTALL)[1]
    assert one_of(json.loads(curl)).operation == "finance.propose"
    batch = several_of(json.loads(block("json", 1)))
    assert (len(batch.asked), batch.semantic) == (2, "deny_on_first_deny")
    assert f"up to {MOST_EVALUATIONS}" in DOCUMENT
    assert yaml.safe_load(block("yaml"))["http_filters"][1]["typed_config"]["failure_mode_allow"] is False


def test_every_reason_and_every_obligation_is_told():
    told = set(re.findall(r"`([a-z_]+)(?::2)?`", DOCUMENT))
    assert {reason.value for reason in Reason} - {"allowed"} <= told
    law = tomllib.loads((Path(ROOT) / "charter" / "law.toml").read_text(encoding="utf-8"))
    assert set(law["obligations"]) == set(OBLIGATIONS) <= told
