"""Common English words, to tell a disguise that was undone rightly from letters and digits that only look like one.

The list (``lexicon.txt``: function words, then others) is ours and small: it decides about readings, never about
scores. Inflected forms are known by their stem.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

LEXICON = Path(__file__).with_name("lexicon.txt")
_LISTS = LEXICON.read_text("utf-8").split("\n\n")
FUNCTION = frozenset(_LISTS[0].split())
WORDS = FUNCTION | frozenset(_LISTS[1].split())
LONGEST = max(map(len, WORDS)) + 4
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "y", "'s", "'t", "n't", "'re", "'ll", "'ve", "'m", "'d")


@lru_cache(maxsize=16384)
def known(word: str) -> bool:
    """Whether a small-letter word is in the list, or its stem is."""
    if word in WORDS:
        return True
    for ending in _ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) < 3 and "'" not in ending:  # noqa: PLR2004 - shorter stems make words of any letters
                continue
            if stem in WORDS or stem + "e" in WORDS:
                return True
            doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in WORDS  # noqa: PLR2004 - as in "stabbed"
            if doubled or (stem.endswith("i") and stem[:-1] + "y" in WORDS):
                return True
    return False


def english(words: list[str]) -> float:
    """The share (0-1) of small-letter words that are function words; running English has about 0.4."""
    return sum(word in FUNCTION for word in words) / len(words) if words else 0.0


_UNKNOWN = 3.0
_KNOWN = 2.0


def parted(letters: str) -> tuple[list[str], float]:
    """Small letters without gaps parted into words, and the share (0-1) of letters inside known words."""
    best = [(0.0, 0, True)]
    for end in range(1, len(letters) + 1):
        cost, _, _ = best[end - 1]
        choice = (cost + _UNKNOWN, end - 1, False)
        for start in range(max(0, end - LONGEST), end):
            word = letters[start:end]
            if len(word) == 1 and word not in ("a", "i"):
                continue
            price = best[start][0] + _KNOWN + (1.0 if len(word) < 3 else 0.0)  # noqa: PLR2004 - tiny words fit anywhere
            if price < choice[0] and known(word):
                choice = (price, start, True)
        best.append(choice)
    return _traced(letters, best)


def _traced(letters: str, best: list[tuple[float, int, bool]]) -> tuple[list[str], float]:
    """The words along the cheapest way; neighbouring letters that belong to no word stay together."""
    words: list[str] = []
    end, inside, loose = len(letters), 0, False
    while end:
        _, start, is_word = best[end]
        if is_word:
            words.append(letters[start:end])
            inside += end - start
        elif loose:
            words[-1] = letters[start:end] + words[-1]
        else:
            words.append(letters[start:end])
        loose = not is_word
        end = start
    return words[::-1], inside / len(letters) if letters else 0.0
