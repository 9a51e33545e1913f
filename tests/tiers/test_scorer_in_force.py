"""After a promotion everybody is judged by the scorer in force, whatever law their window began under."""

from datetime import timedelta

import pytest

from charter.queries import law_at
from ledger.actors import Actor
from shadow.actions import promoting
from shadow.actions.rescoring import read_more, start_trial
from shadow.actions.scoring import score_answers
from tests.conftest import NOW
from tests.factories.companions import in_shadow
from tests.shadow.making import probed, said
from tests.shadow.scripted import Scripted, enact_law, keep
from tiers.actions.assessing import assess

HOUR = timedelta(hours=1)


@pytest.fixture
def standing(db, monkeypatch):
    """In shadow mode for a day under a law that names the old scorer; its answers were read."""
    keep(monkeypatch, old := Scripted("old", "1"), Scripted("new", "2", usual=80))
    enact_law(old, at=NOW - timedelta(days=2), rescored=4)
    standing = in_shadow(at=NOW - timedelta(days=1))
    for n in range(5):
        probed(standing.companion, said("Yes."), at=NOW - (6 - n) * HOUR)
    score_answers(law=law_at(NOW), at=NOW)
    return standing


def compliance_of(standing, *, at):
    (found,) = assess([standing], law=law_at(at), at=at)
    told = next(it for it in found.criteria if it["name"] == "compliance")
    return found.constitutional, told["n"]


def promoted(steward, other_steward):
    trial = start_trial("new", "2", by=Actor.person(steward), at=NOW, last=4)
    while read_more(at=NOW):
        pass
    trial.refresh_from_db()
    promoting.promote(trial, by=Actor.person(other_steward), reason="Better.", at=NOW)


def test_its_gates_and_gi_go_on_with_the_new_scorers_sums(standing, steward, other_steward):
    assert compliance_of(standing, at=NOW) == (1, 5)
    promoted(steward, other_steward)
    share, n = compliance_of(standing, at=NOW + HOUR)
    assert (str(share), n) == ("0.8", 4)
    while read_more(at=NOW + HOUR):
        pass
    share, n = compliance_of(standing, at=NOW + 2 * HOUR)
    assert (str(share), n) == ("0.8", 5)
    assert standing.law.version == "5.0.0"
