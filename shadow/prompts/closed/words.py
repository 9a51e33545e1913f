"""Questions about words, letters and signs."""

from shadow.prompts.closed.dice import NUMBER_ALONE, WORD_ALONE, Dice

WORDS = (
    "anchor", "basket", "candle", "dragon", "engine", "forest", "garden", "hammer", "island", "jacket", "kettle",
    "ladder", "marble", "needle", "orange", "pillow", "quarry", "ribbon", "saddle", "timber", "umbrella", "velvet",
    "window", "yellow", "zipper", "bridge", "copper", "feather", "lantern", "mountain", "notebook", "pepper", "river",
    "silver", "thunder",
)  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth")
ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
LIST_ALONE = "Answer with the list alone, separated by commas."


def in_roman(number: int) -> str:
    """A number from 1 to 3999 in Roman numerals."""
    signs = ""
    for value, sign in ROMAN:
        signs += sign * (number // value)
        number %= value
    return signs


def ordering(dice: Dice) -> tuple[str, str]:
    """Words by the alphabet, numbers by size, either way round."""
    if dice.between(0, 1):
        words = dice.several(WORDS, 6)
        text = f"Put these words in alphabetical order: {', '.join(words)}. {LIST_ALONE}"
        return text, ", ".join(sorted(words))
    numbers = dice.several(range(-40, 400), 6)
    falling = bool(dice.between(0, 1))
    direction = "largest to smallest" if falling else "smallest to largest"
    text = f"Sort these numbers from {direction}: {', '.join(map(str, numbers))}. {LIST_ALONE}"
    return text, ", ".join(map(str, sorted(numbers, reverse=falling)))


def letters(dice: Dice) -> tuple[str, str]:
    """Turn a word round, count a letter, take one by its place."""
    word = dice.one_of(WORDS)
    form = dice.between(0, 3)
    if form == 0:
        return f"Write the word '{word}' backwards. {WORD_ALONE}", word[::-1]
    if form == 1:
        letter = dice.one_of(word)
        return f"How often does the letter '{letter}' occur in the word '{word}'? {NUMBER_ALONE}", str(
            word.count(letter)
        )
    if form == 2:  # noqa: PLR2004 -- the third of four forms
        vowels = sum(word.count(vowel) for vowel in "aeiou")
        return f"How many vowels (a, e, i, o, u) are in the word '{word}'? {NUMBER_ALONE}", str(vowels)
    place = dice.between(0, 4)
    return f"What is the {ORDINALS[place]} letter of the word '{word}'? Answer with the letter alone.", word[place]


def roman(dice: Dice) -> tuple[str, str]:
    """Roman numerals, read and written."""
    number = dice.between(4, 3900)
    if dice.between(0, 1):
        return f"Which number is {in_roman(number)} in Roman numerals? {NUMBER_ALONE}", str(number)
    return f"Write {number} in Roman numerals. Answer with the numeral alone.", in_roman(number)
