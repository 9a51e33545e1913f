"""What strangers send to gunicorn on PostgreSQL: each body its status, no 5xx, no trace, no row too many (rules A1-A9)."""

import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance import bodies
from tests.acceptance.ground import Ground

pytestmark = pytest.mark.system
APPLY, APPEAL = "/api/onboard/apply", "/api/appeals/submit"
TRACES = (b"Traceback", b'File "', b"psycopg", b"Django", b"site-packages", b"SELECT ")
OPEN = {f"KAIZEN_THROTTLE_{scope}": "100000/hour" for scope in ("APPLY", "APPEAL", "TOKEN", "MOUNT", "READ")}


@pytest.fixture(scope="module")
def ground(postgres, tmp_path_factory):
    name = postgres.create_database()
    with Ground(postgres.url(name), tmp_path_factory.mktemp("bodies"), **OPEN) as ground:
        ground.database = (postgres, name)
        yield ground.web()
    postgres.drop_database(name)


def problem(reply):
    """A reply that refuses is a problem document that tells its own status, and nothing of the inside."""
    assert reply.headers["content-type"].startswith("application/problem+json"), reply
    assert {"type", "title", "status", "code"} <= set(reply.json)
    assert reply.json["status"] == reply.status
    assert not [trace for trace in TRACES if trace in reply.body]
    return reply.json


def judged(ground, cases, path, headers=None):
    """Every case asked; what went another way than it says."""
    wrong = []

    def one(case):
        says, body, own, status = case
        reply = ground.ask("POST", path, body, {**own, **(headers or {})})
        if reply.status != status or reply.seconds >= 2:
            wrong.append((says, status, reply.status, round(reply.seconds, 2), reply.body[:200]))
        elif reply.status >= 400:
            problem(reply)

    with ThreadPoolExecutor(4) as many:
        list(many.map(one, cases))
    return wrong


def test_every_body_gets_the_status_that_the_rules_give_it_and_only_good_ones_leave_rows(ground):
    cases = bodies.all_of_them()
    assert len(cases) >= 400
    before = ground.stage("rows")
    wrong = judged(ground, cases, APPLY)
    after = ground.stage("rows")
    good = sum(status == 202 for *_, status in cases)
    assert wrong == []
    assert {name: after[name] - before[name] for name in before} == {
        "ledger.Decision": good,
        "ledger.IdempotencyKey": 0,
        "onboarding.Application": good,
        "onboarding.OnboardingToken": good,
        "registry.Provider": after["registry.Provider"] - before["registry.Provider"],
        "registry.Endpoint": good,
        "registry.Companion": 0,
        "registry.OutboxMessage": good,
        "appeals.Appeal": 0,
    }
    assert after["registry.Provider"] - before["registry.Provider"] <= good


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", [APPLY, APPEAL])
def test_other_methods_are_405(ground, method, path):
    reply = ground.ask(method, path, b"{}" if method in {"PUT", "PATCH"} else None, bodies.JSON)
    assert (reply.status, problem(reply)["code"]) == (405, "method_not_allowed")
    assert "POST" in reply.headers["allow"]


@pytest.mark.parametrize("path", [APPLY, APPEAL, "/api/civic/mount"])
def test_head_is_405(ground, path):
    assert ground.ask("HEAD", path).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/v1/onboard/",
        "/nothing",
        "/api/companions/NOBODY_001",
        "/api/onboard/apply/",
        "/%00",
        "/api/%ff",
    ],
)
def test_what_is_not_there_is_a_problem_document(ground, path):
    reply = ground.get(path, Accept="application/json")
    assert (reply.status, problem(reply)["status"]) == (404, 404)


@pytest.mark.parametrize(
    "bearer", ["", "x", "kz_onb_" + "a" * 38, "kz_live_" + "a" * 38, "é", "a" * 5000, "kz_live_' OR 1=1"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/civic/mount"),
        ("POST", "/api/civic/mount"),
        ("GET", f"/api/onboard/applications/app_{'0' * 32}"),
        ("POST", APPEAL),
    ],
)
def test_a_wrong_token_is_401(ground, bearer, method, path):
    document = json.dumps({"decisionId": f"app_{'0' * 32}", "reason": "r", "evidence": "e"}).encode()
    headers = {**bodies.JSON, "Authorization": f"Bearer {bearer}".encode("latin-1")}
    reply = ground.ask(method, path, document if path == APPEAL else None, headers)
    assert (reply.status, problem(reply)["status"]) == (401, 401)
    assert "www-authenticate" in reply.headers


def test_the_same_key_and_body_replay_the_answer(ground):
    sent = bodies.raw(bodies.fresh())
    first, again = (ground.ask("POST", APPLY, sent, {**bodies.JSON, "Idempotency-Key": "key-1"}) for _ in range(2))
    assert (first.status, again.status, again.body) == (202, 202, first.body)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    other = ground.ask("POST", APPLY, bodies.raw(bodies.fresh()), {**bodies.JSON, "Idempotency-Key": "key-1"})
    assert (other.status, problem(other)["code"]) == (422, "key_reused")


@pytest.mark.parametrize(
    ("key", "status"), [("k" * 255, 202), ("k" * 256, 400), ("a\tb", 400), ("é", 400), ("", 400), ("a b", 202)]
)
def test_keys_are_printable_and_bounded(ground, key, status):
    headers = {**bodies.JSON, "Idempotency-Key": key.encode("utf-8")}
    assert ground.ask("POST", APPLY, bodies.raw(bodies.fresh()), headers).status == status


def at_once(number, act):
    gate, replies = threading.Barrier(number), [None] * number

    def one(place):
        gate.wait()
        replies[place] = act(place)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def test_equal_requests_at_once_give_one_row_and_one_answer(ground):
    sent = bodies.raw(bodies.fresh())
    before = ground.stage("rows")
    replies = at_once(10, lambda _: ground.ask("POST", APPLY, sent, {**bodies.JSON, "Idempotency-Key": "at once"}))
    after = ground.stage("rows")
    told = {reply.body for reply in replies if reply.status == 202}
    assert len(told) == 1
    assert {reply.status for reply in replies} <= {202, 409}
    assert sum(reply.headers.get("idempotent-replayed") != "true" for reply in replies if reply.status == 202) == 1
    assert after["onboarding.Application"] - before["onboarding.Application"] == 1


def test_without_a_key_the_same_model_twice_is_409(ground):
    sent = bodies.raw(bodies.fresh())
    replies = at_once(10, lambda _: ground.ask("POST", APPLY, sent, bodies.JSON))
    assert sorted(reply.status for reply in replies) == [202] + [409] * 9
    assert all(problem(reply)["code"] for reply in replies if reply.status == 409)


def test_five_open_applications_of_an_email_domain_hold_under_a_race_of_twenty(ground):
    def act(place):
        document = bodies.fresh()
        document["contact"]["email"] = f"p{place}@{'Crowd' if place % 2 else 'crowd'}.ai"
        return ground.ask("POST", APPLY, bodies.raw(document), bodies.JSON)

    replies = at_once(20, act)
    assert sorted(reply.status for reply in replies) == [202] * 5 + [409] * 15


def chunked(body, *, size=1000, path=APPLY, ends=True):
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    sent = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + sent + (b"0\r\n\r\n" if ends else b"")


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda full: full, 202),
        (lambda full: full + b" " * (65_536 - len(full)), 202),
        (lambda full: full + b" " * (65_537 - len(full)), 413),
        (lambda full: full + b" " * 1_000_000, 413),
        (lambda full: full[:-1], 400),
        (lambda _: b"", 400),
    ],
)
def test_chunked_bodies_are_judged_like_any(ground, make, status):
    reply = ground.raw(chunked(make(bodies.raw(bodies.fresh()))))
    assert reply.status == status
    if status >= 400:
        problem(reply)


@pytest.mark.parametrize("length", ["65537", "99999999999", "9" * 4000])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(ground, length):
    head = f"POST {APPLY} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    reply = ground.raw(head.encode())
    assert (reply.status, problem(reply)["code"], reply.seconds < 2) == (413, "body_too_large", True)


def test_slow_bodies_do_not_keep_others_waiting_and_arrive(ground):
    sent = bodies.raw(bodies.fresh())
    head = f"POST {APPLY} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", ground.port), timeout=20) as slow:
        slow.sendall(head.encode())
        for at in range(0, len(sent), 100):
            slow.sendall(sent[at : at + 100])
            time.sleep(0.2)
            assert ground.get("/livez").seconds < 2
        assert slow.recv(64).startswith(b"HTTP/1.1 202")


def test_a_forwarded_host_is_not_believed(ground):
    sent = bodies.raw(bodies.fresh())
    reply = ground.ask(
        "POST", APPLY, sent, {**bodies.JSON, "X-Forwarded-Host": "evil.org", "X-Forwarded-Proto": "gopher"}
    )
    assert reply.status == 202
    assert b"evil.org" not in reply.body
    wrong = ground.ask("POST", APPLY, sent, {**bodies.JSON, "Host": "evil.org"})
    assert (wrong.status, b"evil.org" in wrong.body) == (400, False)


def test_a_throttled_caller_is_told_how_long_and_cannot_hide_behind_a_header(postgres_url, valkey, tmp_path):
    valkey.flush()
    settings = {**OPEN, "KAIZEN_THROTTLE_APPLY": "3/hour"}
    with Ground(postgres_url, tmp_path, redis=valkey.url, **settings) as ground:
        ground.web()
        sent = [{**bodies.JSON, "X-Forwarded-For": f"9.9.9.{number}"} for number in range(8)]
        replies = [ground.ask("POST", APPLY, bodies.raw(bodies.fresh()), headers) for headers in sent]
        assert [reply.status for reply in replies] == [202] * 3 + [429] * 5
        assert 0 < int(replies[-1].headers["retry-after"]) <= 3600
        assert problem(replies[-1])["status"] == 429
        valkey.kill()
        reply = ground.ask("POST", APPLY, bodies.raw(bodies.fresh()), bodies.JSON)
        assert (reply.status, reply.seconds < 2) == (202, True)
        assert ground.get("/readyz").json["redis"].startswith("does not answer")
    valkey.start()


def appeal(**fields):
    document = {
        "decisionId": f"dec_{'0' * 32}",
        "companionId": "STAGE_1_001",
        "reason": "Wrong.",
        "evidence": "See line 3.",
    }
    return bodies.raw({name: value for name, value in (document | fields).items() if value is not ...})


def wrong_appeals():
    """A6, and what it shares with A1 to A5: body and status."""
    for name in ("reason", "evidence"):
        most = 5000 if name == "reason" else 20_000
        for value in (
            ...,
            None,
            "",
            " ",
            0,
            [],
            {},
            "a" * (most + 1),
            "a\x00",
            "a\u202eb",
            " a",
            "a\u200bb",
            "a\u2028b",
            "a ",
        ):
            yield appeal(**{name: value}), 400
    for value in (
        ...,
        None,
        "",
        0,
        "dec_",
        "dec_x",
        f"dec_{'0' * 31}",
        f"dec_{'G' * 32}",
        f"app_{'0' * 33}",
        "INC-00001",
        ["x"],
    ):
        yield appeal(decisionId=value), 400
    for value in ("INC-1", "inc-00001", "INC-0000x", 1, "INC-" + "9" * 400, "dec_" + "0" * 32):
        yield appeal(decisionId=..., incidentId=value), 400
    yield appeal(incidentId="INC-00001"), 400
    yield appeal(surprise=1), 400
    for value in (0, "", "a b", "é", "A" * 100, {}):
        yield appeal(companionId=value), 400
    for value in ("INC-00001", "INC-99999", f"INC-{'9' * 18}"):
        yield appeal(decisionId=..., incidentId=value), 404
    for value in (f"dec_{'0' * 32}", f"dec_{'f' * 32}"):
        yield appeal(decisionId=value), 404
    yield appeal(decisionId=f"app_{'0' * 32}", companionId=...), 404
    yield appeal(companionId="NOBODY_001"), 404
    for body in (
        b"",
        b"[]",
        b"null",
        b"{",
        b'"a"',
        b"[" * 990 + b"]" * 990,
        b'{"reason": 1e999}',
        b'{"reason": "\\ud800"}',
    ):
        yield body, 400


def test_appeals_are_judged_by_the_same_rules_and_leave_no_row(ground):
    staged = ground.stage("a_suspended_companion", number=1)
    key = {"Authorization": f"Bearer {staged['key']}"}
    before = ground.stage("rows")
    cases = [(str(body[:60]), body, bodies.JSON, status) for body, status in wrong_appeals()]
    cases += [("type", appeal(), {"Content-Type": "text/plain"}, 415), ("size", b" " * 70_000, bodies.JSON, 413)]
    assert judged(ground, cases, APPEAL, key) == []
    assert ground.stage("rows") == before
    assert judged(ground, [("nobody", appeal(), bodies.JSON, 401)], APPEAL) == []


def test_one_open_appeal_per_decision_holds_under_a_race(ground):
    staged = ground.stage("a_suspended_companion", number=2)
    headers = {**bodies.JSON, "Authorization": f"Bearer {staged['key']}"}
    sent = appeal(decisionId=staged["decision"], companionId=staged["companion"], evidence="Line 1.\nLine 2.")
    replies = at_once(10, lambda _: ground.ask("POST", APPEAL, sent, headers))
    assert sorted(reply.status for reply in replies) == [202] + [409] * 9
    stranger = ground.stage("a_suspended_companion", number=3)
    other = ground.ask("POST", APPEAL, sent, {**bodies.JSON, "Authorization": f"Bearer {stranger['key']}"})
    assert other.status == 404


def test_a_rejected_application_is_appealed_with_its_token_and_the_key_replays(ground):
    staged = ground.stage("a_rejected_application", number=1)
    headers = {**bodies.JSON, "Authorization": f"Bearer {staged['token']}", "Idempotency-Key": "appeal"}
    sent = appeal(decisionId=staged["application"], companionId=...)
    first, again = (ground.ask("POST", APPEAL, sent, headers) for _ in range(2))
    assert (first.status, again.status, first.body) == (202, 202, again.body)
    assert again.headers["idempotent-replayed"] == "true"


def test_a_minute_of_generated_requests_finds_no_fault_of_the_servers(ground, tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{ground.port}/api/schema"]
    command += ["--max-time", "60", "--checks", "not_a_server_error,unsupported_method", "--workers", "2", "--no-color"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert ground.get("/readyz").status in {200, 503}


def test_the_ledger_is_whole_after_all_of_it(ground):
    assert ground.manage("ledger_verify").startswith("whole")
