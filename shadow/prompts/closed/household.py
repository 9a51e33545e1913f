"""A puzzle of four people, four floors and four animals; clues are added until one arrangement alone is left."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from shadow.prompts.closed.dice import NAMES, NUMBER_ALONE, WORD_ALONE, Dice
from shadow.prompts.closed.puzzles import NAME_ALONE

FLOORS = 4
ANIMALS = ("cat", "dog", "hare", "parrot", "tortoise", "hamster")


@dataclass(frozen=True)
class House:
    """Who lives on which floor (from 1), and who keeps which animal."""

    floor: dict[str, int]
    keeper: dict[str, str]

    def home(self, animal: str) -> int:
        """The floor of whoever keeps it."""
        return self.floor[self.keeper[animal]]


Says = Callable[[House, str, str], bool]
HALVES = {"lower": (1, 2), "upper": (3, 4)}
# What may be said, with whom or what it is said of, and whether it is so; nothing tells a floor or an animal outright.
SAYINGS: dict[str, Says] = {
    "{} does not live on floor {}.": lambda it, one, floor: it.floor[one] != int(floor),
    "{} lives higher than {}.": lambda it, one, other: it.floor[one] > it.floor[other],
    "{} does not keep the {}.": lambda it, one, kind: it.keeper[kind] != one,
    "The {} lives exactly one floor above {}.": lambda it, kind, one: it.home(kind) == it.floor[one] + 1,
    "The {} lives higher than the {}.": lambda it, kind, other: it.home(kind) > it.home(other),
    "The {} lives on one of the two {} floors.": lambda it, kind, half: it.home(kind) in HALVES[half],
}
NOT_ON, HIGHER, NOT_KEPT, ABOVE, KIND_HIGHER, HALF = SAYINGS


@dataclass(frozen=True)
class Clue:
    """Something said of one person or animal, and of another, a floor or a half of the house."""

    says: str
    first: str
    second: str

    @property
    def told(self) -> str:
        """The clue as a sentence."""
        return self.says.format(self.first, self.second)

    def holds(self, house: House) -> bool:
        """Whether it is so in this house."""
        return SAYINGS[self.says](house, self.first, self.second)


def household(dice: Dice) -> tuple[str, str]:
    """Who lives or keeps what, worked out from sentences of which none tells it by itself."""
    people, animals = dice.several(NAMES, FLOORS), dice.several(ANIMALS, FLOORS)
    keepers = dict(zip(animals, dice.several(people, FLOORS), strict=True))
    house = House({name: floor for floor, name in enumerate(people, start=1)}, keepers)
    # The order in which they are named must not give the floors away.
    named, kept = sorted(people), sorted(animals)
    clues = _enough(dice, house, list(houses_of(named, kept)), clues_of(named, kept))
    asked, answer = _asked(dice, house, named, kept)
    text = (
        f"Four people live in a house, one on each of the floors 1 to 4: {', '.join(named)}. Each of them keeps one "
        f"animal: {', '.join(kept)}. {' '.join(clue.told for clue in clues)} {asked}"
    )
    return text, answer


def _enough(dice: Dice, house: House, left: list[House], sayings: Iterable[Clue]) -> list[Clue]:
    """True clues in a drawn order, each of which rules out a house, until one alone is left."""
    clues: list[Clue] = []
    known = [clue for clue in sayings if clue.holds(house)]
    for clue in dice.several(known, len(known)):
        possible = [other for other in left if clue.holds(other)]
        if len(possible) < len(left):
            clues.append(clue)
            left = possible
        if len(left) == 1:
            break
    return clues


def _asked(dice: Dice, house: House, people: Sequence[str], animals: Sequence[str]) -> tuple[str, str]:
    who, animal = dice.one_of(people), dice.one_of(animals)
    its = next(kind for kind, name in house.keeper.items() if name == who)
    return dice.one_of(
        (
            (f"On which floor does {who} live? {NUMBER_ALONE}", str(house.floor[who])),
            (f"Which animal does {who} keep? {WORD_ALONE}", its),
            (f"Who keeps the {animal}? {NAME_ALONE}", house.keeper[animal]),
            (f"On which floor does the {animal} live? {NUMBER_ALONE}", str(house.home(animal))),
        )
    )


def houses_of(people: Sequence[str], animals: Sequence[str]) -> Iterator[House]:
    """Every way in which they may live."""
    floors = range(1, FLOORS + 1)
    for order in permutations(floors):
        for keepers in permutations(people):
            yield House(dict(zip(people, order, strict=True)), dict(zip(animals, keepers, strict=True)))


def clues_of(people: Sequence[str], animals: Sequence[str]) -> Iterator[Clue]:
    """All that may be said of a house, true or not."""
    for one in people:
        yield from (Clue(NOT_ON, one, str(floor)) for floor in range(1, FLOORS + 1))
        yield from (Clue(HIGHER, one, other) for other in people if one != other)
        for kind in animals:
            yield Clue(NOT_KEPT, one, kind)
            yield Clue(ABOVE, kind, one)
    for kind in animals:
        yield from (Clue(KIND_HIGHER, kind, other) for other in animals if kind != other)
        yield from (Clue(HALF, kind, half) for half in HALVES)
