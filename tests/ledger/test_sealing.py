"""Seals are appended by the last statement before COMMIT: no gap, no hole, no lock that closes a cycle."""

import json
import random
import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction

from ledger.decisions import decide
from ledger.models import Decision, Head, Leaf
from ledger.sealing import NotSealing, seal, sealed_atomic, sealing
from ledger.verification import verify
from tests.conftest import NOW
from tests.ledger.alone import environment
from tests.ledger.subjects import INES, an_incident, law


def seal_one(ref="thing-1", **more):
    return seal(
        "thing.happened",
        subject=("thing", ref),
        actor=("system", "test"),
        move="happen",
        at=NOW,
        law=(law().version, law().digest),
        **more,
    )


def seal_in_vain(ref, within=sealed_atomic):
    """Seal in a transaction that is rolled back."""
    try:
        with within():
            seal_one(ref)
            fail()
    except LookupError:
        return


def fail():
    raise LookupError


def test_outside_a_sealed_transaction_nothing_is_sealed(db):
    with pytest.raises(NotSealing, match=r"thing\.happened"):
        seal_one()
    assert not sealing()


def test_a_sealed_transaction_inside_a_foreign_one_is_refused(database):
    with database.here(), pytest.raises(RuntimeError, match="durable"), transaction.atomic(), sealed_atomic():
        pass


def test_the_leaf_is_there_only_when_the_transaction_ends(database):
    with database.here():
        before = Leaf.objects.count()
        with sealed_atomic():
            decision = seal_one()
            assert Leaf.objects.count() == before
        assert Leaf.objects.get(entry_id=decision.seal_id).idx == before
        assert Head.objects.get().size == before + 1


def test_a_rollback_leaves_no_hole(database):
    with database.here():
        before = Leaf.objects.count()
        seal_in_vain("lost")
        assert (Leaf.objects.count(), Head.objects.get().size, Decision.objects.filter(subject_ref="lost").count()) == (
            before,
            before,
            0,
        )
        with sealed_atomic():
            kept = seal_one("kept")
        assert kept.seal.idx == before


def test_a_joined_transaction_that_fails_forgets_its_own_seals_alone(database):
    with database.here():
        before = Leaf.objects.count()
        with sealed_atomic():
            seal_one("outer-1")
            seal_in_vain("inner")
            with sealed_atomic():
                seal_one("joined")
            seal_one("outer-2")
        refs = [json.loads(bytes(leaf.entry))["subject"]["ref"] for leaf in Leaf.objects.filter(idx__gte=before)]
        assert refs == ["outer-1", "joined", "outer-2"]


def test_a_failed_transaction_leaves_no_seal_for_the_next_one(database):
    with database.here():
        before = Leaf.objects.count()
        seal_in_vain("lost")
        with sealed_atomic():
            pass
        assert Leaf.objects.count() == before


def test_a_decision_cannot_be_committed_without_its_seal(database):
    with database.here(), pytest.raises(Exception, match=r"(?i)foreign key"), transaction.atomic():
        Decision.objects.create(
            seal_id="0193f3a0-0000-7000-8000-0000000000ff", type="a.b", subject_kind="a", subject_ref="b", at=NOW
        )


@pytest.mark.parametrize("writers", [8])
def test_eight_writers_on_postgresql_leave_neither_gap_nor_deadlock(postgresql, writers):
    failed = _write_at_once(postgresql, writers, each=25)
    _is_whole(postgresql, at_least=writers * 10, failed=failed)


@pytest.mark.system
def test_sixteen_writers_for_long_leave_neither_gap_nor_deadlock(postgresql):
    failed = _write_at_once(postgresql, 16, each=300)
    _is_whole(postgresql, at_least=16 * 150, failed=failed)


def _write_at_once(database, writers, *, each):
    """Random rollbacks, savepoints and row locks taken in random order; returns what went wrong."""
    failed = []
    with database.here():
        rows = [an_incident(number) for number in range(1, 4)]

    def write(seed):
        chance = random.Random(seed)
        with database.here():
            for n in range(each):
                try:
                    _one_transaction(chance, rows, f"{seed}-{n}")
                except LookupError:
                    continue
                except Exception as error:  # noqa: BLE001  any failure of a thread is told by the test
                    failed.append(repr(error))

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return failed


def _one_transaction(chance, rows, ref):
    with sealed_atomic():
        seal_one(ref)
        # Business rows are locked before the log's own, always: one row a transaction, as decide does.
        chosen = chance.choice(rows)
        type(chosen).objects.filter(pk=chosen.pk).update(summary=ref)
        if chance.random() < 0.3:
            seal_in_vain(f"{ref}-lost", within=transaction.atomic)
            seal_one(f"{ref}-after")
        if chance.random() < 0.2:
            fail()


def _is_whole(database, *, at_least, failed):
    assert failed == []
    with database.here():
        indexes = list(Leaf.objects.order_by("idx").values_list("idx", flat=True))
        assert indexes == list(range(len(indexes)))
        assert len(indexes) >= at_least
        assert Head.objects.get().size == len(indexes)
        assert not Decision.objects.filter(subject_ref__endswith="-lost").exists()
        assert verify().size == len(indexes)


def test_three_processes_on_sqlite_leave_no_gap(sqlite):
    command = [sys.executable, "-m", "tests.ledger.alone", "20"]
    writers = [
        subprocess.Popen(
            command, env=environment(sqlite.url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [writer.communicate(timeout=120) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], said
    with sqlite.here():
        mine = Leaf.objects.filter(decision__type="thing.happened")
        assert mine.count() == 60
        assert len({json.loads(bytes(leaf.entry))["subject"]["ref"].split("-")[0] for leaf in mine}) == 3
        assert verify().size == Head.objects.get().size


def test_indexes_follow_the_order_of_commits(postgresql):
    """A transaction that sealed first but commits last stands last."""
    sealed_early, may_commit = threading.Event(), threading.Event()

    def slow():
        with postgresql.here(), sealed_atomic():
            seal_one("slow")
            sealed_early.set()
            may_commit.wait(20)

    thread = threading.Thread(target=slow)
    thread.start()
    assert sealed_early.wait(20)
    with postgresql.here():
        with sealed_atomic():
            quick = seal_one("quick")
        may_commit.set()
        thread.join(20)
        slow_index = Decision.objects.get(subject_ref="slow").seal.idx
        assert quick.seal.idx == slow_index - 1


def test_a_seal_costs_the_same_statements_however_long_the_log_is(db, django_assert_max_num_queries):
    incident, under = an_incident(), law()
    with django_assert_max_num_queries(14 if connection.vendor == "sqlite" else 13):
        decide(incident, "confirm", by=INES, at=NOW, under=under, reason="Seen.", evidence={"a": 1, "b": 2})
