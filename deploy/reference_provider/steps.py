"""Questions of several steps, solved by reading them: a day's work, a journey, a plan of jobs, a house of people."""

import re
from fractions import Fraction
from functools import cache
from itertools import permutations

MOST = 6
CLOCK = r"(\d{1,2}):(\d{2})"


def workshop(question: str) -> str | None:
    """Minutes of work, then jars, then boxes, then what is asked of them."""
    rate = re.search(r"machine fills (\d+) jars .*?per minute", question)
    hours = re.search(rf"starts at {CLOCK} and stops at {CLOCK}", question)
    still = re.search(r"stands still for (\d+) minutes", question)
    packed = re.search(r"holds (\d+) grams.*boxes of (\d+).*carries (\d+) boxes", question)
    if not (rate and hours and still and packed):
        return None
    worked = _minutes(*hours.groups()[2:]) - _minutes(*hours.groups()[:2]) - int(still[1])
    grams, holds, carries = map(int, packed.groups())
    boxes, over = divmod(worked * int(rate[1]), holds)
    if "kilograms" in question:
        return _plain(Fraction(boxes * holds * grams, 1000))
    if "left over" in question:
        return str(over)
    return str((boxes + carries - 1) // carries) if "How many vans" in question else None


def connections(question: str) -> str | None:
    """Go along the way, minute by minute of the timetables."""
    leaves = re.search(rf"leaves home at {CLOCK} and walks (\d+) minutes", question)
    bus = re.search(rf"first bus leaves at {CLOCK}, and then one every (\d+) minutes", question)
    train = re.search(rf"first train leaves at {CLOCK}, and then one every (\d+) minutes", question)
    spans = re.search(r"ride takes (\d+) minutes.*another (\d+) minutes.*journey takes (\d+) minutes", question)
    if not (leaves and bus and train and spans):
        return None
    ride, change, journey = map(int, spans.groups())
    at_stop = _minutes(leaves[1], leaves[2]) + int(leaves[3])
    by_bus = _departure(_minutes(bus[1], bus[2]), int(bus[3]), at_stop)
    at_platform = by_bus + ride + change
    by_train = _departure(_minutes(train[1], train[2]), int(train[3]), at_platform)
    if re.search(r"When does \w+ arrive", question):
        return _clock(by_train + journey)
    if "When does the train" in question:
        return _clock(by_train)
    return str(by_bus - at_stop + by_train - at_platform) if "wait in all" in question else None


def project(question: str) -> str | None:
    """Each job ends after those that it waits for; one that may be late is tried a minute later each time."""
    begins = re.search(rf"repair begins at {CLOCK}", question)
    jobs = {
        name.lower(): (int(minutes), tuple(re.split(" and ", others)) if others else ())
        for name, minutes, others in re.findall(
            r"(\w+) takes (\d+) minutes and (?:waits for nothing|begins once ([\w ]+?) (?:is|are) done)\.", question
        )
    }
    if not begins or not jobs or not all(set(others) <= set(jobs) for _, others in jobs.values()):
        return None

    def end_of_all(late: str = "", by: int = 0) -> int:
        @cache
        def end(job: str) -> int:
            minutes, others = jobs[job]
            return max((end(other) for other in others), default=0) + minutes + (by if job == late else 0)

        return max(map(end, jobs))

    start, about = _minutes(*begins.groups()), re.search(r"(?:can|may) (\w+) begin", question)
    if "all of it done" in question:
        return _clock(start + end_of_all())
    if not about or about[1] not in jobs:
        return None
    if "at the earliest" in question:
        others = {name: job for name, job in jobs.items() if name in _before(about[1], jobs)}
        return _clock(start + max((_end(name, others) for name in others), default=0))
    whole = end_of_all()
    return str(next(late - 1 for late in range(1, whole + 2) if end_of_all(about[1], late) > whole))


def household(question: str) -> str | None:
    """Try every house, and keep those that no sentence contradicts."""
    named = re.search(r"floors 1 to (\d): ([\w, ]+)\. .*?one animal: ([\w, ]+)\. (.*\.) ([^.?]+\?)", question)
    if not named:
        return None
    people, animals = re.split(", ", named[2]), re.split(", ", named[3])
    if len(people) > MOST or len(people) != len(animals):
        return None
    sentences = [sentence.strip() for sentence in named[4].split(".") if sentence.strip()]
    answers = set()
    for order in permutations(range(1, len(people) + 1)):
        floor = dict(zip(people, order, strict=True))
        for keepers in permutations(people):
            keeper = dict(zip(animals, keepers, strict=True))
            where = floor | {animal: floor[keeper[animal]] for animal in animals}
            if all(_is_so(sentence, where, keeper) for sentence in sentences):
                answers.add(_told(named[5], where, keeper))
    return answers.pop() if len(answers) == 1 else None


def _is_so(sentence: str, where: dict[str, int], keeper: dict[str, str]) -> bool:
    """Whether a sentence is true of a house; one that is not understood leaves no house, and so no answer."""
    words = sentence.removeprefix("The ").replace(" the ", " ")
    if found := re.fullmatch(r"(\w+) does not live on floor (\d)", words):
        return where[found[1]] != int(found[2])
    if found := re.fullmatch(r"(\w+) lives higher than (\w+)", words):
        return where[found[1]] > where[found[2]]
    if found := re.fullmatch(r"(\w+) does not keep (\w+)", words):
        return keeper[found[2]] != found[1]
    if found := re.fullmatch(r"(\w+) lives exactly one floor above (\w+)", words):
        return where[found[1]] == where[found[2]] + 1
    if found := re.search(r"(\w+) lives on one of two (lower|upper) floors", words):
        return (where[found[1]] <= len(keeper) // 2) is (found[2] == "lower")
    return False


def _told(asked: str, where: dict[str, int], keeper: dict[str, str]) -> str | None:
    if found := re.search(r"which floor does (?:the )?(\w+) live", asked):
        return str(where[found[1]])
    if found := re.search(r"animal does (\w+) keep", asked):
        return next(animal for animal, name in keeper.items() if name == found[1])
    found = re.search(r"Who keeps the (\w+)", asked)
    return keeper[found[1]] if found else None


def _before(job: str, jobs: dict[str, tuple[int, tuple[str, ...]]]) -> set[str]:
    """All that has to be done before a job, however far back."""
    before: set[str] = set()
    for other in jobs[job][1]:
        before |= {other} | _before(other, jobs)
    return before


def _end(job: str, jobs: dict[str, tuple[int, tuple[str, ...]]]) -> int:
    minutes, others = jobs[job]
    return minutes + max((_end(other, jobs) for other in others), default=0)


def _departure(first: int, every: int, ready: int) -> int:
    while first < ready:
        first += every
    return first


def _minutes(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.3f}".rstrip("0")
