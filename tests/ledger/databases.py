"""Databases of their own for what really commits: each made by migrate and bootstrap once, then copied for a test."""

import contextlib
import shutil
import sqlite3
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from charter.actions import enact
from charter.law import parse, read_document
from kaizen.settings.databases import from_url
from ledger import fence
from ledger.actors import Actor
from ledger.opening import open_log
from tests.conftest import BEGINNING


class Database:
    """One database, which this thread can be pointed at and which an attacker can reach by plain SQL."""

    def __init__(self, url, raw):
        self.url = url
        self._raw = raw

    @property
    def is_postgres(self):
        return self.url.startswith("postgres")

    @contextlib.contextmanager
    def here(self):
        """Django's default connection of this thread is this database; commits are real."""
        before = connections["default"]
        mine = load_backend(from_url(self.url)["ENGINE"]).DatabaseWrapper(
            {**connections.settings["default"], "OPTIONS": {}, **from_url(self.url)}, "default"
        )
        connections["default"] = mine
        try:
            yield mine
        finally:
            mine.close()
            connections["default"] = before

    def sql(self, *statements):
        """Run statements as whoever owns the database, in one transaction past Django; the last one's rows."""
        with contextlib.closing(self._raw()) as connection:
            rows = []
            for statement in statements:
                words, values = statement if isinstance(statement, tuple) else (statement, ())
                cursor = connection.execute(words.replace("?", "%s") if self.is_postgres else words, values)
                rows = cursor.fetchall() if cursor.description else []
            connection.commit()
            return rows

    @contextlib.contextmanager
    def without_fence(self):
        """As an attacker who owns the database works: triggers away, the deed, triggers back."""
        tables = (*fence.APPEND_ONLY, "ledger_head")
        if self.is_postgres:
            # Foreign keys are triggers too.
            self.sql(*(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in tables))
            yield
            self.sql(*(f"ALTER TABLE {table} ENABLE TRIGGER ALL" for table in tables))
        else:
            names = [row[0] for row in self.sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
            self.sql(*(f"DROP TRIGGER {name}" for name in names))
            yield
        with self.here():
            fence.install()


def set_up(database):
    """Migrated and bootstrapped: the log open, the shipped law in force."""
    with database.here():
        call_command("migrate", verbosity=0)
        document = read_document(settings.KAIZEN_LAW)
        open_log(at=BEGINNING, under=parse(document))
        enact(document, by=Actor.system("bootstrap"), at=BEGINNING, reason="shipped with this release")


def sqlite_at(path):
    return Database(f"sqlite:///{quote(str(path))}", lambda: sqlite3.connect(path))


def sqlite_copy(blank, path):
    shutil.copyfile(blank, path)
    return sqlite_at(path)


def postgres_at(server, name):
    return Database(server.url(name), lambda: psycopg.connect(host=str(server.socket), user="postgres", dbname=name))


def postgres_copy(server, blank):
    name = server.create_database()
    server.sql(f"DROP DATABASE {name}")
    server.sql(f"CREATE DATABASE {name} TEMPLATE {blank}")
    return postgres_at(server, name), name
