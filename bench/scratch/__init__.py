"""A database and a home of a bench's own, with the product set up on them; gone when the bench ends."""

import base64
import os
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


def own_database(url, home):
    """A new database beside the one that ``url`` names, or SQLite in ``home``; its URL, and what drops it."""
    if not url:
        return f"sqlite:///{home}/bench.sqlite3", lambda: None
    import psycopg  # noqa: PLC0415  only where it is measured

    name = f"kaizen_bench_{uuid.uuid4().hex[:8]}"
    parts = urlsplit(url)
    folder, _, _ = parts.path.rpartition("/")
    if not parts.hostname and folder:
        connection = {"host": folder, "user": parts.username, "dbname": parts.path.rpartition("/")[2]}
    else:
        connection = {"conninfo": url}

    def run(statement):
        with psycopg.connect(**connection, autocommit=True) as line:
            line.execute(statement)

    run(f"CREATE DATABASE {name}")

    def drop():
        from django.db import connections  # noqa: PLC0415

        connections.close_all()
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    return f"{url.rpartition('/')[0]}/{name}", drop


def set_up(url, home, **more):
    """Django on ``url`` with keys of no worth, migrated and bootstrapped; ``more`` are further settings."""
    Path(home, "static").mkdir(exist_ok=True)
    key = base64.b64encode(b"\x07" * 32).decode()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "kaizen.settings",
        "DATABASE_URL": url,
        "KAIZEN_ENV": "development",
        "KAIZEN_HOME": home,
        "KAIZEN_LOG_ORIGIN": "bench.example.org",
        "KAIZEN_LOG_LEVEL": "ERROR",
        **{f"KAIZEN_{name}_KEY": key for name in ("ENTRY", "ATTESTATION", "FIELD")},
        **more,
    }
    os.environ.pop("REDIS_URL", None)
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("bootstrap", stdout=nowhere)
