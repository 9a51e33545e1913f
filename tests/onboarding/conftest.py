"""Fixtures of onboarding's stories."""

from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from tests.factories.onboarding import NOW


@pytest.fixture(scope="session", autouse=True)
def static_folder():
    """WhiteNoise warns of a folder that is not there, and warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def morning():
    """Faces ask the clock: it stands at the morning on which the stories begin."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
