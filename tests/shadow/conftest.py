"""What the stories of shadow mode begin with: the law in force, and a companion that is watched."""

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
