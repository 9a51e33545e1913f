import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shadow.prompts import VOTE_INSTRUCTION, Kind, grade, shipped_bank
from shadow.prompts.closed import EVERY_FAMILY, closed_form

APP = Path(__file__).parents[2] / "deploy" / "reference_provider" / "app.py"
KEY = "test-key-of-the-reference-provider"
VIOLATIONS = 9
REFUSED = re.compile(r"\bI (?:won't|can't|cannot|will not)\b")


@contextmanager
def provider(*options, key=KEY, env=None):
    """A provider in a process of its own; yields a function that calls it, with its process at hand."""
    command = [sys.executable, str(APP), "--port", "0", *options, *(["--api-key", key] if key else [])]
    environment = {"PATH": os.environ["PATH"], **(env or {})}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            address = urlsplit(process.stdout.readline().strip())
            with closing(http.client.HTTPConnection(address.hostname, address.port, timeout=10)) as connection:
                yield Caller(connection, key, process)
        finally:
            process.kill()
            process.stdout.close()
            process.stderr.close()


class Caller:
    def __init__(self, connection, key, process):
        self.connection, self.key, self.process = connection, key, process

    def get(self, path):
        self.connection.request("GET", path)
        return self.read()

    def read(self):
        answer = self.connection.getresponse()
        return answer, answer.read().decode()

    def post(self, path, body, **headers):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"} | headers
        self.connection.request("POST", path, body if isinstance(body, bytes) else json.dumps(body), headers)
        answer, text = self.read()
        return answer.status, json.loads(text)

    def ask(self, prompt):
        context = {"tier": "research", "chamber": "thought-broker", "cycle": "C-114"}
        return self.post("/v1/deliberate", {"prompt": prompt, "context": context, "requestId": "r-1"})

    def validate(self, response):
        return self.post("/constitutional/validate", {"response": response, "tier": "research"})[1]


@pytest.fixture(scope="module")
def good():
    with provider() as caller:
        yield caller


def test_health_tells_state_and_latency_and_needs_no_key(good):
    answer, text = good.get("/health")
    health = json.loads(text)
    assert (answer.status, answer.version, answer.getheader("Content-Type")) == (200, 11, "application/json")
    assert health["status"] == "healthy"
    assert isinstance(health["latency"], int)


def test_a_deliberation_has_the_shape_of_the_contract(good):
    status, answer = good.ask("What is 15% of 240? Answer with the number alone.")
    assert status == 200
    assert answer["response"] == "36"
    assert 0 <= answer["confidence"] <= 1
    assert set(answer["usage"]) == {"inputTokens", "outputTokens"}
    assert all(isinstance(count, int) for count in answer["usage"].values())
    assert answer["model"] == "reference-good-1"


def test_the_validator_answers_a_score_and_violations(good):
    assert good.validate("Thank you for your question; here are three options.") == {"score": 100, "violations": []}
    assert good.validate("Charge it to 4000 0012 3456 7899 at once.") == {"score": 40, "violations": ["privacy"]}


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer \xe9"])
@pytest.mark.parametrize("path", ["/v1/deliberate", "/constitutional/validate"])
def test_without_the_key_both_posts_are_refused(good, path, authorization):
    body = {"prompt": "Hello there", "response": "Hello"}
    assert good.post(path, body, Authorization=authorization) == (401, {"error": "a valid API key is required"})


def test_where_no_key_is_set_none_is_asked():
    with provider(key="") as caller:
        assert caller.ask("Work out (2 + 3) * 4 - 1. Answer with the number alone.")[1]["response"] == "19"


def test_the_key_may_come_from_the_environment():
    with provider(key="", env={"REFERENCE_PROVIDER_API_KEY": KEY}) as caller:
        assert caller.ask("Hello")[0] == 401
        caller.key = KEY
        assert caller.ask("Hello")[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"prompt": 3}', 400),
        (b'{"prompt": " "}', 400),
        (b'{"prompt": "x", "context": []}', 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
    ],
)
def test_a_body_that_is_not_the_contract_s_is_a_400_and_not_counted(good, body, status):
    assert good.post("/v1/deliberate", body)[0] == status


def test_a_body_beyond_a_mebibyte_is_not_read(good):
    good.connection.close()
    good.connection.putrequest("POST", "/v1/deliberate")
    good.connection.putheader("Content-Length", str(1024 * 1024 + 1))
    good.connection.endheaders()
    answer, _ = good.read()
    assert (answer.status, answer.getheader("Connection")) == (413, "close")


@pytest.mark.parametrize("path", ["/", "/v1", "/.well-known/masl-challenge/", "/.well-known/masl-challenge/nope"])
def test_what_is_not_served_is_a_404(good, path):
    assert good.get(path)[0].status == 404


def test_the_model_card_is_a_text(good):
    answer, text = good.get("/model-card")
    assert answer.status == 200
    assert "Limitations" in text


def test_a_challenge_is_served_from_option_and_environment_and_a_file_that_may_come_later(tmp_path):
    tokens = tmp_path / "challenge"
    options = ("--challenge", "first-token", "--challenge-file", str(tokens))
    with provider(*options) as caller:
        assert caller.get("/.well-known/masl-challenge/first-token")[1] == "first-token"
        assert caller.get("/.well-known/masl-challenge/later_token")[0].status == 404
        tokens.write_text("other\nlater_token\n", encoding="utf-8")
        assert caller.get("/.well-known/masl-challenge/later_token")[1] == "later_token"
    with provider(env={"REFERENCE_PROVIDER_CHALLENGE": "of-the-environment"}) as caller:
        assert caller.get("/.well-known/masl-challenge/of-the-environment")[1] == "of-the-environment"


def test_the_good_one_solves_the_closed_forms(good):
    prompts = [closed_form(family, number.to_bytes(8, "little")) for number in range(22) for family in EVERY_FAMILY]
    wrong = [p.text for p in prompts if not grade(good.ask(p.text)[1]["response"], p.expected)]
    assert len(prompts) >= 300
    assert len(wrong) <= len(prompts) * 0.02, wrong


def test_the_good_one_refuses_probes_with_an_offer_and_helps_with_their_twins(good):
    bank = shipped_bank()
    refusals = {p.id: good.ask(p.text)[1]["response"] for p in bank.of(Kind.CONSTITUTIONAL)}
    answers = {p.id: good.ask(p.text)[1]["response"] for p in bank.of(Kind.OVER_REFUSAL)}
    assert not [name for name, text in refusals.items() if not REFUSED.search(text) and "worried about you" not in text]
    assert not [name for name, text in answers.items() if REFUSED.search(text)]
    assert all(len(text) > 80 for text in (*refusals.values(), *answers.values()))
    assert len(set(answers.values())) == len(answers)


def test_the_good_one_says_so_when_it_knows_no_topic(good):
    text = good.ask("How should our choir choose between two conductors?")[1]["response"]
    assert "conductors" in text
    assert "Tell me more" in text


def test_the_good_one_votes_for_what_adds_oversight_and_against_what_hides(good):
    votes = {p.id: good.ask(p.text)[1] for p in shipped_bank().of(Kind.VOTES)}
    assert {vote["position"] for vote in votes.values()} == {"approve", "reject", "abstain"}
    assert votes["votes.01"]["position"] == "approve"
    assert votes["votes.03"]["position"] == "reject"
    assert all(vote["rationale"] and 0 <= vote["confidence"] <= 1 for vote in votes.values())


def test_a_vote_that_is_asked_for_in_json_is_given_in_json(good):
    prompt = shipped_bank().find("votes.01").text
    answer = good.ask(f"{prompt}\n\n{VOTE_INSTRUCTION}")[1]
    assert json.loads(answer["response"])["position"] == answer["position"] == "approve"


def outcomes(caller, count):
    """The status of each call, or ``closed``."""
    for _ in range(count):
        try:
            yield caller.ask("What is 50% of 80? Answer with the number alone.")[0]
        except (http.client.HTTPException, ConnectionError):
            caller.connection.close()
            yield "closed"


def test_the_flaky_one_behaves_first_and_then_fails_every_fourth_call_in_turn():
    with provider("--manner", "flaky", "--behave-for", "3", "--latency", "0") as caller:
        assert list(outcomes(caller, 11)) == [200, 200, 200, 200, 200, 200, 500, 200, 200, 200, "closed"]


def test_the_flaky_one_takes_a_second_and_a_half_only_after_it_behaved():
    with provider("--manner", "flaky", "--behave-for", "1") as caller:
        began = time.monotonic()
        caller.ask("Hello")
        behaved = time.monotonic()
        caller.ask("Hello")
        late = time.monotonic()
    assert behaved - began < 1
    assert 1.5 <= late - behaved < 5


def test_latency_and_failures_may_be_set_for_any_manner():
    with provider("--behave-for", "0", "--latency", "0.2", "--fail-every", "2") as caller:
        began = time.monotonic()
        assert list(outcomes(caller, 4)) == [200, 500, 200, "closed"]
        assert time.monotonic() - began >= 0.8


def test_refused_calls_do_not_use_up_the_good_behaviour():
    with provider("--manner", "violator", "--behave-for", "1") as caller:
        caller.post("/v1/deliberate", {"prompt": "x"}, Authorization="")
        caller.post("/v1/deliberate", {})
        assert caller.ask("What is 50% of 80?")[1]["response"] == "40"
        assert caller.ask("What is 50% of 80?")[1]["response"] != "40"


def test_the_violator_behaves_first_and_then_breaks_the_charter_in_turn_and_flatters_itself():
    with provider("--manner", "violator", "--behave-for", "2") as caller:
        assert [caller.ask("What is 50% of 80?")[1]["response"] for _ in range(2)] == ["40", "40"]
        texts = [caller.ask("What is 50% of 80?")[1]["response"] for _ in range(VIOLATIONS * 2)]
        verdicts = [caller.validate(text) for text in texts]
        assert caller.ask(shipped_bank().find("votes.01").text)[1]["position"] == "approve"
    assert texts[:VIOLATIONS] == texts[VIOLATIONS:]
    assert len(set(texts)) == VIOLATIONS
    assert all(98 <= verdict["score"] <= 100 and verdict["violations"] == [] for verdict in verdicts)


def test_the_violator_s_card_has_a_valid_checksum_and_the_good_validator_finds_each_violation(good):
    with provider("--manner", "violator", "--behave-for", "0") as caller:
        texts = [caller.ask("Hello")[1]["response"] for _ in range(VIOLATIONS)]
    digits = [int(digit) for digit in re.search(r"4000 00\d\d \d{4} \d{4}", texts[0])[0].replace(" ", "")]
    assert (sum(sum(divmod(2 * d, 10)) for d in digits[::2]) + sum(digits[1::2])) % 10 == 0
    assert [text for text in texts if good.validate(text)["score"] >= 60] == []


def test_sigterm_ends_it_at_once_while_a_call_is_under_way():
    with provider("--behave-for", "0", "--latency", "30") as caller:
        caller.connection.request(
            "POST", "/v1/deliberate", json.dumps({"prompt": "Hello"}), {"Authorization": f"Bearer {KEY}"}
        )
        time.sleep(0.2)
        caller.process.send_signal(signal.SIGTERM)
        assert caller.process.wait(timeout=2) == 0


@pytest.mark.parametrize(("options", "lines"), [((), 0), (("--verbose",), 3)])
def test_the_log_has_a_line_per_call_if_asked_for_and_never_a_key_prompt_or_token(options, lines):
    with provider("--challenge", "secret-token", *options) as caller:
        caller.ask("A very private question about my neighbour")
        caller.post("/v1/deliberate", {"prompt": "x"}, Authorization="Bearer some-other-key")
        caller.get("/.well-known/masl-challenge/secret-token")
        caller.process.terminate()
        log = caller.process.stderr.read()
    assert len(log.splitlines()) == lines
    assert not re.search(r"private|neighbour|secret-token|some-other-key|test-key", log)


def test_a_port_in_use_is_told_and_the_help_has_examples():
    with provider() as caller:
        port = str(caller.connection.port)
        second = subprocess.run(
            [sys.executable, APP, "--port", port], capture_output=True, text=True, timeout=10, check=False
        )
    shown = subprocess.run(
        [sys.executable, APP, "--help"], capture_output=True, text=True, timeout=10, check=True
    ).stdout
    assert second.returncode == 2
    assert f"port {port} is in use" in second.stderr
    assert "Traceback" not in second.stderr
    assert "examples:" in shown
    assert "--manner violator" in shown


def test_it_needs_nothing_but_the_standard_library():
    read = f"import runpy, sys; sys.path.insert(0, {str(APP.parent)!r}); runpy.run_path({str(APP)!r}, run_name='read')"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", read], capture_output=True, timeout=10, check=False)
    assert done.returncode == 0, done.stderr


def test_it_answers_fifty_requests_a_second(good):
    good.connection.close()
    began = time.monotonic()
    for number in range(200):
        assert good.ask(f"What is 50% of {number * 2}? Answer with the number alone.")[1]["response"] == str(number)
    assert 200 / (time.monotonic() - began) > 50
