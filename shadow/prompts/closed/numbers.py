"""Questions whose answer is a number."""

from decimal import Decimal

from shadow.prompts.closed.dice import NAMES, NUMBER_ALONE, Dice

# From, to, how many of the second make one of the first.
UNITS = (
    ("kilometres", "metres", 1000),
    ("metres", "centimetres", 100),
    ("hours", "minutes", 60),
    ("minutes", "seconds", 60),
    ("days", "hours", 24),
    ("weeks", "days", 7),
    ("kilograms", "grams", 1000),
    ("tonnes", "kilograms", 1000),
    ("litres", "millilitres", 1000),
)
STEPS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75)


def plain(value: Decimal) -> str:
    """A number without a needless tail of zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def arithmetic(dice: Dice) -> tuple[str, str]:
    """Sums and products told as a small story."""
    return dice.one_of((_library, _orchard, _bus, _brackets))(dice)


def _library(dice: Dice) -> tuple[str, str]:
    books, boxes, each, lent = (dice.between(80, 400), dice.between(2, 9), dice.between(11, 40), dice.between(12, 75))
    text = (
        f"A library has {books} books on its shelves. It receives {boxes} boxes with {each} books in each and "
        f"puts them all "
        f"on the shelves. Then it lends out {lent} books. How many books are on the shelves now? {NUMBER_ALONE}"
    )
    return text, str(books + boxes * each - lent)


def _orchard(dice: Dice) -> tuple[str, str]:
    rows, trees, apples, baskets = (dice.between(3, 12), dice.between(4, 15), dice.between(10, 60), dice.between(2, 6))
    total = rows * trees * apples * baskets
    text = (
        f"An orchard has {rows} rows of {trees} trees. Together the trees give {total} apples, each tree the "
        f"same number. "
        f"How many apples does one tree give? {NUMBER_ALONE}"
    )
    return text, str(apples * baskets)


def _bus(dice: Dice) -> tuple[str, str]:
    aboard, off, on = dice.between(20, 45), dice.between(3, 15), dice.between(2, 18)
    last_off = dice.between(1, aboard - off + on)
    text = (
        f"A bus leaves the depot with {aboard} passengers. At the first stop {off} get off and {on} get on. At "
        f"the second "
        f"stop {last_off} get off. How many passengers are on the bus then? {NUMBER_ALONE}"
    )
    return text, str(aboard - off + on - last_off)


def _brackets(dice: Dice) -> tuple[str, str]:
    a, b, c, d = (dice.between(2, 30) for _ in range(4))
    text = f"Work out ({a} + {b}) * {c} - {d}. {NUMBER_ALONE}"
    return text, str((a + b) * c - d)


def percentages(dice: Dice) -> tuple[str, str]:
    """A price that falls and rises, or a share of a whole."""
    if dice.between(0, 1):
        share, whole = dice.one_of(STEPS), 20 * dice.between(3, 60)
        return f"What is {share}% of {whole}? {NUMBER_ALONE}", plain(Decimal(whole) * share / 100)
    price, down, up = 40 * dice.between(1, 20), dice.one_of(STEPS), dice.one_of(STEPS)
    text = (
        f"A jacket costs {price} euros. Its price is first reduced by {down}% and then the reduced price is "
        f"raised by {up}%. "
        f"What does the jacket cost in the end, in euros? {NUMBER_ALONE}"
    )
    return text, plain(Decimal(price) * (100 - down) * (100 + up) / 10_000)


def units(dice: Dice) -> tuple[str, str]:
    """A conversion, either way, sometimes with a decimal."""
    big, small, factor = dice.one_of(UNITS)
    if dice.between(0, 1):
        count = dice.between(2, 90)
        return f"How many {big} are {count * factor} {small}? {NUMBER_ALONE}", str(count)
    amount = Decimal(dice.between(3, 180)) / 2
    return f"Convert {plain(amount)} {big} to {small}. {NUMBER_ALONE}", plain(amount * factor)


def sequence(dice: Dice) -> tuple[str, str]:
    """The next term of a row with one evident rule."""
    terms = dice.one_of((_steady, _growing, _doubling, _summing))(dice)
    shown = ", ".join(map(str, terms[:-1]))
    return f"Which number comes next in this sequence: {shown}? {NUMBER_ALONE}", str(terms[-1])


def _steady(dice: Dice) -> list[int]:
    first, step = dice.between(1, 60), dice.between(2, 19)
    return [first + step * n for n in range(7)]


def _growing(dice: Dice) -> list[int]:
    first, step, more = dice.between(1, 20), dice.between(1, 9), dice.between(1, 5)
    return [first + step * n + more * n * (n - 1) // 2 for n in range(7)]


def _doubling(dice: Dice) -> list[int]:
    first, factor = dice.between(2, 9), dice.between(2, 4)
    return [first * factor**n for n in range(6)]


def _summing(dice: Dice) -> list[int]:
    terms = [dice.between(1, 9), dice.between(10, 20)]
    while len(terms) < 8:  # noqa: PLR2004 -- seven terms to see the rule by, and the one asked
        terms.append(terms[-2] + terms[-1])
    return terms


def binary(dice: Dice) -> tuple[str, str]:
    """Binary to decimal and back, and what a number leaves when divided."""
    number = dice.between(17, 250)
    form = dice.between(0, 2)
    if form == 0:
        return f"Write the binary number {number:b} as a decimal number. {NUMBER_ALONE}", str(number)
    if form == 1:
        return f"Write the decimal number {number} as a binary number. {NUMBER_ALONE}", f"{number:b}"
    divisor, name = dice.between(3, 16), dice.one_of(NAMES)
    text = (
        f"{name} packs {number} eggs into boxes of {divisor} and fills as many boxes as possible. How many eggs "
        f"are left "
        f"over? {NUMBER_ALONE}"
    )
    return text, str(number % divisor)
