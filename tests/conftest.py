"""Fixtures that every story may use. Rooms bring their own in ``tests/<room>/conftest.py``."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from charter.actions import enact
from charter.law import parse, read_document
from charter.queries import law_at
from ledger.actors import Actor
from ledger.opening import open_log
from registry.models import Person
from tiers.actions.register import load_register

# The morning on which most stories begin; the law and the register were there long before.
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEGINNING = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def pytest_configure():
    # Real password hashing is slow on purpose, and no story here is about it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A database as ``manage.py bootstrap`` leaves it: the log open, the shipped law in force, the register loaded."""
    with django_db_blocker.unblock():
        document = read_document(settings.KAIZEN_LAW)
        open_log(at=BEGINNING, under=parse(document))
        enact(document, by=Actor.system("bootstrap"), at=BEGINNING, reason="shipped with this release")
        load_register(at=BEGINNING)


@pytest.fixture
def law(db):
    return law_at(NOW)


@pytest.fixture
def steward(db):
    """A steward of no organisation."""
    return Person.objects.create_user(
        "ines@example.org", "correct horse battery", name="Ines", is_staff=True, roles=["steward"]
    )


@pytest.fixture
def other_steward(db):
    return Person.objects.create_user(
        "omar@example.org", "correct horse battery", name="Omar", is_staff=True, roles=["steward"]
    )


@pytest.fixture
def chief(db):
    return Person.objects.create_user(
        "chie@example.org", "correct horse battery", name="Chie", is_staff=True, roles=["chief"]
    )
