"""The same key and body give the same answer, and the effect happens once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ledger import idempotency
from ledger.idempotency import KeyMalformed, KeyReused, StillRunning, once
from ledger.models import IdempotencyKey, Leaf
from tests.conftest import NOW
from tests.ledger.test_sealing import seal_one

TOKEN = {"token": "kz_live_shown_once"}


def ask(handle=lambda: (201, TOKEN), *, key="key-1", scope="POST /apply", body=b"{}", at=NOW):
    return once(key=key, scope=scope, body=body, at=at, handle=handle)


def test_the_second_request_gets_the_first_ones_answer(db):
    assert ask() == ((201, TOKEN), False)
    assert ask(lambda: pytest.fail("it happened twice")) == ((201, TOKEN), True)


def test_the_effects_seal_is_made_once(db):
    before = Leaf.objects.count()
    for _ in range(2):
        ask(lambda: (200, {"id": str(seal_one().seal_id)}))
    assert Leaf.objects.count() == before + 1


def test_another_body_under_the_key_is_refused(db):
    ask()
    with pytest.raises(KeyReused):
        ask(body=b'{"other":1}')


def test_the_same_key_of_another_caller_is_another_key(db):
    ask(scope="a")
    assert ask(lambda: (200, {"mine": 1}), scope="b") == ((200, {"mine": 1}), False)


@pytest.mark.parametrize("key", ["", "k" * 256, "käy", "line\nbreak", "\x7f"])
def test_a_malformed_key_is_refused(db, key):
    with pytest.raises(KeyMalformed):
        ask(key=key)


@pytest.mark.parametrize("key", ["k", "k" * 255, "with blanks ~!"])
def test_a_printable_key_of_up_to_255_characters_is_taken(db, key):
    assert ask(key=key)[1] is False


def test_a_failure_leaves_the_key_unused(db):
    def failing():
        seal_one("lost")
        raise LookupError

    before = Leaf.objects.count()
    with pytest.raises(LookupError):
        ask(failing)
    assert (IdempotencyKey.objects.count(), Leaf.objects.count()) == (0, before)
    assert ask(body=b"corrected") == ((201, TOKEN), False)


def test_neither_key_nor_answer_stands_in_the_database_in_clear(db):
    ask(key="a-key-nobody-else-has")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_idempotency_key")
        stored = repr([bytes(it) if isinstance(it, memoryview) else it for it in cursor.fetchone()])
    assert "a-key-nobody-else-has" not in stored
    assert "shown_once" not in stored


def test_keys_are_kept_for_a_day_and_no_longer(db):
    ask(key="old", at=NOW - timedelta(hours=24, microseconds=1))
    ask(key="new", at=NOW - timedelta(hours=24))
    assert idempotency.forget_old(at=NOW) == 1
    assert ask(lambda: pytest.fail("it is remembered"), key="new")[1] is True


def _first_holds(database, *, ends=lambda: (201, TOKEN)):
    """A first request that is under way; (let it end, its thread)."""
    under_way, may_end = threading.Event(), threading.Event()

    def handle():
        under_way.set()
        may_end.wait(30)
        return ends()

    def first():
        with database.here():
            try:
                ask(handle)
            except LookupError:
                return

    thread = threading.Thread(target=first)
    thread.start()
    assert under_way.wait(30)
    return may_end, thread


def _second(database):
    answers = []

    def second():
        with database.here():
            answers.append(ask(lambda: (201, {"by": "second"})))

    thread = threading.Thread(target=second)
    thread.start()
    return answers, thread


def test_a_second_request_waits_for_the_first_and_replays_it(database):
    may_end, first = _first_holds(database)
    answers, second = _second(database)
    second.join(0.3)
    assert second.is_alive()
    may_end.set()
    first.join(30)
    second.join(30)
    assert answers == [((201, TOKEN), True)]


def test_a_second_request_takes_over_when_the_first_fails(database):
    def fail():
        raise LookupError

    may_end, first = _first_holds(database, ends=fail)
    answers, second = _second(database)
    second.join(0.3)
    may_end.set()
    first.join(30)
    second.join(30)
    assert answers == [((201, {"by": "second"}), False)]


def test_after_the_wait_it_is_told_that_the_first_still_runs(postgresql, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_MS", 150)
    may_end, first = _first_holds(postgresql)
    with postgresql.here():
        with pytest.raises(StillRunning):
            ask()
        may_end.set()
        first.join(30)
        assert ask()[1] is True
