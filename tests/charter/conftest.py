"""The sentence embedder, prepared once from the published weights and kept between runs."""

import pytest
from django.test import override_settings

from charter.embedding import load
from charter.embedding.preparing import prepare
from tests.architecture.source import ROOT

KEPT = ROOT / ".kaizen" / "checks" / "embedded"


@pytest.fixture(scope="session")
def embedder_home():
    """A KAIZEN_HOME with an embedder in it; whoever comes second waits and finds it ready."""
    with override_settings(KAIZEN_HOME=KEPT, KAIZEN_EMBEDDER_FOLDER=""):
        prepare(None, say=lambda _step: None)
    return KEPT


@pytest.fixture(scope="session")
def embedder(embedder_home):
    """The embedder itself, loaded once for all tests of this process."""
    with override_settings(KAIZEN_HOME=embedder_home, KAIZEN_EMBEDDER_FOLDER=""):
        yield load()
    load.cache_clear()


@pytest.fixture
def with_embedder(settings, embedder_home):
    """For this test the installation has an embedder: ``installed()`` and ``load()`` find it."""
    settings.KAIZEN_HOME = embedder_home
    settings.KAIZEN_EMBEDDER_FOLDER = ""
    load.cache_clear()
    yield embedder_home
    load.cache_clear()
