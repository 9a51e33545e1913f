"""Text to weighted n-grams: words and pairs of the answer, letters inside its words, words and pairs of the prompt.

Sublinear TF-IDF, each part of unit length (Salton and Buckley 1988). The vocabulary is text, one term a line, so that
whoever wants to can read what the scorer knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WORD, LETTER, ASKED = "word", "letter", "asked"
PARTS = (WORD, LETTER, ASKED)
_TOKEN = re.compile(r"\w[\w']*|[!?]")
_LETTERS = (3, 4, 5)
_LONGEST_WORD = 60
_LONGEST_KEPT = 20
_WORDS_KEPT = 20_000

Places = NDArray[np.int64]
_NOWHERE: Places = np.empty(0, np.int64)


def words(text: str) -> list[str]:
    """Lower-case words, and marks of excitement and question, in order."""
    return _TOKEN.findall(text.lower())


def pairs(found: Sequence[str]) -> Iterator[str]:
    """Single words and neighbouring pairs."""
    yield from found
    for first, second in pairwise(found):
        yield f"{first} {second}"


def letters(word: str) -> Iterator[str]:
    """Runs of three to five letters of one word with its edges; a monster's are those of its beginning."""
    edged = f" {word[:_LONGEST_WORD]} "
    return (edged[at : at + n] for n in _LETTERS for at in range(len(edged) - n + 1))


def terms(part: str, text: str) -> Counter[str]:
    """How often each term of one part occurs in ``text``."""
    found = words(text)
    if part != LETTER:
        return Counter(pairs(found))
    counted: Counter[str] = Counter()
    for word, times in Counter(found).items():
        for gram in letters(word):
            counted[gram] += times
    return counted


@dataclass(frozen=True, slots=True)
class Sparse:
    """The terms of one text that the vocabulary knows: their places, ascending, and their values (float64)."""

    at: NDArray[np.int64]
    value: NDArray[np.float64]


class Vectoriser:
    """One part's vocabulary with its inverse document frequencies; ``offset`` is where its places begin."""

    def __init__(self, part: str, vocabulary: Sequence[str], idf: NDArray[np.float64], *, offset: int) -> None:
        """``vocabulary`` in ascending order of place; ``idf`` has as many values."""
        self.part = part
        self.vocabulary = vocabulary
        self.offset = offset
        self.idf = idf
        self._place: Mapping[str, int] = {term: place for place, term in enumerate(vocabulary)}

        # The words are those of answers, which may be made up to fill a cache: it is small, and takes no long ones.
        self._known = lru_cache(maxsize=_WORDS_KEPT)(self._places_of)

    def transform(self, found: Sequence[str]) -> Sparse:
        """The known terms of one text's words (``words``); of unit length, or empty."""
        _, at, value = self.weigh([found])
        return Sparse(at + self.offset, value)

    def weigh(self, texts: Sequence[Sequence[str]]) -> tuple[Places, Places, NDArray[np.float64]]:
        """Many short texts at once: for every known term its text, its place in this part and its value."""
        read = [self._places(found) for found in texts]
        owner = np.repeat(np.arange(len(read)), [len(places) for places in read])
        places = np.concatenate(read) if read else _NOWHERE
        key, times = np.unique(owner * len(self.vocabulary) + places, return_counts=True)
        owner, at = np.divmod(key, max(len(self.vocabulary), 1))
        value = (1.0 + np.log(times)) * self.idf[at]
        length = np.sqrt(np.bincount(owner, value * value, len(read)))
        return owner, at, value / length[owner]

    def _places(self, found: Sequence[str]) -> Places:
        """The places of all known terms of a text's words, one for each time that a term stands there."""
        if self.part != LETTER:
            place = self._place
            return np.array([place[term] for term in pairs(found) if term in place], np.int64)
        arrays = [self._known(word) if len(word) <= _LONGEST_KEPT else self._places_of(word) for word in found]
        return np.concatenate(arrays) if arrays else _NOWHERE

    def _places_of(self, word: str) -> Places:
        place = self._place
        return np.array([place[gram] for gram in letters(word) if gram in place], np.int64)


def fitted(part: str, texts: Iterable[str], *, least: int, most: int, offset: int) -> Vectoriser:
    """A vocabulary of the terms in at least ``least`` texts, the ``most`` frequent ones, with smoothed idf."""
    seen: Counter[str] = Counter()
    n = 0
    for text in texts:
        n += 1
        seen.update(terms(part, text).keys())
    kept = sorted(((times, term) for term, times in seen.items() if times >= least), key=lambda it: (-it[0], it[1]))
    chosen = sorted(term for _, term in kept[:most] if "\n" not in term)
    frequency = np.array([seen[term] for term in chosen], np.float64)
    # As kept: fitted and read weights are the same to the last bit.
    idf = (np.log((1 + n) / (1 + frequency)) + 1.0).astype(np.float32).astype(np.float64)
    return Vectoriser(part, chosen, idf, offset=offset)


def joined(parts: Iterable[Sparse]) -> Sparse:
    """Several parts side by side."""
    held = list(parts)
    return Sparse(np.concatenate([it.at for it in held]), np.concatenate([it.value for it in held]))
