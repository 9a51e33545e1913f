"""Whoever owns the database and takes the fence away is still found out, and the first bad row is named."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from ledger import appending
from ledger.canonical import canonical
from ledger.merkle import leaf_hash
from ledger.models import Decision, Evidence, Leaf, Salt
from ledger.sealing import sealed_atomic
from ledger.verification import Tampered, verify
from tests.ledger.test_sealing import seal_one

FIRST = 2  # ledger.created and the law stand before it


@pytest.fixture
def log(database, monkeypatch):
    """Five entries, two minutes apart, each with evidence and a reason."""
    clock = iter(datetime.now(UTC) + n * timedelta(minutes=2) for n in range(1, 99))
    monkeypatch.setattr(appending, "database_now", lambda: next(clock))
    for n in range(5):
        with database.here(), sealed_atomic():
            seal_one(f"thing-{n}", facts={"n": n}, evidence={"facts": {"n": n}}, private={"reason": f"because {n}"})
    return database


def found(database, capsys):
    """What ``ledger_verify`` says, and its exit code."""
    with database.here():
        try:
            call_command("ledger_verify", "--quiet")
        except SystemExit as end:
            return end.code, capsys.readouterr().out
    return 0, capsys.readouterr().out


def leaf(database, index):
    with database.here():
        return Leaf.objects.select_related("decision").get(idx=index)


def test_a_whole_log_is_whole(log, capsys):
    assert found(log, capsys) == (0, "")
    with log.here():
        report = verify()
    assert (report.size, report.decisions) == (7, 7)
    assert report.root.hex() != "00" * 32


def test_the_command_tells_size_and_root(log, capsys):
    with log.here():
        call_command("ledger_verify")
        assert "7 entries, 7 decisions" in (said := capsys.readouterr().out)
        assert verify().root.hex() in said


def edited(database, index, change):
    entry = json.loads(bytes(leaf(database, index).entry))
    change(entry)
    return canonical(entry)


def test_an_edited_entry_under_its_old_hash(log, capsys):
    body = edited(log, 3, lambda entry: entry["decision"].update(n=99))
    with log.without_fence():
        log.sql(("UPDATE ledger_leaf SET entry = ? WHERE idx = 3", (body,)))
    assert found(log, capsys) == (1, "tampered  ledger_leaf 3: its hash is not the hash of its entry\n")


def test_an_edited_entry_under_a_new_hash(log, capsys):
    body = edited(log, 3, lambda entry: entry["decision"].update(n=99))
    with log.without_fence():
        log.sql(("UPDATE ledger_leaf SET entry = ?, leaf_hash = ? WHERE idx = 3", (body, leaf_hash(body))))
    assert found(log, capsys) == (1, "tampered  ledger_leaf 3: its signature does not hold\n")


def test_the_same_entry_in_other_bytes(log, capsys):
    body = bytes(leaf(log, 3).entry).replace(b'"n":1', b'"n": 1')
    with log.without_fence():
        log.sql(("UPDATE ledger_leaf SET entry = ?, leaf_hash = ? WHERE idx = 3", (body, leaf_hash(body))))
    assert found(log, capsys) == (1, "tampered  ledger_leaf 3: its bytes are not in canonical form\n")


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b'"text"', b'{"v":1}', b"\xff", b"null"])
def test_an_entry_that_is_none(log, capsys, body):
    with log.without_fence():
        log.sql(("UPDATE ledger_leaf SET entry = ?, leaf_hash = ? WHERE idx = 3", (body, leaf_hash(body))))
    code, said = found(log, capsys)
    assert code == 1
    assert said.startswith("tampered  ledger_leaf 3: its entry breaks the format")


def test_a_deleted_leaf(log, capsys):
    with log.without_fence():
        log.sql("DELETE FROM ledger_leaf WHERE idx = 3")
    assert found(log, capsys) == (1, "tampered  ledger_leaf 4: index 3 is missing before it\n")


def test_leaves_whose_contents_were_swapped(log, capsys):
    one, other = leaf(log, 3), leaf(log, 4)
    with log.without_fence():
        for index, row in ((3, other), (4, one)):
            log.sql(
                (
                    "UPDATE ledger_leaf SET entry = ?, leaf_hash = ? WHERE idx = ?",
                    (bytes(row.entry), bytes(row.leaf_hash), index),
                )
            )
    assert found(log, capsys) == (1, "tampered  ledger_leaf 3: its id is not its entry's\n")


def test_whole_leaves_that_changed_places(log, capsys):
    with log.without_fence():
        for before, after in ((3, 99), (4, 3), (99, 4)):
            log.sql(f"UPDATE ledger_leaf SET idx = {after} WHERE idx = {before}")
    assert found(log, capsys) == (1, "tampered  ledger_leaf 4: its time lies before its predecessors'\n")


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("actor_ref", "'somebody else'", "actor_ref"),
        ("to_state", "'cleared'", "to_state"),
        ("move", "'clear'", "move"),
        ("at", "'2020-01-01 00:00:00+00:00'", "at"),
        ("law_digest", "'0'", "law_digest"),
        ("subject_ref", "'thing-9'", "subject_ref"),
        ("evidence", "'[]'", "evidence"),
    ],
)
def test_an_edited_decision(log, capsys, column, value, named):
    row = leaf(log, 4).decision
    with log.without_fence():
        log.sql(f"UPDATE ledger_decision SET {column} = {value} WHERE subject_ref = 'thing-2'")
    assert found(log, capsys) == (1, f"tampered  ledger_decision {row}: {named} differs from its sealed entry\n")


def test_a_deleted_decision(log, capsys):
    with log.without_fence():
        log.sql("DELETE FROM ledger_decision WHERE subject_ref = 'thing-2'")
    assert found(log, capsys) == (1, "tampered  ledger_leaf 4: its decision is missing\n")


def test_edited_evidence(log, capsys):
    with log.here():
        digest = Decision.objects.get(subject_ref="thing-2").evidence[0]["sha256"]
    with log.without_fence():
        log.sql(("UPDATE ledger_evidence SET body = ? WHERE sha256 = ?", (b'{"n":7}', digest)))
    assert found(log, capsys) == (1, f"tampered  ledger_evidence {digest}: its bytes are not those of its digest\n")


def test_deleted_evidence(log, capsys):
    with log.here():
        row = Decision.objects.get(subject_ref="thing-2")
    digest = row.evidence[0]["sha256"]
    with log.without_fence():
        log.sql(("DELETE FROM ledger_evidence WHERE sha256 = ?", (digest,)))
    assert found(log, capsys) == (1, f"tampered  ledger_decision {row}: its evidence {digest} is missing\n")


def test_another_reason_than_the_one_that_was_given(log, capsys):
    with log.here():
        row = Decision.objects.get(subject_ref="thing-2")
        Salt.objects.filter(entry_id=row.seal_id).update(value="because I say so")
    where = f"ledger_salt {row.seal_id} reason"
    assert found(log, capsys) == (1, f"tampered  {where}: its value is not the one that was committed to\n")


def test_an_erased_reason_leaves_the_log_whole(log, capsys):
    with log.here():
        Salt.objects.all().delete()
    assert found(log, capsys) == (0, "")


@pytest.mark.parametrize("size", [6, 8])
def test_a_head_that_counts_otherwise(log, capsys, size):
    with log.without_fence():
        log.sql(f"UPDATE ledger_head SET size = {size}")
    assert found(log, capsys) == (1, f"tampered  head: says {size} entries, the log holds 7\n")


def test_a_tail_that_was_cut(log, capsys):
    with log.without_fence():
        log.sql("DELETE FROM ledger_leaf WHERE idx >= 5")
    assert found(log, capsys) == (1, "tampered  head: says 7 entries, the log holds 5\n")


def test_a_tail_that_was_cut_with_its_head_leaves_decisions_behind(log, capsys):
    row = leaf(log, 6).decision
    with log.without_fence():
        log.sql("DELETE FROM ledger_leaf WHERE idx = 6", "UPDATE ledger_head SET size = 6")
    assert found(log, capsys) == (1, f"tampered  ledger_decision {row}: its entry is missing\n")


def test_an_inserted_leaf_that_nobody_signed(log, capsys):
    body = edited(log, 6, lambda entry: entry.update(id="0193f3a0-0000-7000-8000-0000000000ff"))
    with log.without_fence():
        log.sql(
            (
                "INSERT INTO ledger_leaf (idx, entry_id, entry, leaf_hash) VALUES (7, ?, ?, ?)",
                (_id(log, "0193f3a0-0000-7000-8000-0000000000ff"), body, leaf_hash(body)),
            ),
            "UPDATE ledger_head SET size = 8",
        )
    assert found(log, capsys) == (1, "tampered  ledger_leaf 7: its signature does not hold\n")


def _id(database, text):
    return text if database.is_postgres else text.replace("-", "")


def test_an_entry_that_was_replayed(log, capsys):
    row = leaf(log, 3)
    with log.without_fence():
        log.sql(
            (
                "INSERT INTO ledger_leaf (idx, entry_id, entry, leaf_hash) VALUES (7, ?, ?, ?)",
                (_id(log, "0193f3a0-0000-7000-8000-0000000000ff"), bytes(row.entry), bytes(row.leaf_hash)),
            ),
            "UPDATE ledger_head SET size = 8",
        )
    assert found(log, capsys) == (1, "tampered  ledger_leaf 7: its id is not its entry's\n")


def test_a_missing_fence_is_named_before_all_else(log, capsys):
    drop = "DROP TRIGGER ledger_leaf_no_update" + (" ON ledger_leaf" if log.is_postgres else "")
    log.sql(drop)
    code, said = found(log, capsys)
    assert (code, "trigger ledger_leaf_no_update is missing" in said) == (1, True)


def test_progress_is_told_every_thousand_entries(log):
    told = []
    with log.here():
        with sealed_atomic():
            for n in range(1000):
                seal_one(f"more-{n}")
        verify(told.append)
    assert told == [1000]


def test_bad_rows_are_told_apart_from_their_reason():
    bad = Tampered("head", "says 1")
    assert (bad.where, bad.why, str(bad)) == ("head", "says 1", "head: says 1")


def test_evidence_of_a_bad_digest_is_looked_for_in_all_rows(log):
    with log.here():
        assert Evidence.objects.count() >= 5
        assert verify().evidence == Evidence.objects.count()
