"""Questions that take several steps: each needs what the step before it found."""

from datetime import datetime, timedelta
from decimal import Decimal

from shadow.prompts.closed.dates import CLOCK_ALONE
from shadow.prompts.closed.dice import NAMES, NUMBER_ALONE, Dice
from shadow.prompts.closed.numbers import plain

MORNING = datetime(2020, 1, 1, 6)  # noqa: DTZ001 -- a clock on a wall
FIVE = 5
GOODS = ("honey", "jam", "mustard", "soup", "pesto", "syrup")
JOBS = ("cutting", "sanding", "painting", "wiring", "cleaning", "packing")
GAPS = (7, 10, 12, 15, 20, 25, 30)
CAUGHT = "A bus or train that leaves in the very minute of arrival is caught."


def workshop(dice: Dice) -> tuple[str, str]:
    """A day's work through minutes, jars, boxes and kilograms, or as far as is asked."""
    rate, begin = dice.between(3, 18), MORNING + timedelta(minutes=FIVE * dice.between(0, 24))
    span, pause = FIVE * dice.between(18, 60), FIVE * dice.between(2, 9)
    grams, holds, carries = 10 * dice.between(12, 95), dice.between(6, 24), dice.between(7, 30)
    jars = rate * (span - pause)
    boxes = jars // holds
    asked, answer = dice.one_of(
        (
            ("How many kilograms of {} are sent off?", plain(Decimal(boxes * holds * grams) / 1000)),
            ("How many jars of {} are left over, in the box that is not full?", str(jars % holds)),
            ("How many vans are needed for the boxes of {} that are sent off?", str(-(-boxes // carries))),
        )
    )
    good = dice.one_of(GOODS)
    text = (
        f"A machine fills {rate} jars with {good} per minute. It starts at {begin:%H:%M} and stops at "
        f"{begin + timedelta(minutes=span):%H:%M}, and stands still for {pause} minutes between. Each jar holds "
        f"{grams} grams. The jars are packed into boxes of {holds}; a box that is not full is not sent off. A van "
        f"carries {carries} boxes. {asked.format(good)} {NUMBER_ALONE}"
    )
    return text, answer


def connections(dice: Dice) -> tuple[str, str]:
    """A walk, a bus, a walk and a train, each met where it stands in its timetable."""
    name, leaves = dice.one_of(NAMES), MORNING + timedelta(minutes=dice.between(0, 240))
    walk, ride, change, journey = (dice.between(low, high) for low, high in ((3, 25), (8, 50), (2, 15), (25, 140)))
    first_bus, bus_every = MORNING - timedelta(minutes=dice.between(0, 29)), dice.one_of(GAPS)
    first_train, train_every = MORNING + timedelta(minutes=dice.between(0, 29)), dice.one_of(GAPS) * 2
    at_stop = leaves + timedelta(minutes=walk)
    bus = _next(first_bus, bus_every, at_stop)
    at_station = bus + timedelta(minutes=ride + change)
    train = _next(first_train, train_every, at_station)
    waited = ((bus - at_stop) + (train - at_station)) // timedelta(minutes=1)
    asked, answer = _of_the_way(dice, name, leaves=train, arrives=train + timedelta(minutes=journey), waited=waited)
    text = (
        f"{name} leaves home at {leaves:%H:%M} and walks {walk} minutes to the bus stop. The first bus leaves at "
        f"{first_bus:%H:%M}, and then one every {bus_every} minutes. The ride takes {ride} minutes, and the way to the "
        f"platform another {change} minutes. The first train leaves at {first_train:%H:%M}, and then one every "
        f"{train_every} minutes; its journey takes {journey} minutes. {CAUGHT} {asked}"
    )
    return text, answer


def _of_the_way(dice: Dice, name: str, *, leaves: datetime, arrives: datetime, waited: int) -> tuple[str, str]:
    return dice.one_of(
        (
            (f"When does {name} arrive? {CLOCK_ALONE}", f"{arrives:%H:%M}"),
            (f"When does the train of {name} leave? {CLOCK_ALONE}", f"{leaves:%H:%M}"),
            (f"How many minutes does {name} wait in all, for the bus and for the train? {NUMBER_ALONE}", str(waited)),
        )
    )


def project(dice: Dice) -> tuple[str, str]:
    """Jobs that wait for others: when all is done, when one may begin, or how much one may be late."""
    jobs = dice.several(JOBS, 5)
    begin = MORNING + timedelta(minutes=FIVE * dice.between(0, 72))
    minutes = {job: FIVE * dice.between(2, 18) for job in jobs}
    waits = _waits(dice, jobs)
    asked, answer = _of_the_plan(dice, begin, minutes, waits)
    told = " ".join(_told(job, minutes[job], waits[job]) for job in dice.several(jobs, len(jobs)))
    text = (
        f"A repair begins at {begin:%H:%M}. There are hands enough, so that jobs go on side by side wherever they can. "
        f"{told} {asked}"
    )
    return text, answer


def _waits(dice: Dice, jobs: list[str]) -> dict[str, list[str]]:
    """For which of the jobs before it each one waits; the last waits for one at least, or all would be plain."""
    last = len(jobs) - 1
    return {
        job: dice.several(jobs[:place], dice.between(int(place == last), min(place, 2)))
        for place, job in enumerate(jobs)
    }


def _of_the_plan(dice: Dice, begin: datetime, minutes: dict[str, int], waits: dict[str, list[str]]) -> tuple[str, str]:
    begins = _earliest(minutes, waits)
    end = max(begins[job] + minutes[job] for job in begins)
    of = dice.one_of([job for job in waits if waits[job]])
    slack = _latest(minutes, waits, end)[of] - begins[of]
    done, starts = (begin + timedelta(minutes=span) for span in (end, begins[of]))
    return dice.one_of(
        (
            (f"When is all of it done at the earliest? {CLOCK_ALONE}", f"{done:%H:%M}"),
            (f"When can {of} begin at the earliest? {CLOCK_ALONE}", f"{starts:%H:%M}"),
            (f"By how many minutes may {of} begin late without the whole being done later? {NUMBER_ALONE}", str(slack)),
        )
    )


def _next(first: datetime, every: int, ready: datetime) -> datetime:
    """The first departure that is not before ``ready``."""
    missed = -(-max(timedelta(0), ready - first) // timedelta(minutes=every))
    return first + missed * timedelta(minutes=every)


def _earliest(minutes: dict[str, int], waits: dict[str, list[str]]) -> dict[str, int]:
    """Minutes after the beginning at which each job can begin; jobs stand after those that they wait for."""
    begins: dict[str, int] = {}
    for job, others in waits.items():
        begins[job] = max((begins[other] + minutes[other] for other in others), default=0)
    return begins


def _latest(minutes: dict[str, int], waits: dict[str, list[str]], end: int) -> dict[str, int]:
    """Minutes after the beginning at which each job has to begin, for all to be done by ``end``."""
    begins: dict[str, int] = {}
    for job in reversed(waits):
        begins[job] = min((begins[other] for other in begins if job in waits[other]), default=end) - minutes[job]
    return begins


def _told(job: str, minutes: int, waits: list[str]) -> str:
    takes = f"{job.capitalize()} takes {minutes} minutes"
    return (
        f"{takes} and begins once {' and '.join(waits)} {'is' if len(waits) == 1 else 'are'} done."
        if waits
        else (f"{takes} and waits for nothing.")
    )
