"""Rates per client, by an address that the client cannot choose."""

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisGone
from rest_framework.views import APIView

from faces.problems import exception_handler
from faces.throttles import client_address, throttle


def request(peer="192.0.2.1", forwarded=None, user=None, **more):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    made = RequestFactory().post("/", REMOTE_ADDR=peer, **headers, **more)
    made.user = user
    return made


@pytest.fixture
def apply(settings, monkeypatch):
    settings.KAIZEN_THROTTLES = {"apply": "2/hour", "free": None}
    settings.NUM_PROXIES = 0
    made = throttle("apply")
    monkeypatch.setattr(made, "cache", LocMemCache("throttles", {}), raising=False)
    made.cache.clear()
    return made


def test_the_rate_is_that_of_the_settings(apply):
    assert [apply().allow_request(request(), None) for _ in range(3)] == [True, True, False]
    assert apply().allow_request(request("192.0.2.2"), None)


def test_a_refusal_tells_when_to_come_back(apply, server, problem_of, monkeypatch):
    from tests.faces.urls import Bare

    monkeypatch.setattr(APIView, "get_exception_handler", lambda view: exception_handler)
    monkeypatch.setattr(Bare, "throttle_classes", [apply])
    for _ in range(2):
        server.generic("POST", "/api/bare")
    response = server.generic("POST", "/api/bare")
    problem_of(response, 429, "throttled")
    assert 3500 < int(response["Retry-After"]) <= 3600


def test_a_scope_without_a_rate_is_a_mistake_and_none_switches_it_off(apply):
    with pytest.raises(ImproperlyConfigured):
        throttle("unheard")()
    assert all(throttle("free")().allow_request(request(), None) for _ in range(9))


@pytest.mark.parametrize("error", [RedisGone(), OSError()])
def test_without_the_cache_every_request_passes(apply, monkeypatch, caplog, error):
    def gone(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(apply.cache, "get", gone)
    assert all(apply().allow_request(request(), None) for _ in range(9))
    assert "open" in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_address_is_believed_only_from_our_proxies(settings, proxies, forwarded, address):
    settings.NUM_PROXIES = proxies
    assert client_address(request(forwarded=forwarded)) == address


def test_a_forwarded_host_changes_nothing(apply):
    for number in range(2):
        apply().allow_request(request(HTTP_X_FORWARDED_HOST=f"h{number}"), None)
    assert not apply().allow_request(request(HTTP_X_FORWARDED_HOST="h9"), None)


def test_addresses_of_one_ipv6_network_count_together(apply):
    outcomes = [apply().allow_request(request(f"2001:db8::{number}"), None) for number in (1, 2, 3)]
    assert outcomes == [True, True, False]
