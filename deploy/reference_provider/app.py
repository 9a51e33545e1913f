"""A model server that keeps the contract of Kaizen, in the standard library alone; also the contract's documentation.

    GET  /health                                -> {"status": "healthy", "latency": 12}        latency in ms
    POST /v1/deliberate                         {"prompt", "context": {"tier", "chamber", "cycle"}, "requestId"}
                                                -> {"response", "position"?, "confidence"?, "rationale"?, "usage",
                                                    "model"}
    POST /constitutional/validate               {"response", "tier"} -> {"score": 0-100, "violations": []}
    GET  /.well-known/masl-challenge/<token>    -> the token, if it is one that the operator gave us
    GET  /model-card                            -> a page of text

The two POSTs ask for ``Authorization: Bearer <key>`` when a key is set, and answer 401 without it. Everything else is
open.
"""

import argparse
import hmac
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import manners
import options

LARGEST_BODY = 1024 * 1024
IDLE_SECONDS = 60
CHALLENGE = re.compile(r"/\.well-known/masl-challenge/([A-Za-z0-9_-]{1,200})")
MODEL_CARD = """Reference model ({manner})

Capabilities: solves small closed-form questions by reading them, answers everyday questions briefly, votes with
reasons. Limitations: English only; knows a few dozen topics by rules and says so of the rest; no memory, no tools, no
network. Training data: none. Every answer is made by the rules in this folder.
Safety: refuses what would harm others and offers an alternative. Contact: the operator of this server.
"""


class Model:
    """One model behind the server: its manner, how often it was asked, how long it took of late."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.manner = manners.make(
            chosen.manner, behave_for=chosen.behave_for, latency=chosen.latency, fail_every=chosen.fail_every
        )
        self.api_key: str = chosen.api_key
        self.verbose: bool = chosen.verbose
        self.challenge: str = chosen.challenge
        self.challenge_file: Path | None = chosen.challenge_file
        self._lock = threading.Lock()
        self._asked = 0
        self._latency_ms = 1.0

    def next_number(self) -> int:
        """The number of this deliberation, from 1."""
        with self._lock:
            self._asked += 1
            return self._asked

    def took(self, seconds: float) -> None:
        """Remember how long a deliberation took, in a moving mean."""
        with self._lock:
            self._latency_ms += (seconds * 1000 - self._latency_ms) / 10

    def health(self) -> dict[str, object]:
        """The answer of /health."""
        return {"status": "healthy", "latency": round(self._latency_ms)}

    def may(self, authorization: str) -> bool:
        """Whether a caller with this Authorization header may ask."""
        return not self.api_key or hmac.compare_digest(authorization.encode(), f"Bearer {self.api_key}".encode())

    def tokens(self) -> set[str]:
        """The challenge tokens that we serve now; the file is read anew each time, since tokens come after applying."""
        tokens = {self.challenge} if self.challenge else set()
        if self.challenge_file is not None and self.challenge_file.is_file():
            tokens.update(self.challenge_file.read_text(encoding="utf-8").split())
        return tokens


class Refusal(Exception):
    """A request that is answered by an error: HTTP status and what was wrong."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the model, writes one answer."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "reference-provider/1", ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: "Server"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        challenge = CHALLENGE.fullmatch(path)
        if path == "/health":
            self._json(200, self.server.model.health())
        elif path == "/model-card":
            self._send(200, "text/plain; charset=utf-8", MODEL_CARD.format(manner=self.server.model.manner.name))
        elif challenge and challenge[1] in self.server.model.tokens():
            self._send(200, "text/plain; charset=utf-8", challenge[1])
        else:
            self._json(404, {"error": "not found"})

    def do_POST(self) -> None:
        routes = {"/v1/deliberate": self._deliberate, "/constitutional/validate": self._validate}
        route = routes.get(self.path.partition("?")[0])
        try:
            body = self._body()
            self._admit()
            if route is None:
                self._json(404, {"error": "not found"})
            else:
                route(_object(body))
        except Refusal as refusal:
            self._json(refusal.status, {"error": refusal.error})

    def _deliberate(self, request: dict[str, object]) -> None:
        prompt, context = request.get("prompt"), request.get("context", {})
        if not isinstance(prompt, str) or not prompt.strip() or not isinstance(context, dict):
            raise Refusal(400, "prompt must be a text, context an object")
        model, began = self.server.model, time.monotonic()
        number = model.next_number()
        fault = model.manner.fault(number)
        time.sleep(fault.delay)
        if fault.failure == "close":
            self.close_connection = True
            return
        if fault.failure == "error":
            raise Refusal(500, "the model failed")
        answer = model.manner.answer(prompt, number)
        usage = {"inputTokens": len(prompt) // 4 + 1, "outputTokens": len(str(answer["response"])) // 4 + 1}
        model.took(time.monotonic() - began)
        self._json(200, answer | {"usage": usage, "model": f"reference-{model.manner.name}-1"})

    def _validate(self, request: dict[str, object]) -> None:
        response = request.get("response")
        if not isinstance(response, str):
            raise Refusal(400, "response must be a text")
        self._json(200, self.server.model.manner.validate(response))

    def _admit(self) -> None:
        if not self.server.model.may(self.headers.get("Authorization", "")):
            raise Refusal(401, "a valid API key is required")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise Refusal(413 if length.isdecimal() else 411, "a body of known length, at most 1 MiB")
        return self.rfile.read(int(length))

    def _json(self, status: int, answer: dict[str, object]) -> None:
        self._send(status, "application/json", json.dumps(answer))

    def _send(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 401:  # noqa: PLR2004 -- RFC 9110 11.6.1: a 401 names the scheme
            self.send_header("WWW-Authenticate", "Bearer")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
        """One line per call on stderr, if asked for; the token of a challenge is cut, keys and prompts are never in
        it.
        """
        if self.server.model.verbose:
            line = re.sub(r"(masl-challenge/)\S+", r"\1…", format % args)
            sys.stderr.write(f"{self.log_date_time_string()} {line}\n")


class Server(ThreadingHTTPServer):
    """One thread to a connection; none of them keeps the process alive."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, model: Model) -> None:
        self.model = model
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is no error of ours; any other is told on stderr by its name alone."""
        del request, client_address
        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            sys.stderr.write(f"error: {type(error).__name__}\n")


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "the body is not JSON") from error
    if not isinstance(value, dict):
        raise Refusal(400, "the body is not a JSON object")
    return value


def main(arguments: Sequence[str]) -> None:
    """Serve until a signal ends it, at once."""
    chosen = options.parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    try:
        server = Server(chosen.port, Model(chosen))
    except OSError as error:
        sys.stderr.write(
            f"port {chosen.port} is in use or may not be opened ({error.strerror}); choose one by --port\n"
        )
        raise SystemExit(2) from None
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
