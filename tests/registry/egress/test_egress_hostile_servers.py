"""Some seventy ways in which a model's server can misbehave, each through both doors."""

import contextlib
import gc
import os
import re
import resource
import socket
import struct
import threading
import time
from pathlib import Path

import pytest

from registry import egress

MIB = 1024 * 1024
GOOD = b'{"status": "healthy"}'
OK = b"HTTP/1.1 200 OK\r\n"


def counted(body, head=OK):
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(*chunks, end=b"0\r\n\r\n"):
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + end


def status(line, *headers, body=b""):
    return (
        b"HTTP/1.1 "
        + line
        + b"\r\n"
        + b"".join(h + b"\r\n" for h in headers)
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )


def says(data):
    """A server that reads the request, says this and closes."""

    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(data)

    return behave


def says_and_stays(data):
    """The same, but it keeps the connection open."""

    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(data)
        server.stopped.wait(5)

    return behave


def drips(first, drop, every=0.03):
    """It begins well and then sends a little, again and again, without end."""

    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(first)
        while not server.stopped.wait(every):
            connection.sendall(drop)

    return behave


def resets(data=b""):
    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(data)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def closes_at_once(server, connection):
    connection.shutdown(socket.SHUT_RDWR)


def never_answers(server, connection):
    server.read_request(connection)
    server.stopped.wait(5)


def floods(server, connection):
    server.read_request(connection)
    connection.sendall(OK + b"\r\n")
    block = b"x" * 65536
    while not server.stopped.is_set():
        connection.sendall(block)


def two_segments(first, second):
    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(first)
        time.sleep(0.005)
        connection.sendall(second)

    return behave


def byte_by_byte(data):
    def behave(server, connection):
        server.read_request(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(len(data)):
            connection.sendall(data[number : number + 1])

    return behave


INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

GOOD_SERVERS = {
    "content length": says(counted(GOOD)),
    "content length and stays": says_and_stays(counted(GOOD)),
    "chunked": says(chunked(GOOD[:5], GOOD[5:])),
    "chunked and stays": says_and_stays(chunked(GOOD)),
    "chunk extension and trailer": says(
        OK + b"Transfer-Encoding: chunked\r\n\r\n%x;a=b\r\n" % len(GOOD) + GOOD + b"\r\n0\r\nX-Sum: 1\r\n\r\n"
    ),
    "until close": says(OK + b"\r\n" + GOOD),
    "HTTP/1.0 until close": says(b"HTTP/1.0 200 OK\r\n\r\n" + GOOD),
    "no reason phrase": says(counted(GOOD, head=b"HTTP/1.1 200\r\n")),
    "the same length twice": says(OK + b"Content-Length: 21\r\nContent-Length: 21\r\n\r\n" + GOOD),
    "identity": says(counted(GOOD, head=OK + b"Content-Encoding: identity\r\n")),
    "100 header lines": says(counted(GOOD, head=OK + b"".join(b"X-%d: y\r\n" % n for n in range(99)))),
    "64 KiB of headers": says(counted(GOOD, head=OK + b"X: " + b"y" * (65536 - 5 - 20) + b"\r\n")),
    "10 interim answers": says(INTERIM * 5 + CONTINUE * 5 + counted(GOOD)),
    "byte by byte": byte_by_byte(counted(GOOD)),
    "chunked byte by byte": byte_by_byte(chunked(GOOD[:3], GOOD[3:])),
    "a lone latin letter in a header": says(counted(GOOD, head=OK + b"X: \xe9\r\n")),
    "reset after the end": resets(counted(GOOD)),
}


@pytest.mark.parametrize("name", GOOD_SERVERS)
def test_an_answer_within_all_bounds_is_given_whole(name, hostile, door):
    server = hostile(GOOD_SERVERS[name])
    reply = door(egress.Ask("POST", server.url, body=b"{}", deadline=3))
    assert (reply.status, reply.body, reply.size) == (200, GOOD, len(GOOD))
    assert 0 < reply.elapsed < 1
    assert server.connections == 1


HOSTILE_SERVERS = {
    # redirects and statuses
    **{
        f"redirect {code}": (
            says(status(b"%d Moved" % code, b"Location: http://169.254.169.254/")),
            "redirect_not_allowed",
        )
        for code in (300, 301, 302, 303, 304, 307, 308)
    },
    "redirect without location": (says(status(b"302 Found")), "redirect_not_allowed"),
    "401": (says(status(b"401 Unauthorized", b"WWW-Authenticate: Basic")), "unauthorized"),
    "403": (says(status(b"403 Forbidden")), "forbidden"),
    "404": (says(status(b"404 Not Found")), "client_error"),
    "407": (says(status(b"407 Proxy", b"Proxy-Authenticate: Basic")), "client_error"),
    "429": (says(status(b"429 Slow", b"Retry-After: 7")), "rate_limited"),
    "500": (says(status(b"500 Oh", body=b"trace" * 100)), "server_error"),
    "503": (says(status(b"503 Busy", b"Retry-After: 7")), "server_error"),
    "101": (says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "unexpected_status"),
    "206": (says(status(b"206 Part", b"Content-Range: bytes 0-4/9", body=b'{"a":')), "unexpected_status"),
    "600": (says(status(b"600 What")), "not_http"),
    "099": (says(status(b"099 What")), "not_http"),
    # encodings
    "gzip": (says(counted(b"\x1f\x8b", head=OK + b"Content-Encoding: gzip\r\n")), "content_encoding"),
    "br": (says(counted(b"zz", head=OK + b"content-encoding: br\r\n")), "content_encoding"),
    "identity and gzip": (
        says(counted(b"zz", head=OK + b"Content-Encoding: identity\r\nContent-Encoding: gzip\r\n")),
        "content_encoding",
    ),
    "transfer gzip": (says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), "bad_framing"),
    # bounds of the head
    "101 header lines": (
        says(counted(GOOD, head=OK + b"".join(b"X-%d: y\r\n" % n for n in range(100)))),
        "too_many_headers",
    ),
    "64 KiB and a byte of headers": (
        says(counted(GOOD, head=OK + b"X: " + b"y" * (65536 - 5 - 20 + 1) + b"\r\n")),
        "headers_too_large",
    ),
    "endless header line": (drips(OK + b"X: ", b"y" * 9000, every=0.001), "headers_too_large"),
    "endless header lines": (drips(OK, b"X: y\r\n" * 10, every=0.001), "too_many_headers"),
    "endless status line": (drips(b"HTTP/1.1 200 ", b"y" * 9000, every=0.001), "not_http"),
    "11 interim answers": (says(CONTINUE * 11 + counted(GOOD)), "too_many_interim"),
    "endless interim answers": (drips(b"", INTERIM, every=0.001), "too_many_interim"),
    "many lines in an interim answer": (
        says(b"HTTP/1.1 103 Hi\r\n" + b"A: b\r\n" * 101 + b"\r\n" + counted(GOOD)),
        "too_many_headers",
    ),
    "too many trailers": (says(chunked(GOOD, end=b"0\r\n" + b"A: b\r\n" * 101 + b"\r\n")), "too_many_headers"),
    # bounds of the body
    "a byte too much by length": (says(counted(b"x" * (MIB + 1))), "body_too_large"),
    "a terabyte announced": (says(OK + b"Content-Length: 1099511627776\r\n\r\n"), "body_too_large"),
    "a byte too much in chunks": (says(chunked(b"x" * MIB, b"x")), "body_too_large"),
    "a terabyte of a chunk": (says(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n"), "body_too_large"),
    "a byte too much until close": (says(OK + b"\r\n" + b"x" * (MIB + 1)), "body_too_large"),
    "a flood until close": (floods, "body_too_large"),
    # truth of the length
    "shorter than announced": (says(OK + b"Content-Length: 40\r\n\r\n" + GOOD), "truncated"),
    "longer than announced": (says(OK + b"Content-Length: 4\r\n\r\n" + GOOD), "surplus_bytes"),
    "longer, a moment later": (two_segments(counted(GOOD), b"more"), "surplus_bytes"),
    "a second answer behind": (says(counted(GOOD) * 2), "surplus_bytes"),
    "bytes behind chunks": (says(chunked(GOOD) + b"x"), "surplus_bytes"),
    "a body with 204": (says(b"HTTP/1.1 204 No\r\n\r\nbody"), "surplus_bytes"),
    "chunks without an end": (says(chunked(GOOD, end=b"")), "truncated"),
    "a chunk cut short": (says(OK + b"Transfer-Encoding: chunked\r\n\r\n40\r\n" + GOOD), "truncated"),
    "chunks without the last line": (says(chunked(GOOD, end=b"0\r\n")), "truncated"),
    "a chunk size that is none": (says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "bad_framing"),
    "a negative chunk size": (says(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n"), "bad_framing"),
    "a chunk size with 0x": (says(OK + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"), "bad_framing"),
    "a chunk longer than its size": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"),
        "bad_framing",
    ),
    "both markings": (
        says(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        "bad_framing",
    ),
    "two lengths": (says(OK + b"Content-Length: 21\r\nContent-Length: 5\r\n\r\n" + GOOD), "bad_framing"),
    "a list of lengths": (says(OK + b"Content-Length: 21, 5\r\n\r\n" + GOOD), "bad_framing"),
    "a negative length": (says(OK + b"Content-Length: -1\r\n\r\n"), "bad_framing"),
    "a signed length": (says(OK + b"Content-Length: +21\r\n\r\n" + GOOD), "bad_framing"),
    "a length in words": (says(OK + b"Content-Length: many\r\n\r\n"), "bad_framing"),
    "an empty length": (says(OK + b"Content-Length:\r\n\r\n"), "bad_framing"),
    "a length of a hundred digits": (says(OK + b"Content-Length: " + b"9" * 100 + b"\r\n\r\n"), "bad_framing"),
    "chunked twice": (says(OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), "bad_framing"),
    "chunked under HTTP/1.0": (says(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "bad_framing"),
    "a head cut short": (says(OK + b"Content-Le"), "truncated"),
    "reset in the body": (resets(OK + b"Content-Length: 40\r\n\r\n" + GOOD), "truncated"),
    "reset before an answer": (resets(), "connection_reset"),
    "closed before an answer": (says(b""), "closed_without_answer"),
    # what is no HTTP
    "SSH": (says(b"SSH-2.0-OpenSSH_9.9\r\n"), "not_http"),
    "SMTP that stays": (says_and_stays(b"220 mail ESMTP"), "not_http"),
    "HTTP/0.9": (says(GOOD), "not_http"),
    "HTTP/2": (says(b"HTTP/2 200\r\n\r\n"), "not_http"),
    "HTTP/1.2": (says(b"HTTP/1.2 200 OK\r\n\r\n"), "not_http"),
    "ICY": (says(b"ICY 200 OK\r\n\r\n"), "not_http"),
    "binary": (says(os.urandom(16).replace(b"H", b"x") * 100), "not_http"),
    "line feeds alone": (says(b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), "truncated"),
    "a line feed within the head": (says(OK + b"A: b\nC: d\r\nContent-Length: 2\r\n\r\n{}"), "bad_header"),
    "a folded header": (says(OK + b"A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}"), "bad_header"),
    "a blank before the colon": (says(OK + b"Content-Length : 2\r\n\r\n{}"), "bad_header"),
    "no colon": (says(OK + b"nonsense\r\n\r\n{}"), "bad_header"),
    "an empty header name": (says(OK + b": x\r\n\r\n{}"), "bad_header"),
    "NUL in a header": (says(OK + b"A: \x00\r\n\r\n{}"), "bad_header"),
    "a status that is none": (says(b"HTTP/1.1 2OO OK\r\n\r\n"), "not_http"),
    "two blanks before the status": (says(b"HTTP/1.1  200 OK\r\n\r\n"), "not_http"),
}


@pytest.mark.parametrize("name", HOSTILE_SERVERS)
def test_a_misbehaving_server_is_called_by_its_published_name(name, hostile, door):
    behave, reason = HOSTILE_SERVERS[name]
    server = hostile(behave)
    began = time.monotonic()
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("POST", server.url, body=b"{}", deadline=20))
    assert (caught.value.reason, caught.value.outcome) == (reason, egress.REASONS[reason].outcome)
    assert time.monotonic() - began < 2.5, "it ends by its rule, long before the deadline"
    assert server.connections == 1, "nothing is asked twice"


HANGING_SERVERS = {
    "never answers": never_answers,
    "drips a status line": drips(b"", b""),
    "drips a header": drips(OK + b"X: ", b"y"),
    "drips header lines slowly": drips(OK, b"X: y\r\n", every=0.05),
    "drips a body": drips(OK + b"Content-Length: 900000\r\n\r\n", b"y"),
    "drips chunks": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n"),
    "drips a chunk extension": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"y"),
    "drips until close": drips(OK + b"\r\n", b"y"),
    "drips interim answers slowly": drips(b"", CONTINUE, every=0.15),
    "stops in the head": says_and_stays(OK + b"X: y\r\n"),
    "stops in the body": says_and_stays(OK + b"Content-Length: 40\r\n\r\n" + GOOD),
    "stays without a length": says_and_stays(OK + b"\r\n" + GOOD),
}


@pytest.mark.parametrize("name", HANGING_SERVERS)
def test_no_server_can_stretch_the_deadline(name, hostile, door):
    server = hostile(HANGING_SERVERS[name])
    began = time.monotonic()
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url, deadline=0.3))
    assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.TIMEOUT, "deadline_exceeded")
    assert 0.29 < time.monotonic() - began < 1.5
    assert 0.29 < caught.value.elapsed < 1.5


def test_a_server_that_never_takes_the_request_meets_the_deadline(hostile, door):
    server = hostile(lambda server, connection: server.stopped.wait(5))
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("POST", server.url, body=b"x" * MIB, deadline=0.4))
    assert caught.value.outcome is egress.Outcome.TIMEOUT


def test_a_full_backlog_is_a_connect_timeout(hostile, door):
    server = hostile(None, listen_only=True, backlog=0)
    fillers = []
    try:
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", server.port))
            fillers.append(filler)
        with pytest.raises(egress.Failed) as caught:
            door(egress.Ask("GET", server.url, deadline=0.3))
        assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.TIMEOUT, "connect_timeout")
    finally:
        for filler in fillers:
            filler.close()


def test_the_connection_alone_may_take_no_more_than_its_own_time(hostile, door, monkeypatch):
    monkeypatch.setattr("registry.egress.connecting.CONNECT_SECONDS", 0.2)
    test_server = hostile(None, listen_only=True, backlog=0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", test_server.port))
    began = time.monotonic()
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", test_server.url, deadline=5))
    assert caught.value.reason == "connect_timeout"
    assert time.monotonic() - began < 1
    for filler in fillers:
        filler.close()


def test_nothing_listening_is_unreachable(hostile, door):
    server = hostile(None, listen_only=True)
    server.close()
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url))
    assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.UNREACHABLE, "connection_refused")


@pytest.mark.parametrize(
    "behave",
    [says(counted(b"x" * MIB)), says(chunked(b"x" * 65536, *[b"x" * 65536] * 15)), says(OK + b"\r\n" + b"x" * MIB)],
)
def test_a_body_of_exactly_one_mebibyte_passes(behave, hostile, door):
    assert door(egress.Ask("GET", hostile(behave).url)).size == MIB


def test_a_refused_redirect_tells_where_it_led(hostile, door):
    server = hostile(says(status(b"302 Found", b"Location: https://new.example.org/\x85path")))
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url))
    assert caught.value.location == "https://new.example.org/\N{REPLACEMENT CHARACTER}path"
    assert caught.value.status == 302


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((b"Retry-After: 120",), 120.0),
        ((b"Retry-After: 99999999",), 86400.0),
        ((b"Date: Sat, 21 Nov 2026 10:00:00 GMT", b"Retry-After: Sat, 21 Nov 2026 10:01:00 GMT"), 60.0),
        ((b"Retry-After: soon",), None),
        ((b"Retry-After: -5",), None),
        ((), None),
    ],
)
def test_a_throttling_server_says_how_long_to_wait(headers, seconds, hostile, door):
    server = hostile(says(status(b"429 Slow", *headers)))
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url))
    assert (caught.value.outcome, caught.value.retry_after) == (egress.Outcome.THROTTLED, seconds)


def test_the_request_is_ours_to_the_letter(hostile, door):
    server = hostile(says(counted(GOOD)))
    url = f"http://127.0.0.1:{server.port}/a/../%7e//b;c?x=%20y/?z"
    door(egress.Ask("POST", url, headers={"Authorization": "Bearer t", "Content-Type": "application/json"}, body=b"{}"))
    line, *headers = server.heads[0].partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert line == "POST /a/../%7e//b;c?x=%20y/?z HTTP/1.1"
    assert headers == [
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: Kaizen/1 (+https://kaizen.example.org/)",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "Connection: close",
        "Authorization: Bearer t",
        "Content-Type: application/json",
        "Content-Length: 2",
    ]


def test_no_proxy_cookie_or_netrc_of_the_environment_is_used(hostile, door, monkeypatch, tmp_path):
    server = hostile(says(counted(GOOD, head=OK + b"Set-Cookie: a=b; Path=/\r\n")))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for _ in range(2):
        door(egress.Ask("GET", server.url))
    assert not re.search(rb"(?i)cookie|authorization|proxy", b"".join(server.heads))
    assert server.connections == 2, "no connection is kept"


@pytest.mark.parametrize(
    "name", ["Host", "Cookie", "Content-Length", "transfer-encoding", "A\r\nB", "A B", "", "Expect"]
)
def test_a_header_that_is_not_the_callers_to_set_is_our_fault(name, hostile, door):
    server = hostile(says(counted(GOOD)))
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url, headers={name: "x"}))
    assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.OUR_FAULT, "request_invalid")
    assert server.connections == 0


@pytest.mark.parametrize("value", ["a\r\nB: c", "a\nb", "a\0", "é", " blank", "a\x7f"])
def test_a_header_value_cannot_break_out_of_its_line(value, hostile, door):
    with pytest.raises(egress.Failed, match="request_invalid") as caught:
        door(egress.Ask("GET", hostile(says(counted(GOOD))).url, headers={"X-Key": value}))
    assert value not in str(caught.value)


def test_credentials_go_only_to_the_origin_that_they_were_made_for(hostile, door):
    server = hostile(says(counted(GOOD)))
    headers = {"Authorization": "Bearer secret-value"}
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url, headers=headers, credentials_origin="https://other.example.org"))
    assert (caught.value.reason, server.connections) == ("credentials_elsewhere", 0)
    own = f"http://127.0.0.1:{server.port}"
    assert door(egress.Ask("GET", server.url, headers=headers, credentials_origin=own)).status == 200


def test_secrets_and_bodies_stay_out_of_what_is_shown(hostile, door):
    wanted = egress.Ask(
        "GET", hostile(says(counted(GOOD))).url, headers={"Authorization": "hidden-key"}, body=b"hidden"
    )
    assert "hidden" not in repr(wanted)
    assert "healthy" not in repr(door(wanted))


def test_a_counted_body_is_dropped_and_memory_stays_flat(hostile, door):
    size = 20 * MIB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % size)
        block = b"x" * 65536
        for _ in range(size // len(block)):
            connection.sendall(block)

    reply = door(egress.Ask("GET", hostile(behave).url, max_body=size, count_only=True, deadline=10))
    assert (reply.size, reply.body) == (size, b"")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 12 * 1024


def test_a_flood_is_cut_off_without_filling_memory(hostile, door):
    server = hostile(floods)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        with pytest.raises(egress.Failed, match="body_too_large"):
            door(egress.Ask("GET", server.url))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def test_two_hundred_asks_leave_no_file_open(hostile, door):
    behaviours = [
        says(counted(GOOD)),
        says_and_stays(counted(GOOD)),
        says(b"nonsense"),
        resets(),
        says(status(b"302 Found")),
    ]
    servers = [hostile(behave) for behave in behaviours]
    asks = [egress.Ask("GET", server.url, deadline=2) for server in servers]
    asks.append(egress.Ask("GET", hostile(never_answers).url, deadline=0.02))

    def once(wanted):
        try:
            door(wanted)
        except egress.Failed:
            return

    for wanted in asks:
        once(wanted)
    gc.collect()
    before = _own_sockets()
    for number in range(200):
        once(asks[number % len(asks)])
    gc.collect()
    _wait_until(lambda: _own_sockets() <= before)


def _own_sockets():
    """Connections of this process towards a server; the servers' own ends have the listening port as source."""
    inodes = set()
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            inodes.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    listening, established = set(), []
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A":
            listening.add(fields[1])
        elif fields[9] in inodes:
            established.append(fields[1])
    return sum(1 for local in established if local not in listening)


def _wait_until(condition):
    until = time.monotonic() + 2
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_our_own_lack_of_files_is_our_fault(hostile, door, monkeypatch):
    server = hostile(says(counted(GOOD)))
    real = socket.socket

    def no_more(family=-1, *args, **kwargs):
        if (
            family == socket.AF_INET
            and threading.current_thread() is threading.main_thread()
            and not args
            and not kwargs
        ):
            raise OSError(24, "Too many open files")
        return real(family, *args, **kwargs)

    monkeypatch.setattr(socket, "socket", no_more)
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url))
    assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.OUR_FAULT, "out_of_resources")


def test_memory_that_runs_out_is_our_fault(hostile, door, monkeypatch):
    server = hostile(says(counted(GOOD)))

    def none_left(*_args):
        raise MemoryError

    monkeypatch.setattr("registry.egress.exchange.Exchange.check_peer", none_left)
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url))
    assert caught.value.outcome is egress.Outcome.OUR_FAULT


def test_another_peer_than_the_checked_address_is_refused(hostile, door, monkeypatch):
    server = hostile(says(counted(GOOD)))
    monkeypatch.setattr("socket.socket.getpeername", lambda self: ("127.0.0.2", server.port))
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", server.url))
    assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.UNREACHABLE, "peer_mismatch")
    assert server.heads in ([], [b""])


def test_a_url_that_the_policy_refuses_is_unreachable_and_unasked(door, policy_settings):
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("GET", "http://127.0.0.1:1/"))
    assert (caught.value.outcome, caught.value.reason) == (egress.Outcome.UNREACHABLE, "scheme_not_https")
