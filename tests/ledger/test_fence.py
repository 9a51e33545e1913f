"""The database itself refuses to change what is sealed, whoever asks."""

import zlib

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connections

from ledger import fence, packing
from ledger.canonical import canonical, sha256_hex
from ledger.models import Evidence, Leaf
from ledger.sealing import sealed_atomic
from ledger.verification import verify
from tests.ledger.test_sealing import seal_one

KEYS = {"ledger_leaf": "idx", "ledger_evidence": "sha256", "ledger_decision": "seal_id", "ledger_head": "id"}


@pytest.fixture
def sealed(database):
    with database.here(), sealed_atomic():
        seal_one(evidence={"facts": {"a": 1}})
    return database


def dump(database):
    return {table: sorted(map(repr, database.sql(f"SELECT * FROM {table}"))) for table in KEYS}


def refused(database, statement, words):
    before = dump(database)
    with pytest.raises(Exception, match=words):
        database.sql(statement)
    assert dump(database) == before


@pytest.mark.parametrize("table", fence.APPEND_ONLY)
def test_a_sealed_row_is_not_updated(sealed, table):
    refused(sealed, f"UPDATE {table} SET {KEYS[table]} = {KEYS[table]}", "append-only")


@pytest.mark.parametrize("table", fence.APPEND_ONLY)
def test_a_sealed_row_is_not_deleted(sealed, table):
    refused(sealed, f"DELETE FROM {table}", "append-only")


@pytest.mark.parametrize("table", sorted(KEYS))
def test_no_table_of_the_log_is_truncated(sealed, table):
    if sealed.is_postgres:
        refused(sealed, f"TRUNCATE {table} CASCADE", "append-only")
    else:  # SQLite knows DELETE without WHERE instead, which its documents call the truncate optimisation
        refused(sealed, f"DELETE FROM {table}", "append-only|only grows")


@pytest.mark.parametrize("size", ["size - 1", "size"])
def test_the_head_only_grows(sealed, size):
    refused(sealed, f"UPDATE ledger_head SET size = {size}", "only grows")
    refused(sealed, "DELETE FROM ledger_head", "append-only|only grows")


def test_a_session_in_replica_role_does_not_slip_past(postgresql):
    with pytest.raises(Exception, match="append-only"):
        postgresql.sql("SET session_replication_role = replica", "DELETE FROM ledger_decision")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO ledger_leaf SELECT idx, entry_id, x'00', leaf_hash FROM ledger_leaf WHERE idx = 1",
        # A new index under an old id would drop the old leaf, without a DELETE trigger being asked.
        "INSERT OR REPLACE INTO ledger_leaf SELECT idx + 1, entry_id, x'00', leaf_hash FROM ledger_leaf ORDER BY idx DESC LIMIT 1",
        "INSERT OR REPLACE INTO ledger_head VALUES (1, 0)",
        "INSERT OR REPLACE INTO ledger_decision SELECT * FROM ledger_decision",
        "INSERT INTO ledger_leaf VALUES (99, x'01', x'02', x'03')",
    ],
)
def test_insert_or_replace_replaces_nothing(sqlite, statement):
    with sqlite.here(), sealed_atomic():
        seal_one(evidence={"facts": {"a": 1}})
    refused(sqlite, statement, "append-only|only grows|grows by one")


@pytest.mark.parametrize("words", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_evidence_that_stands_stays_whatever_is_put_in_its_place(sqlite, words):
    """Also OR REPLACE, whose deletion asks no trigger: the insertion is passed over."""
    with sqlite.here(), sealed_atomic():
        seal_one(evidence={"facts": {"a": 1}})
    before = dump(sqlite)
    sqlite.sql(f"{words} INTO ledger_evidence SELECT sha256, x'00' FROM ledger_evidence")
    assert dump(sqlite) == before


def test_the_same_evidence_may_be_kept_again(database):
    for _ in range(2):
        with database.here(), sealed_atomic():
            seal_one(evidence={"facts": {"a": 1}})
    with database.here():
        assert Evidence.objects.filter(body=b'{"a":1}').count() == 1


@pytest.mark.parametrize("level", [0, 1, 9])
def test_the_same_evidence_may_be_kept_again_however_it_was_packed_before(database, level):
    """Another release, or another library's deflate, gives other bytes of the same content."""
    facts = {"scores": list(range(500))}
    body = canonical(facts)
    earlier = body if level == 0 else packing.MARK + zlib.compress(body, level)
    with database.here(), sealed_atomic():
        Evidence.objects.create(sha256=sha256_hex(body), body=earlier)
        seal_one(evidence={"facts": facts})
    with database.here():
        row = Evidence.objects.get(sha256=sha256_hex(body))
        assert (bytes(row.body), row.content) == (earlier, body)
        verify()


def test_a_trigger_of_an_earlier_release_gives_way_at_the_next_migrate(sqlite):
    sqlite.sql(
        "CREATE TRIGGER ledger_evidence_once BEFORE INSERT ON ledger_evidence WHEN EXISTS (SELECT 1 FROM "
        "ledger_evidence WHERE sha256 = NEW.sha256 AND body <> NEW.body) BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        "DROP TRIGGER ledger_evidence_kept",
    )
    with sqlite.here() as connection:
        assert fence.missing(connection) == ["ledger_evidence_kept"]
        call_command("migrate", verbosity=0)
        assert fence.missing(connection) == []
    assert not sqlite.sql("SELECT 1 FROM sqlite_master WHERE name = 'ledger_evidence_once'")


def test_a_later_migration_that_remakes_a_table_gets_its_triggers_back(sqlite):
    with sqlite.here() as connection:
        connection.disable_constraint_checking()
        with connection.schema_editor() as editor:
            editor._remake_table(Leaf)
        assert "ledger_leaf_no_update" in fence.missing(connection)
        assert any(message.id == "ledger.E001" for message in run_checks(databases=["default"]))
        call_command("migrate", verbosity=0)
        assert fence.missing(connection) == []
        assert not [message for message in run_checks(databases=["default"]) if message.id == "ledger.E001"]
        verify()


def test_a_disabled_trigger_counts_as_missing(postgresql):
    postgresql.sql("ALTER TABLE ledger_leaf DISABLE TRIGGER ledger_leaf_no_update")
    with postgresql.here() as connection:
        assert fence.missing(connection) == ["ledger_leaf_no_update"]
        messages = [message for message in run_checks(databases=["default"]) if message.id == "ledger.E001"]
        assert "ledger_leaf_no_update" in messages[0].msg
        call_command("migrate", verbosity=0)
        assert fence.missing(connection) == []


def test_the_fence_stands_in_the_tests_own_database(db):
    assert fence.missing(connections["default"]) == []
