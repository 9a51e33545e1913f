"""Appending leaves: one statement on PostgreSQL, two on SQLite, whose transactions begin IMMEDIATE and so are alone."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import F

from ledger.merkle import leaf_hash
from ledger.models import Head, Leaf

_POSTGRES = """
WITH head AS (UPDATE ledger_head SET size = size + %s WHERE id = 1 RETURNING size - %s AS start)
INSERT INTO ledger_leaf (idx, entry_id, entry, leaf_hash)
SELECT head.start + leaf.n - 1, leaf.entry_id, leaf.entry, leaf.hash
FROM head, unnest(%s::uuid[], %s::bytea[], %s::bytea[]) WITH ORDINALITY AS leaf (entry_id, entry, hash, n)
"""


class NoHead(RuntimeError):
    """The log was never opened here: its head row is missing."""


def append(entries: Sequence[tuple[uuid.UUID, bytes]]) -> None:
    """Append entry bytes in order; the caller's transaction must end right after."""
    if connection.vendor == "postgresql":
        _append_on_postgres(entries)
    else:
        _append_one_by_one(entries)


def database_now() -> dt.datetime:
    """The database's clock (on SQLite, the machine's is the database's)."""
    if connection.vendor != "postgresql":
        return dt.datetime.now(dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now.astimezone(dt.UTC)


def _append_on_postgres(entries: Sequence[tuple[uuid.UUID, bytes]]) -> None:
    count = len(entries)
    with connection.cursor() as cursor:
        cursor.execute(
            _POSTGRES,
            [
                count,
                count,
                [entry_id for entry_id, _ in entries],
                [body for _, body in entries],
                [leaf_hash(body) for _, body in entries],
            ],
        )
        if cursor.rowcount != count:
            raise NoHead("ledger_head is empty: run manage.py bootstrap")


def _append_one_by_one(entries: Sequence[tuple[uuid.UUID, bytes]]) -> None:
    if Head.objects.filter(id=1).update(size=F("size") + len(entries)) != 1:
        raise NoHead("ledger_head is empty: run manage.py bootstrap")
    start = Head.objects.values_list("size", flat=True).get(id=1) - len(entries)
    for index, (entry_id, body) in enumerate(entries, start):
        Leaf(idx=index, entry_id=entry_id, entry=body, leaf_hash=leaf_hash(body)).save(force_insert=True)
