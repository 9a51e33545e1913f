"""The few expressions in which PostgreSQL and SQLite differ, for sums that the database groups."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from shadow.sketches import BETWEEN

# Prices have at most eight places; SQLite keeps decimals as floating point, so they are summed as whole numbers there.
_PLACES = 8


def marks(rows: Sequence[Sequence[Any]]) -> str:
    """Placeholders for these rows of a VALUES list."""
    return ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))


def moment(value: Any) -> Any:
    """A time or an id as the database knows it; anything else as it is."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def ages(column: str) -> str:
    """The age of a bucket that begins at ``column``, in whole units: of (a time, a unit), in seconds, to be given.

    The time is the beginning of a bucket of age 0. Buckets begin at whole seconds, so whole numbers divide exactly.
    """
    if connection.vendor == "postgresql":
        return f"GREATEST((%s - extract(epoch FROM {column})::bigint) / %s, 0)"
    return f"MAX((%s - CAST(strftime('%%s', {column}) AS INTEGER)) / %s, 0)"


def whole_cost(column: str) -> str:
    """The exact sum of a column of money; ``read`` makes a Decimal of it."""
    if connection.vendor == "postgresql":
        return f"SUM({column}) AS cost"
    return f"SUM(CAST(ROUND({column} * {10**_PLACES}) AS INTEGER)) AS cost"


def joined(column: str, *, when: str) -> str:
    """All sketches of ``column`` in one, those apart that do not hold ``when``; ``shadow.sketches`` reads it."""
    if connection.vendor == "postgresql":
        return f"string_agg({column}, '\\x{BETWEEN.hex()}'::bytea) FILTER (WHERE {when}) AS sketches"
    return f"group_concat(CASE WHEN {when} THEN hex({column}) END, '{BETWEEN.hex()}') AS sketches"


def read(statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows, with ids, money and sketches as Python knows them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        kept = [_KEPT.get(column[0]) for column in cursor.description]
        for row in cursor.fetchall():
            yield tuple(keep(value) if keep else value for keep, value in zip(kept, row, strict=True))


def _id(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _money(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value).scaleb(-_PLACES)


def _bytes(value: Any) -> bytes:
    return bytes.fromhex(value) if isinstance(value, str) else bytes(value or b"")


_KEPT = {"companion_id": _id, "cost": _money, "sketches": _bytes}
