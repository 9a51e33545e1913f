"""Real servers for the tests, started and stopped by them: a pytest plugin (``pytest_plugins = ["tests.services.plugin"]``).

Fixtures: ``postgres`` (a server), ``postgres_url`` (a fresh database on it), ``valkey`` (a server, to kill and start
again), ``redis_url`` (that server, emptied). Each xdist worker has servers of its own. ``--only-database`` leaves out
what no database has a part in, for the second round on PostgreSQL.
"""

from collections.abc import Iterator

import pytest

from tests.services.postgres import Postgres
from tests.services.valkey import Valkey

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_serialized_rollback", "django_db_setup"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def redis_url(valkey: Valkey) -> str:
    if not valkey.answers():
        valkey.start()
    valkey.flush()
    return valkey.url


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only the tests that use Django's database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    chosen, left = [], []
    for item in items:
        uses = item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        (chosen if uses else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = chosen
