import pytest

from tests.ledger import databases


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory, django_db_blocker):
    path = tmp_path_factory.mktemp("ledger") / "blank.sqlite3"
    with django_db_blocker.unblock():
        databases.set_up(databases.sqlite_at(path))
    return path


@pytest.fixture(scope="session")
def blank_postgres(postgres, django_db_blocker):
    name = postgres.create_database()
    with django_db_blocker.unblock():
        databases.set_up(databases.postgres_at(postgres, name))
    return name


@pytest.fixture
def sqlite(blank_sqlite, tmp_path, django_db_blocker):
    with django_db_blocker.unblock():
        yield databases.sqlite_copy(blank_sqlite, tmp_path / "own.sqlite3")


@pytest.fixture
def postgresql(postgres, blank_postgres, django_db_blocker):
    database, name = databases.postgres_copy(postgres, blank_postgres)
    with django_db_blocker.unblock():
        yield database
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """A bootstrapped database of this test's own, of either kind; use ``with database.here():``."""
    return request.getfixturevalue(request.param)
