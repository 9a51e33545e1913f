"""A rate of thousands a second, kept as one number per client and window."""

import pytest
from django.core.cache import caches
from rest_framework.test import APIRequestFactory

from faces.throttles import WindowThrottle


class Clocked(WindowThrottle):
    scope = "access"

    def __init__(self, now):
        super().__init__()
        self.timer = lambda: now


@pytest.fixture
def asks(settings):
    caches["throttles"].clear()

    def asks(now, rate="2/minute", address="198.51.100.7"):
        settings.KAIZEN_THROTTLES = {"access": rate}
        counter = Clocked(now)
        allowed = counter.allow_request(APIRequestFactory().post("/", REMOTE_ADDR=address), None)
        return allowed or counter.wait()

    yield asks
    caches["throttles"].clear()


def test_a_client_has_its_number_in_each_window_and_is_told_when_the_next_one_begins(asks):
    assert [asks(600.0), asks(619.5), asks(620.0), asks(659.0)] == [True, True, 40.0, 1.0]
    assert [asks(660.0), asks(660.0), asks(661.0)] == [True, True, 59.0]


def test_clients_are_counted_apart_and_a_neighbourhood_of_ipv6_is_one(asks):
    assert [asks(600.0), asks(600.0), asks(600.0, address="198.51.100.8")] == [True, True, True]
    assert [asks(600.0, address=f"2001:db8::{n}") for n in (1, 2, 3)] == [True, True, 60.0]


def test_a_scope_without_a_rate_is_open(asks):
    assert all(asks(600.0, rate=None) is True for _ in range(5))


def test_it_is_open_when_the_cache_does_not_answer(asks, monkeypatch, caplog):
    def away(*_args):
        raise ConnectionError

    monkeypatch.setattr(WindowThrottle.cache, "incr", away)
    assert all(asks(600.0) is True for _ in range(5))
    assert "is open" in caplog.text
