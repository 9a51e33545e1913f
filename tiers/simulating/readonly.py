"""Within these blocks the database itself refuses to write, whatever is called."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def reading_only() -> Iterator[None]:
    """Let nothing write on this thread's connection: OperationalError or InternalError for whoever tries.

    On PostgreSQL a transaction that only reads. SQLite takes its writers' lock for every transaction, and a run of
    minutes would hold all others up: there each statement reads for itself.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _refuse_writes(refused=True)
        try:
            yield
        finally:
            _refuse_writes(refused=False)
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _refuse_writes(*, refused: bool) -> None:
    """Past Django's cursor, which refuses every statement where a transaction broke: this one must go through."""
    if connection.connection is not None:  # else it was closed meanwhile, and a new one writes as ever
        connection.connection.execute(f"PRAGMA query_only = {'ON' if refused else 'OFF'}")
