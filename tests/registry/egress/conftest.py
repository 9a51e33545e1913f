import asyncio
import contextlib
import socket
import threading

import pytest

from registry import egress


@pytest.fixture
def policy_settings(settings):
    """Development settings without any allowance; tests add their own."""
    settings.KAIZEN_ENV = "development"
    settings.KAIZEN_EGRESS_DEV_ALLOW = []
    settings.KAIZEN_EGRESS_ALLOW = []
    settings.KAIZEN_EGRESS_PORTS = [443, 8443]
    settings.KAIZEN_OWN_ADDRESSES = []
    settings.KAIZEN_EGRESS_PLACES = 16
    settings.KAIZEN_PUBLIC_URL = "https://kaizen.example.org"
    return settings


def through_asyncio(wanted):
    return asyncio.run(egress.ask_async(wanted))


@pytest.fixture(params=[egress.ask, through_asyncio], ids=["requests", "asyncio"])
def door(request):
    """Each of the two doors, as a plain function from Ask to Reply."""
    return request.param


class Hostile:
    """A raw server on loopback: ``behave(connection, request_head)`` does to each connection what it likes."""

    def __init__(self, behave, *, listen_only=False, backlog=64):
        self.behave = behave
        self.heads = []
        self.connections = 0
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self._listener.getsockname()[1]
        self.stopped = threading.Event()
        if not listen_only:
            threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with contextlib.suppress(OSError), connection:
            self.behave(self, connection)

    def read_request(self, connection):
        received = b""
        while b"\r\n\r\n" not in received and (data := connection.recv(65536)):
            received += data
        self.heads.append(received)
        return received

    def close(self):
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def hostile(policy_settings):
    """Start a server with a behaviour, allowed as a development endpoint."""
    servers = []

    def start(behave, **kwargs):
        server = Hostile(behave, **kwargs)
        servers.append(server)
        policy_settings.KAIZEN_EGRESS_DEV_ALLOW = [f"127.0.0.1:{server.port}" for server in servers]
        return server

    yield start
    for server in servers:
        server.close()
