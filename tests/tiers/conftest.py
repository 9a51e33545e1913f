import pytest

from tiers.api.access_tally import TALLY


@pytest.fixture
def tally(monkeypatch):
    """The counts of answers, written down when the test says so: a thread would not see its transaction."""
    monkeypatch.setattr(TALLY, "_start", lambda: None)
    yield TALLY
    TALLY._held.clear()
    TALLY._runs_in = 0
