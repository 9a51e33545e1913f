"""Hands are sent for, and nobody waits for them."""

import time

import pytest
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from ledger import hands


def test_a_task_is_sent_when_the_transaction_commits_and_not_before(
    db, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(hands.current_app, "send_task", lambda name, **options: sent.append((name, options["kwargs"])))
    with django_capture_on_commit_callbacks(execute=True):
        hands.send_on_commit("some.task", row_id="7")
        assert sent == []
    assert sent == [("some.task", {"row_id": "7"})]


@pytest.mark.parametrize("failure", [OperationalError("away"), RedisError("away"), OSError("away")])
def test_a_broker_that_is_away_fails_nobody(monkeypatch, failure):
    def away(*_args, **_options):
        raise failure

    monkeypatch.setattr(hands.current_app, "send_task", away)
    assert not hands.send_soon("some.task")


def test_a_broker_that_is_not_there_costs_a_moment(settings, monkeypatch):
    from celery import Celery

    app = Celery("away", broker="redis+socket:///nowhere/broker.sock?virtual_host=0")
    monkeypatch.setattr(hands, "current_app", app)
    began = time.monotonic()
    assert not hands.send_soon("some.task")
    assert time.monotonic() - began < 3
