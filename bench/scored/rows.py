"""Rows to score, drawn from the templates that heads learn from."""

import random
import re
from itertools import count, islice

from charter.training import counterfactual

EVERYDAY = 0.7
A_CONTACT_EACH = 10


class Deck:
    """Answers and questions of the templates, and rows drawn from them: the same seed gives the same rows."""

    def __init__(self, seed=0):
        written = counterfactual.rows()
        self.chance = random.Random(seed)
        self.everyday = [row.response for row in written if row.source == counterfactual.EVERYDAY]
        self.other = [row.response for row in written if row.source != counterfactual.EVERYDAY]
        self.questions = sorted({row.prompt for row in written if row.prompt})
        self.numbers = count()

    def rows(self, words, n):
        """So many (answer, prompt), each answer of exactly so many words."""
        return [(self._answer(words), " ".join(self.chance.sample(self.questions, 2))) for _ in range(n)]

    def _answer(self, words):
        number = next(self.numbers)
        parts = [] if number % A_CONTACT_EACH else [contact(number)]
        parts += [
            self.chance.choice(self.everyday if self.chance.random() < EVERYDAY else self.other) for _ in range(words)
        ]
        return first_words("\n\n".join(parts), words)


def contact(number):
    return f"Mara Lindqvist is reached at mara.lindqvist{number}@posteo.net or on +49 30 4{number % 900 + 100:06}."


def first_words(text, words):
    """The text up to the end of its word of that number, white space as it stands."""
    ends = [match.end() for match in islice(re.finditer(r"\S+", text), words)]
    if len(ends) < words:
        raise ValueError(f"no {words} words in this text")
    return text[: ends[-1]]
