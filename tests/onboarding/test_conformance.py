"""The conformance kit as a provider runs it: a process of its own, nothing set up, the reference provider beside it."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.test_reference_provider import KEY, provider

ROOT = Path(__file__).parents[2]
KAIZEN = [sys.executable, "-W", "error", "-m", "kaizen.cli"]
MANAGE = [sys.executable, "-W", "error", "manage.py"]


@pytest.fixture(scope="module")
def good():
    with provider("--challenge", "token-1") as caller:
        yield f"127.0.0.1:{caller.connection.port}"


def conformance(*words, allow="", command=KAIZEN, **environment):
    environment = {"PATH": os.environ["PATH"], "MODEL_KEY": KEY} | environment
    if allow:
        environment["KAIZEN_EGRESS_DEV_ALLOW"] = allow
    return subprocess.run(
        [*command, "conformance", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_good_endpoint_ends_in_0_with_a_line_for_every_check(good):
    done = conformance(
        f"http://{good}/v1/deliberate", "--api-key-env", "MODEL_KEY", "--challenge", "token-1", allow=good
    )
    assert (done.returncode, done.stderr) == (0, "")
    for check in ("url", "tls", "host", "auth", "json", "deliberation", "latency", "control", "health", "validation"):
        assert [line.split()[:2] for line in done.stdout.splitlines()].count(["pass", check]) == 1
    assert "pass: every required check" in done.stdout
    assert KEY not in done.stdout


def test_the_report_for_machines_is_one_document(good, tmp_path):
    key = tmp_path / "key.txt"
    key.write_text(f"{KEY}\n")
    done = conformance(f"http://{good}", "--api-key-file", str(key), "--json", allow=good)
    report = json.loads(done.stdout)
    assert (done.returncode, report["exitCode"], report["verdict"], report["protocol"]) == (0, 0, "pass", "masl")
    assert {it["check"] for it in report["notTried"]} == {"control", "duplicate", "model_card", "uptime"}
    assert len(report["law"]["digest"]) == 64
    latency = next(it for it in report["findings"] if it["check"] == "latency")
    assert latency["required"] is True
    assert 0 <= latency["measured"]["median_ms"] <= latency["measured"]["p95_ms"] < 30_000
    assert latency["explanation"]
    assert KEY not in done.stdout


def test_manage_py_knows_it_too(good):
    done = conformance(
        f"http://{good}", "--api-key-env", "MODEL_KEY", allow=good, command=MANAGE,
        KAIZEN_ENV="development", KAIZEN_SECRET_KEY="s" * 50,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_wrong_key_ends_in_1_with_the_remedy(good):
    done = conformance(f"http://{good}", "--api-key-env", "WRONG", allow=good, WRONG="not-it")
    assert done.returncode == 1
    assert "auth: fail (unauthorized)" in done.stdout
    assert "check the auth values" in " ".join(done.stdout.split())


def test_the_key_may_go_under_another_header(good):
    done = conformance(f"http://{good}", "--api-key-env", "MODEL_KEY", "--auth-header", "X-Key", allow=good)
    assert done.returncode == 1
    assert "auth: fail (unauthorized)" in done.stdout


def test_an_unserved_token_ends_in_3(good):
    done = conformance(f"http://{good}", "--api-key-env", "MODEL_KEY", "--challenge", "another", allow=good)
    assert done.returncode == 3
    assert "control: inconclusive (not_served)" in done.stdout


def test_nobody_there_ends_in_4():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pair = f"127.0.0.1:{listener.getsockname()[1]}"
    done = conformance(f"http://{pair}", allow=pair)
    assert done.returncode == 4
    assert "host: fail (connection_refused)" in done.stdout


def test_a_local_server_that_was_not_named_is_refused_and_told_how(good):
    done = conformance(f"http://{good}")
    assert done.returncode == 1
    assert "KAIZEN_EGRESS_DEV_ALLOW=127.0.0.1:PORT" in done.stdout
    assert "url: fail (scheme_not_https)" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "arguments are required: url"),
        (("https://a.example.org", "--protocol", "smoke"), "invalid choice: 'smoke'"),
        (("https://a.example.org", "--api-key-env", "NOT_SET"), "NOT_SET is empty or not set"),
        (("https://a.example.org", "--api-key-file", "/nowhere/key"), "cannot be read"),
        (("https://a.example.org", "--auth-header", "X-Key"), "give --api-key-env"),
        (("https://a.example.org", "--api-key-env", "MODEL_KEY", "--auth-header", "Host"), "--auth-header:"),
        (("https://a.example.org", "--api-key-env", "MODEL_KEY", "--api-key-file", "x"), "not allowed with"),
        (("https://a.example.org", "--model-card", "ftp://x"), "--model-card:"),
    ],
)
def test_wrong_use_ends_in_2_and_asks_nobody(words, said):
    done = conformance(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_development_allowance_in_production_is_refused_in_words():
    done = conformance("https://a.example.org", allow="127.0.0.1:9", KAIZEN_ENV="production")
    assert done.returncode == 2
    assert "KAIZEN_EGRESS_DEV_ALLOW is for development" in done.stderr


def test_help_shows_examples_and_exit_codes():
    done = conformance("--help")
    assert done.returncode == 0
    assert "examples:" in done.stdout
    assert "exit codes: 0 pass, 1 fail, 2 usage, 3 inconclusive, 4 unreachable" in done.stdout
    assert "--pythonpath" not in done.stdout


def test_it_leaves_nothing_behind(good, tmp_path):
    conformance(f"http://{good}", "--api-key-env", "MODEL_KEY", allow=good, KAIZEN_HOME=str(tmp_path / "home"))
    assert not list(tmp_path.iterdir())
