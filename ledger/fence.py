"""Triggers that keep sealed rows still. A fence, not the proof: the signatures are the proof.

They are installed after every migrate: a later migration that remakes a SQLite table drops its triggers silently.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = ("ledger_leaf", "ledger_evidence", "ledger_decision")
_NAMES = ("no_update", "no_delete")

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION ledger_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.size <= OLD.size THEN RAISE EXCEPTION 'ledger_head only grows'
USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;
"""

# INSERT OR REPLACE fires no DELETE trigger, so on SQLite every insertion that would replace a row is refused instead.
_SQLITE_GUARDS = {
    "ledger_leaf_in_order BEFORE INSERT ON ledger_leaf "
    "WHEN NEW.idx <> (SELECT COALESCE(MAX(idx) + 1, 0) FROM ledger_leaf)": "ledger_leaf grows by one at its end",
    "ledger_leaf_once BEFORE INSERT ON ledger_leaf "
    "WHEN EXISTS (SELECT 1 FROM ledger_leaf WHERE entry_id = NEW.entry_id)": "ledger_leaf is append-only",
    "ledger_decision_once BEFORE INSERT ON ledger_decision "
    "WHEN EXISTS (SELECT 1 FROM ledger_decision WHERE seal_id = NEW.seal_id)": "ledger_decision is append-only",
    "ledger_head_once BEFORE INSERT ON ledger_head WHEN EXISTS (SELECT 1 FROM ledger_head)": "ledger_head only grows",
    "ledger_head_grows BEFORE UPDATE ON ledger_head WHEN NEW.size <= OLD.size": "ledger_head only grows",
    "ledger_head_no_delete BEFORE DELETE ON ledger_head": "ledger_head only grows",
}
# The same evidence may be kept again, and another release or library may have packed it otherwise: the row that stands
# stays, whichever way an insertion would resolve the conflict.
_SQLITE_KEPT = (
    "ledger_evidence_kept BEFORE INSERT ON ledger_evidence "
    "WHEN EXISTS (SELECT 1 FROM ledger_evidence WHERE sha256 = NEW.sha256)"
)
# Triggers of earlier releases that stand in the way of those of this one.
_SQLITE_FORMER = ("ledger_evidence_once",)


def install(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    """Put every trigger in place that is missing; safe to repeat."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if not present.issuperset({*APPEND_ONLY, "ledger_head"}):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that ought to stand and do not."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        standing = {row[0] for row in cursor.fetchall()}
    return sorted(set(_names(connection.vendor)) - standing)


def _names(vendor: str) -> list[str]:
    names = [f"{table}_{name}" for table in APPEND_ONLY for name in _NAMES]
    names += ["ledger_head_grows", "ledger_head_no_delete"]
    if vendor == "postgresql":
        return names + [f"{table}_no_truncate" for table in (*APPEND_ONLY, "ledger_head")]
    guards = (*_SQLITE_GUARDS, _SQLITE_KEPT)
    return names + [trigger.split()[0] for trigger in guards if "BEFORE INSERT" in trigger]


def _statements(vendor: str) -> list[str]:
    return _postgres_statements() if vendor == "postgresql" else _sqlite_statements()


def _postgres_statements() -> list[str]:
    wanted = []
    for table in APPEND_ONLY:
        wanted += [
            (f"{table}_no_update", table, "BEFORE UPDATE", "ROW", "ledger_refuse"),
            (f"{table}_no_delete", table, "BEFORE DELETE", "ROW", "ledger_refuse"),
            (f"{table}_no_truncate", table, "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse"),
        ]
    wanted += [
        ("ledger_head_grows", "ledger_head", "BEFORE UPDATE", "ROW", "ledger_head_grows"),
        ("ledger_head_no_delete", "ledger_head", "BEFORE DELETE", "ROW", "ledger_refuse"),
        ("ledger_head_no_truncate", "ledger_head", "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse"),
    ]
    statements = []
    for name, table, event, each, function in wanted:
        statements += [
            f"CREATE OR REPLACE TRIGGER {name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
            if each == "ROW"
            else f"DROP TRIGGER IF EXISTS {name} ON {table}",
        ]
        if each == "STATEMENT":
            statements.append(
                f"CREATE TRIGGER {name} {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
        # ALWAYS, so that a session in replica role does not slip past.
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return statements


def _sqlite_statements() -> list[str]:
    statements = [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE_FORMER]
    for table in APPEND_ONLY:
        for name, event in zip(_NAMES, ("UPDATE", "DELETE"), strict=True):
            statements.append(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for trigger, message in _SQLITE_GUARDS.items():
        statements.append(f"CREATE TRIGGER IF NOT EXISTS {trigger} BEGIN SELECT RAISE(ABORT, '{message}'); END")
    statements.append(f"CREATE TRIGGER IF NOT EXISTS {_SQLITE_KEPT} BEGIN SELECT RAISE(IGNORE); END")
    return statements
