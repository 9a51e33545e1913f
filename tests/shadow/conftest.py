"""What the stories of shadow mode begin with: the law in force, and a companion that is watched."""

from pathlib import Path

import pytest

from charter.queries import version_at
from tests.conftest import NOW
from tests.shadow.making import watched


@pytest.fixture
def version(db):
    return version_at(NOW)


@pytest.fixture
def companion(db):
    return watched(at=NOW)


@pytest.fixture(autouse=True)
def static_folder(settings):
    """The folder of static files, which the web server warns about where it is missing."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
