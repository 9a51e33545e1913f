"""Small puzzles of sets, seats and ranks, each with exactly one solution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from shadow.prompts.closed.dice import NAMES, NUMBER_ALONE, Dice

SEATS = 5
NAME_ALONE = "Answer with the name alone."
LANGUAGES = ("French", "Spanish", "Turkish", "Polish", "Arabic", "Italian")
TRAITS = (("older", "oldest"), ("taller", "tallest"), ("faster", "fastest"))


def sets(dice: Dice) -> tuple[str, str]:
    """Two overlapping groups: how many are in neither, in one alone, or in one at least."""
    both, only_first, only_second, neither = (dice.between(2, 15) for _ in range(4))
    first, second = dice.several(LANGUAGES, 2)
    asked, answer = dice.one_of(
        (
            ("speak neither of the two", neither),
            (f"speak {first} but not {second}", only_first),
            ("speak at least one of the two", both + only_first + only_second),
            ("speak exactly one of the two", only_first + only_second),
        )
    )
    text = (
        f"In a group of {both + only_first + only_second + neither} people, {both + only_first} speak {first}, "
        f"{both + only_second} speak {second}, and {both} speak both. How many people {asked}? {NUMBER_ALONE}"
    )
    return text, str(answer)


def seating(dice: Dice) -> tuple[str, str]:
    """Five people in a row; clues are added until one order alone is left."""
    row = dice.several(NAMES, SEATS)
    clues: list[Clue] = []
    orders = list(permutations(sorted(row)))
    for clue in dice.several(_true_clues(row), len(_true_clues(row))):
        left = [order for order in orders if clue.holds(order)]
        if len(left) < len(orders):
            clues.append(clue)
            orders = left
        if len(orders) == 1:
            break
    seat = dice.between(1, SEATS)
    text = (
        f"Five people sit in a row of seats numbered 1 to 5 from left to right: {', '.join(sorted(row))}. "
        f"{' '.join(clue.told() for clue in clues)} Who sits in seat {seat}? {NAME_ALONE}"
    )
    return text, row[seat - 1]


@dataclass(frozen=True)
class Clue:
    """Something said of one person, and of another or a seat (counted from 0)."""

    first: str
    says: str
    second: str | int

    def told(self) -> str:
        """The clue as a sentence."""
        return f"{self.first} {self.says} {self.second + 1 if isinstance(self.second, int) else self.second}."

    def holds(self, order: Sequence[str]) -> bool:
        """Whether the clue is true of an order from left to right."""
        first = order.index(self.first)
        second = self.second if isinstance(self.second, int) else order.index(self.second)
        return CLUES[self.says](first, second)


CLUES: dict[str, Callable[[int, int], bool]] = {
    "sits immediately to the right of": lambda first, second: first == second + 1,
    "sits somewhere to the left of": lambda first, second: first < second,
    "does not sit next to": lambda first, second: abs(first - second) != 1,
    "sits in seat": lambda first, second: first == second,
}


def _true_clues(row: list[str]) -> list[Clue]:
    """All that may be said of a row; of seats only the ends and the middle are told, else there is little to work
    out.
    """
    pairs = [(a, b) for a in row for b in row if a != b]
    between = [Clue(a, says, b) for says in list(CLUES)[:3] for a, b in pairs]
    seats = [Clue(row[seat], "sits in seat", seat) for seat in (0, SEATS // 2, SEATS - 1)]
    return [clue for clue in (*between, *seats) if clue.holds(row)]


def ranking(dice: Dice) -> tuple[str, str]:
    """A chain of comparisons, told out of order."""
    more, most = dice.one_of(TRAITS)
    chain = dice.several(NAMES, 5)
    links = dice.several([f"{a} is {more} than {b}." for a, b in pairwise(chain)], 4)
    form = dice.between(0, 2)
    questions = (
        (f"Who is the {most}?", chain[0]),
        (f"Who is the second {most}?", chain[1]),
        (f"Who is the third {most}?", chain[2]),
    )
    asked, answer = questions[form]
    return f"{' '.join(links)} {asked} {NAME_ALONE}", answer
