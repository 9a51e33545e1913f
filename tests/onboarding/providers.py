"""Servers that candidates live on: the reference provider as a process, and odd ones."""

from contextlib import ExitStack

import pytest

from registry.protocols import Reach
from tests.deploy.test_reference_provider import KEY, provider
from tests.services.quick import QuickServer


@pytest.fixture
def reference(settings):
    """Start reference providers; each call gives the origin of one, allowed as a development endpoint."""
    settings.KAIZEN_EGRESS_DEV_ALLOW = []
    with ExitStack() as stack:

        def start(*options, key=KEY):
            caller = stack.enter_context(provider(*options, key=key))
            pair = f"127.0.0.1:{caller.connection.port}"
            settings.KAIZEN_EGRESS_DEV_ALLOW = [*settings.KAIZEN_EGRESS_DEV_ALLOW, pair]
            return f"http://{pair}"

        yield start


@pytest.fixture
def odd(settings):
    """A server that answers as a test says, allowed as a development endpoint."""
    with QuickServer(host="127.0.0.1", threaded=True) as running:
        settings.KAIZEN_EGRESS_DEV_ALLOW = [f"127.0.0.1:{running.port}"]
        yield running


def reach_to(origin, *, protocol="masl", key=KEY, model=""):
    auth = ("api_key", {"key": key}) if key else ("none", {})
    return Reach(origin, origin, protocol, model, *auth)
