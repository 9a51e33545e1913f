"""The door for bodies, through a test client and through the real server."""

import contextlib
import http.client
import io
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rest_framework.views import APIView

from faces.parsers import MAX_BODY_BYTES
from faces.problems import exception_handler

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _handler_of_the_ground(monkeypatch):
    monkeypatch.setattr(APIView, "get_exception_handler", lambda view: exception_handler)


def post(server, body, content_type="application/json", **more):
    return server.generic("POST", "/api/echo", body, CONTENT_TYPE=content_type, **more)


def padded(size):
    return b'{"a":"' + b"x" * (size - 8) + b'"}'


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;CHARSET=UTF-8",
        'application/json; charset="utf-8"',
        "application/json;",
    ],
)
def test_json_in_utf_8_is_read(server, content_type):
    assert post(server, b'{"a":1.50}', content_type).json() == {"read": "{'a': Decimal('1.50')}", "bytes": 10}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "*/*",
        "application/*",
        "application/jsonx",
        "application/problem+json",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json; v=1",
        "application/json; charset=utf-8; v=1",
        "application/json, application/json",
        "application/json; charset=utf-8; charset=utf-8",
    ],
)
def test_any_other_type_is_415(server, problem_of, content_type):
    problem_of(post(server, b"{}", content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("coding", ["gzip", "identity", "", "br, gzip"])
def test_any_content_encoding_is_415(server, problem_of, coding):
    problem_of(post(server, b"{}", headers={"content-encoding": coding}), 415, "unsupported_media_type")


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)])
def test_sixty_four_kibibytes_pass_and_one_byte_more_does_not(server, size, status):
    assert post(server, padded(size)).status_code == status


@pytest.mark.parametrize("length", ["65537", "9" * 5000])
def test_an_announced_body_too_large_is_refused_unread(server, problem_of, length):
    class Unreadable(io.RawIOBase):
        def read(self, *_):
            pytest.fail("the body was read")

    response = server.generic(
        "POST", "/api/echo", b"", CONTENT_TYPE="application/json", CONTENT_LENGTH=length, **{"wsgi.input": Unreadable()}
    )
    problem_of(response, 413, "body_too_large")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b"  ", "empty_body"),
        (b"{", "not_json"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b"[" * 990 + b"]" * 990, "too_deep"),
        (b"1e999", "number_out_of_range"),
        (b'{"a":"\\u0000"}', "nul_character"),
    ],
)
def test_a_body_that_cannot_be_read_is_400(server, problem_of, body, code):
    problem_of(post(server, body), 400, code)


def test_a_fault_of_shape_is_400_with_its_place(server, problem_of):
    response = server.post("/api/shaped", data=b'{"no\\u202e":1}', content_type="application/json")
    assert problem_of(response, 400, "unknown_field")["errors"][0]["pointer"] == "/no�"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "DISPATCH"])
def test_another_method_is_405_whatever_its_body(server, method):
    response = server.generic(method, "/api/echo", b"x" * 70_000, content_type="text/plain")
    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_a_view_that_needs_no_body_takes_none_or_a_sound_one(server, problem_of):
    assert server.generic("POST", "/api/bare").json() == {"read": {}}
    assert server.generic("POST", "/api/bare", b'{"a":1}', content_type="application/json").json() == {"read": {"a": 1}}
    problem_of(server.generic("POST", "/api/bare", b"a=1", content_type="text/plain"), 415, "unsupported_media_type")


@pytest.fixture(scope="module")
def gunicorn(tmp_path_factory):
    """The real server in front of the echo view."""
    (folder := tmp_path_factory.mktemp("echo")).joinpath("echo.py").write_text(
        "from django.conf import settings\n"
        "settings.configure(ROOT_URLCONF='echo', ALLOWED_HOSTS=['127.0.0.1'], SECRET_KEY='s' * 60, INSTALLED_APPS=[], DATABASES={},\n"
        "    REST_FRAMEWORK={'EXCEPTION_HANDLER': 'faces.problems.exception_handler', 'UNAUTHENTICATED_USER': None,\n"
        "    'DEFAULT_RENDERER_CLASSES': ['rest_framework.renderers.JSONRenderer']})\n"
        "import django; django.setup()\n"
        "from django.core.wsgi import get_wsgi_application\n"
        "from django.urls import path\n"
        "from faces.views import StrictAPIView\n"
        "from rest_framework.response import Response\n"
        "class Echo(StrictAPIView):\n"
        "    authentication_classes = []\n"
        "    permission_classes = []\n"
        "    def post(self, request):\n"
        "        return Response({'read': str(request.data)[:20], 'bytes': len(request._request.body)})\n"
        "urlpatterns = [path('api/echo', Echo.as_view())]\n"
        "application = get_wsgi_application()\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "echo:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "2",
        "--no-control-socket",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": f"{folder}:{ROOT}"}, stdout=log, stderr=log
        )
    try:
        _wait_until_open(port, process, folder / "log")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_open(port, process, log):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(log.read_text())


def send(port, body, **headers):
    """One POST; a list of bytes goes out in chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    # A server that refuses a body unread may close while it is still being sent; its answer stands all the same.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request(
            "POST",
            "/api/echo",
            body,
            {"Content-Type": "application/json", **headers},
            encode_chunked=isinstance(body, list),
        )
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def chunked(port, parts):
    return send(port, parts, **{"Transfer-Encoding": "chunked"})


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413), (3_000_000, 413)])
@pytest.mark.parametrize("framing", ["announced", "chunked"])
def test_the_real_server_bounds_bodies_of_either_framing(gunicorn, framing, size, status):
    body = padded(size)
    if framing == "announced":
        answer = send(gunicorn, body)
    else:
        answer = chunked(gunicorn, [body[at : at + 5000] for at in range(0, size, 5000)])
    assert answer[0] == status, answer
    if status == 200:
        assert f'"bytes":{size}'.encode() in answer[1]


def test_the_real_server_finds_an_empty_chunked_body_missing(gunicorn):
    status, body = chunked(gunicorn, [])
    assert status == 400
    assert b"empty_body" in body


@pytest.mark.parametrize("tail", [b"5\r\n{}", b"zz\r\n{}\r\n0\r\n\r\n"])
def test_broken_chunks_are_never_a_server_error(gunicorn, tail):
    with socket.create_connection(("127.0.0.1", gunicorn), 10) as wire:
        wire.sendall(
            b"POST /api/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + tail
        )
        wire.shutdown(socket.SHUT_WR)
        head = wire.recv(65536)
    assert re.match(rb"HTTP/1.1 400 ", head), head


def test_a_body_cut_short_is_never_a_server_error(gunicorn):
    with socket.create_connection(("127.0.0.1", gunicorn), 10) as wire:
        wire.sendall(
            b"POST /api/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{}"
        )
        wire.shutdown(socket.SHUT_WR)
        head = b"".join(iter(lambda: wire.recv(65536), b""))
    assert b"incomplete_body" in head
