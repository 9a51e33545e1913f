import asyncio
from types import SimpleNamespace

import pytest

from registry import protocols
from registry.protocols import Question, Reach
from registry.protocols.tokens import KEPT
from tests.services.quick import QuickServer

KEY = "key-of-these-tests"


@pytest.fixture
def server(settings):
    """A real HTTP server on loopback, allowed as a development endpoint."""
    with QuickServer(host="127.0.0.1", threaded=True) as running:
        settings.KAIZEN_ENV = "development"
        settings.KAIZEN_EGRESS_DEV_ALLOW = [f"127.0.0.1:{running.port}"]
        settings.KAIZEN_EGRESS_ALLOW = []
        yield running


@pytest.fixture
def reach(server):
    """How the server is reached; api_key by default."""

    def make(protocol="masl", *, base="", kind="api_key", model="", **auth):
        origin = f"http://127.0.0.1:{server.port}"
        auth = auth or ({"key": KEY} if kind == "api_key" else {})
        return Reach(f"{origin}{base}", origin, protocol, model, kind, auth)

    return make


@pytest.fixture(autouse=True)
def no_tokens_kept():
    KEPT._tokens.clear()


def _blocking(name):
    return getattr(protocols, name)


def _on_a_loop(name):
    call = getattr(protocols, f"{name}_async")
    return lambda *args, **kwargs: asyncio.run(call(*args, **kwargs))


@pytest.fixture(params=[_blocking, _on_a_loop], ids=["blocking", "asyncio"])
def call(request):
    """The three calls, through each of the two doors."""
    return SimpleNamespace(**{name: request.param(name) for name in ("deliberate", "health", "validate")})


def a_question(prompt="What is 2 + 2?", **facts):
    return Question(
        prompt, **{"tier": "standard", "chamber": "thought-broker", "cycle": "C-114", "request_id": "r-1"} | facts
    )


@pytest.fixture
def question():
    return a_question()
