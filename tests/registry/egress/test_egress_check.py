import io
import json
import os
import subprocess
import sys
import types

import pytest
from django.core.management import CommandError, call_command

from registry.egress.reasons import REASONS

GOOD = "https://models.example.org/v1"


@pytest.fixture
def check(policy_settings, monkeypatch):
    """Lines into the command, its answers out."""

    def run(*lines):
        raw = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(raw)))
        out = io.StringIO()
        call_command("egress_check", "--stdin", "--json", stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


def line(url=GOOD, dns=None, redirect=None, identity=1):
    return {"id": identity, "url": url, "dns": dns, "redirect": redirect}


@pytest.mark.parametrize(
    ("given", "verdict", "reason"),
    [
        (line(), "allow", "allowed"),
        (line(dns=[["8.8.8.8"]]), "allow", "allowed"),
        (line(dns=[["8.8.8.8", "2606::1"]]), "allow", "allowed"),
        (line(dns=[["8.8.8.8"], ["127.0.0.1"]]), "allow", "allowed"),
        (line(dns=[["127.0.0.1"], ["8.8.8.8"]]), "refuse", "address_not_public"),
        (line(dns=[["8.8.8.8", "10.0.0.1"]]), "refuse", "address_not_public"),
        (line(dns=[["::ffff:8.8.8.8"]]), "refuse", "address_not_public"),
        (line(dns=[["fe80::1%eth0"]]), "refuse", "address_zone_id"),
        (line(dns=[[]]), "refuse", "dns_no_answer"),
        (line(dns=[]), "refuse", "dns_no_answer"),
        (line(dns=[[], ["8.8.8.8"]]), "refuse", "dns_no_answer"),
        (line(dns=[["nonsense"]]), "refuse", "dns_bad_answer"),
        (line(dns=[[None]]), "refuse", "dns_bad_answer"),
        (line(dns=[[134744072]]), "refuse", "dns_bad_answer"),
        (line(dns="timeout"), "refuse", "dns_timeout"),
        (line(redirect={"status": 302, "location": GOOD}), "refuse", "redirect_not_allowed"),
        (line(dns=[["8.8.8.8"]], redirect={}), "refuse", "redirect_not_allowed"),
        (line(dns=[["127.0.0.1"]], redirect={"status": 301}), "refuse", "address_not_public"),
        (line(url="http://a.com", dns=[["8.8.8.8"]]), "refuse", "scheme_not_https"),
        (line(url="https://127.0.0.1/", dns="timeout"), "refuse", "host_ip_literal"),
        (line(url="https://a.com/\ud800"), "refuse", "url_bad_character"),
        (line(url=""), "refuse", "url_malformed"),
        ({"id": 1, "url": GOOD}, "allow", "allowed"),
        ({"id": 1, "url": GOOD, "extra": 1, "dns": None, "redirect": None}, "allow", "allowed"),
        (line(url=None), "refuse", "bad_line"),
        (line(url=["x"]), "refuse", "bad_line"),
        ({"id": 1}, "refuse", "bad_line"),
        (line(dns="soon"), "refuse", "bad_line"),
        (line(dns={"a": 1}), "refuse", "bad_line"),
        (line(dns=["8.8.8.8"]), "refuse", "bad_line"),
        (line(dns=[["8.8.8.8"], "x"]), "refuse", "bad_line"),
        (line(dns=False), "refuse", "bad_line"),
        (line(dns=0), "refuse", "bad_line"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_each_line_gets_its_verdict(given, verdict, reason, check):
    assert check(given) == [{"id": 1, "verdict": verdict, "reason": reason}]
    assert reason == "allowed" or reason in REASONS


@pytest.mark.parametrize(
    "raw",
    [b"\n", b"nonsense\n", b"[1]\n", b"null\n", b'"x"\n', b"{\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b'\xef\xbb\xbf{"id":1}\n', b"9" * 5000 + b"\n",
     b'{"id": 1, "url": "' + b"x" * (1024 * 1024) + b'"}\n', b'{"id": 1, "url": "' + b"x" * (3 * 1024 * 1024) + b'"}\n', b"\x00\n"],
    ids=lambda raw: repr(raw[:12]),
)  # fmt: skip
def test_a_line_that_is_none_is_refused_and_the_next_is_judged(raw, check):
    assert check(raw, line(identity="next")) == [
        {"id": None, "verdict": "refuse", "reason": "bad_line"},
        {"id": "next", "verdict": "allow", "reason": "allowed"},
    ]


def test_answers_come_in_order_also_for_a_last_line_without_an_end(check):
    answers = check(*(line(identity=number) for number in range(50)), json.dumps(line(identity="last")).encode())
    assert [answer["id"] for answer in answers] == [*range(50), "last"]


def test_the_development_allowance_is_the_same_code_path(check, policy_settings):
    policy_settings.KAIZEN_EGRESS_DEV_ALLOW = ["127.0.0.1:9001"]
    assert check(line(url="http://127.0.0.1:9001/"), line(url="http://127.0.0.1:9002/"), line(url=GOOD, dns=[["127.0.0.1"]])) == [
        {"id": 1, "verdict": "allow", "reason": "allowed"},
        {"id": 1, "verdict": "refuse", "reason": "scheme_not_https"},
        {"id": 1, "verdict": "refuse", "reason": "address_not_public"},
    ]  # fmt: skip


def test_a_network_of_ones_own_passes_for_its_name_only(check, policy_settings):
    policy_settings.KAIZEN_EGRESS_ALLOW = ["models.corp.example=10.20.0.0/16:443", "8443"]
    answers = check(
        line(url="https://a.models.corp.example/", dns=[["10.20.1.1"]]),
        line(url="https://a.models.corp.example/", dns=[["10.21.1.1"]]),
        line(url=GOOD, dns=[["10.20.1.1"]]),
    )
    assert [answer["verdict"] for answer in answers] == ["allow", "refuse", "refuse"]


def test_each_answer_is_flushed_before_the_next_line_is_read():
    environment = os.environ | {"KAIZEN_ENV": "development", "KAIZEN_EGRESS_DEV_ALLOW": "", "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(
        [sys.executable, "manage.py", "egress_check", "--stdin", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
    ) as process:  # fmt: skip
        for number in range(3):
            process.stdin.write(json.dumps(line(identity=number)).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"id": number, "verdict": "allow", "reason": "allowed"}
        process.stdin.close()
        assert process.wait(10) == 0


def _explained(*arguments):
    out = io.StringIO()
    code = 0
    try:
        call_command("egress_check", *arguments, stdout=out)
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue()


def test_a_person_is_told_rule_by_rule(policy_settings):
    policy_settings.KAIZEN_EGRESS_DEV_ALLOW = ["127.0.0.1:9001"]
    code, said = _explained("http://127.0.0.1:9001/")
    assert code == 0
    assert "development endpoint" in said
    assert "127.0.0.1 may be called" in said


def test_a_person_is_told_why_an_address_is_refused(policy_settings):
    code, said = _explained("https://metadata.google.internal/")
    assert code == 1
    assert said.startswith("REFUSE")
    assert "host_reserved" in said
    code, said = _explained("https://metadata.google.internal/", "--json")
    assert (code, json.loads(said)["verdict"]) == (1, "refuse")


def test_a_name_is_resolved_for_real_when_a_person_asks(policy_settings):
    policy_settings.KAIZEN_EGRESS_ALLOW = ["localhost=127.0.0.0/8:443"]
    code, said = _explained("https://localhost/")
    assert "look-up: " in said
    assert code == (1 if "::1" in said else 0)


@pytest.mark.parametrize("arguments", [[], ["https://a.com", "--stdin"]])
def test_either_a_url_or_lines_must_be_given(arguments, policy_settings):
    with pytest.raises(CommandError):
        call_command("egress_check", *arguments)
