"""Two roles on PostgreSQL: the owner migrates, the application can neither change nor drop what is sealed (rule L1)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from kaizen.settings.databases import from_url
from ledger.fence import APPEND_ONLY

ALL = "SELECT, INSERT, UPDATE, DELETE"
# What is sealed may be read and added to; the head's counter grows.
SEALED = dict.fromkeys(APPEND_ONLY, "SELECT, INSERT") | {"ledger_head": "SELECT, INSERT, UPDATE"}


@contextmanager
def as_owner(alias: str) -> Iterator[BaseDatabaseWrapper]:
    """Within, connection ``alias`` is the owner's of MIGRATE_DATABASE_URL; the same as ever if none is set."""
    before = connections[alias]
    if not settings.MIGRATE_DATABASE_URL or alias != "default":
        yield before
        return
    url = from_url(settings.MIGRATE_DATABASE_URL)
    before.close()
    owner: BaseDatabaseWrapper = load_backend(url["ENGINE"]).DatabaseWrapper(
        {**connections.settings[alias], "OPTIONS": {}, **url}, alias
    )
    connections[alias] = owner
    try:
        yield owner
    finally:
        owner.close()
        connections[alias] = before


def grant(owner: BaseDatabaseWrapper) -> str | None:
    """Give the role of DATABASE_URL what it needs, and no more; its name, or None where there is no second role."""
    role = str(settings.DATABASES["default"].get("USER") or "")
    if owner.vendor != "postgresql" or not role or role == owner.settings_dict["USER"]:
        return None
    name = owner.ops.quote_name(role)
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT {ALL} ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    for table, granted in SEALED.items():
        statements += [f"REVOKE ALL ON {table} FROM {name}", f"GRANT {granted} ON {table} TO {name}"]
    with transaction.atomic(), owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return role
