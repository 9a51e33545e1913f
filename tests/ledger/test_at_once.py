"""Two stewards decide at once: one decision stands, the other steward is told who decided, and when."""

import threading

import pytest

from ledger.decisions import AlreadyDecided, decide
from ledger.models import Decision
from ledger.verification import verify
from tests.conftest import NOW
from tests.ledger.subjects import INES, OMAR, a_companion, an_incident, law
from tiers.models import Incident

WORDS = ((INES, "confirm"), (OMAR, "clear"))


def race(database, races):
    """Both decide on each incident in the same moment; what became of each try, by race."""
    with database.here():
        companion, under = a_companion(), law()
        rows = [an_incident(number, companion).pk for number in range(1, races + 1)]
    together, outcomes = threading.Barrier(len(WORDS)), [[] for _ in rows]

    def judge(actor, move):
        with database.here():
            for number, pk in enumerate(rows):
                incident = Incident.objects.get(pk=pk)
                together.wait(60)
                try:
                    outcome = decide(incident, move, by=actor, at=NOW, under=under, version=incident.version)
                except Exception as error:  # noqa: BLE001  any end of a try is told by the test
                    outcome = error
                outcomes[number].append((actor, outcome))
                together.wait(60)

    threads = [threading.Thread(target=judge, args=word) for word in WORDS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    return outcomes


def one_decides_and_the_other_is_told(database, races):
    outcomes = race(database, races)
    assert len(outcomes) == races
    for tries in outcomes:
        (winner, decided), (_, told) = sorted(tries, key=lambda it: isinstance(it[1], Exception))
        assert isinstance(decided, Incident), decided
        assert isinstance(told, AlreadyDecided), told
        assert (told.decision.actor_ref, told.decision.at) == (winner.ref, NOW)
        assert winner.ref in told.reasons[0]
        assert "2026-11-20 09:00:00 UTC" in told.reasons[0]
    with database.here():
        assert Decision.objects.filter(subject_kind="incident").count() == races
        assert set(Incident.objects.values_list("version", flat=True)) == {1}
        verify()


def test_twenty_races_have_one_winner_each(database):
    one_decides_and_the_other_is_told(database, 20)


@pytest.mark.system
def test_two_hundred_races_have_one_winner_each(database):
    one_decides_and_the_other_is_told(database, 200)
