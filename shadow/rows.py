"""Many rows in one statement: what Django's ``bulk_create`` prepares value by value is prepared here type by type.

Storing samples and sums is the hottest path of the product; ``bench/probing.py`` measures it.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

Prepare = Callable[[Any], Any]
# Values of these types are the same to Python and to the database.
_PLAIN = frozenset(
    {
        "BigIntegerField",
        "BooleanField",
        "CharField",
        "IntegerField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "TextField",
    }
)


def insert(rows: Sequence[Model]) -> None:
    """Insert rows whose keys are given; IntegrityError where one stands already."""
    if rows:
        _write(rows, "")


def add_up(rows: Sequence[Model], *, key: Sequence[str], replaced: Collection[str]) -> None:
    """Insert rows, or where one of this ``key`` stands add every column to it but those to be ``replaced``.

    The columns of ``key`` are those of a unique constraint; the database gives new rows their id.
    """
    if rows:
        table = rows[0]._meta.db_table
        columns = [field.column for field in _fields(type(rows[0])) if field.column not in key]
        sets = ", ".join(
            f"{column} = excluded.{column}"
            if column in replaced
            else f"{column} = {table}.{column} + excluded.{column}"
            for column in columns
        )
        _write(rows, f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}")


def take_away(model: type[Model], ids: Iterable[uuid.UUID], *, tokens: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Delete those of ``ids`` that are held by one of ``tokens``; which they were."""
    field = model._meta.pk
    keys, held = ([_prepared(field, one) for one in these] for these in (ids, tokens))
    if not keys or not held:
        return set()
    marks = [", ".join(["%s"] * len(these)) for these in (keys, held)]
    statement = (
        f"DELETE FROM {model._meta.db_table} WHERE id IN ({marks[0]}) AND lease_token IN ({marks[1]}) RETURNING id"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*keys, *held])
        return {one if isinstance(one, uuid.UUID) else uuid.UUID(one) for (one,) in cursor.fetchall()}


def _write(rows: Sequence[Model], conflict: str) -> None:
    model = type(rows[0])
    fields = _fields(model)
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(str(field.column) for field in fields)}) "  # noqa: S608  names of our own
        f"VALUES ({', '.join(['%s'] * len(fields))}){conflict}"
    )
    steps = [(field.attname, _step(field)) for field in fields]
    values = [[step(value) if step else value for value, step in _values(row, steps)] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _values(row: Model, steps: Iterable[tuple[str, Prepare | None]]) -> Iterable[tuple[Any, Prepare | None]]:
    known = row.__dict__
    return ((known[name], step) for name, step in steps)


@lru_cache(maxsize=16)
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    """The columns that a statement gives: all but an id that the database makes."""
    return tuple(field for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField")


def _step(field: "Field[Any, Any]") -> Prepare | None:
    """How a value of this column is prepared; None for as it is."""
    kind = field.get_internal_type()
    if kind in _PLAIN:
        return None
    if kind == "DateTimeField":
        seen: dict[datetime | None, Any] = {}

        def moment(value: datetime | None) -> Any:
            if value not in seen:
                seen[value] = _prepared(field, value)
            return seen[value]

        return moment
    if kind in {"UUIDField", "ForeignKey", "OneToOneField"} and connection.features.has_native_uuid_field:
        return None
    if kind in {"UUIDField", "ForeignKey", "OneToOneField"}:
        return lambda value: value.hex if isinstance(value, uuid.UUID) else value
    return lambda value: None if value is None else _prepared(field, value)


def _prepared(field: "Field[Any, Any]", value: Any) -> Any:
    return field.get_db_prep_save(value, connection)
