import pytest

from charter.scoring.pipeline import Thresholds
from charter.scoring.registry import scorer_in_force

VETO_CAP = 40


@pytest.fixture(scope="session")
def scorer():
    return scorer_in_force("rules", "1", thresholds=Thresholds(veto_cap=VETO_CAP))


@pytest.fixture(scope="session")
def rules_of(scorer):
    """The ids of the rules that an answer breaks."""

    def broken(response, prompt=""):
        return {violation.rule for violation in scorer.score(response, prompt=prompt).violations}

    return broken
