"""A tick is taken by one scheduler, whichever comes first."""

import threading
from datetime import timedelta

import pytest

from ledger import ticks
from ledger.models import Tick
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def test_the_second_scheduler_does_nothing(db):
    assert ticks.take("sweep", every=MINUTE, at=NOW) is True
    assert ticks.take("sweep", every=MINUTE, at=NOW + timedelta(seconds=59)) is False
    assert ticks.take("sweep", every=MINUTE, at=NOW + MINUTE) is True


def test_each_job_has_ticks_of_its_own(db):
    assert ticks.take("one", every=MINUTE, at=NOW)
    assert ticks.take("other", every=MINUTE, at=NOW)


def test_missed_ticks_are_run_once_late_and_not_many_times(db):
    ticks.take("sweep", every=MINUTE, at=NOW)
    assert ticks.take("sweep", every=MINUTE, at=NOW + timedelta(hours=5))
    assert Tick.objects.count() == 2


def test_old_ticks_are_forgotten(db):
    ticks.take("sweep", every=MINUTE, at=NOW - ticks.KEPT_FOR - MINUTE)
    ticks.take("sweep", every=MINUTE, at=NOW)
    assert ticks.forget_old(at=NOW) == 1


@pytest.mark.parametrize("schedulers", [2, 6])
def test_schedulers_at_once_share_ticks_without_doubling(database, schedulers):
    taken, together = [], threading.Barrier(schedulers)

    def beat():
        with database.here():
            for n in range(5):
                together.wait(30)
                taken.append((n, ticks.take("sweep", every=MINUTE, at=NOW + n * MINUTE)))

    threads = [threading.Thread(target=beat) for _ in range(schedulers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(n for n, mine in taken if mine) == [0, 1, 2, 3, 4]
    assert len(taken) == 5 * schedulers
