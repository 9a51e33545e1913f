"""The desk, opened by people of every role, an hour after the stories began."""

import time
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from registry.models import Person
from tests.admin.world import LATER, make_world
from tests.conftest import NOW


@pytest.fixture(scope="session", autouse=True)
def static_folder():
    """WhiteNoise warns of a folder that is not there, and warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Slow hashing is not what these stories are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clock():
    """Faces ask the clock; here it stands still."""
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def world(db, steward):
    """The clock goes on while it is made: entries are ordered by when they were written."""
    with time_machine.travel(NOW):
        return make_world(steward)


@pytest.fixture
def people(db, steward, other_steward, chief):
    """One person of each role that matters here; ``insider`` is a steward of the provider's own organisation."""
    return {"steward": other_steward, "suspender": steward, "chief": chief} | {
        role: Person.objects.create_user(
            f"{role}@example.org", "correct horse battery", name=role.title(), is_staff=role != "citizen", roles=[role]
        )
        for role in ("viewer", "auditor", "citizen")
    }


@pytest.fixture
def insider(world):
    return Person.objects.create_user(
        "ivo@example.org",
        "correct horse battery",
        name="Ivo",
        is_staff=True,
        roles=["steward"],
        organisation=world.application.provider,
    )


@pytest.fixture
def desk(clock):
    """A client signed in as a person, ``age`` seconds ago."""

    def open_desk(person=None, *, age=0):
        client = Client()
        if person is not None:
            client.force_login(person)
            session = client.session
            session["account_authentication_methods"] = [{"method": "password", "at": time.time() - age}]
            session["account_authentication_methods_user"] = str(person.pk)
            session.save()
        return client

    return open_desk
