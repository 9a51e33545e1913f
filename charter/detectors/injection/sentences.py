"""Sentences as they are weighed, and what is found in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Span = tuple[int, int]

# How sure a finding is, in points: heard by its words as a whole, found by what it holds together, unmistakable.
HEARD = 4
FOUND = 5
SURE = 6
LONGEST = 320

# The beginnings of words (four letters) one of which names an answer, its judge or what judging is about, and of words
# one of which tells what is wished for: a sentence without both is not weighed.
STEMS = Path(__file__).with_name("stems.txt")
_STEMS = STEMS.read_text("utf-8").split("\n\n")
_NAMES = frozenset(_STEMS[0].split())
_WISHES = frozenset(_STEMS[1].split())
_WORD = re.compile(r"[a-z0-9_+]+")
_BREAK = re.compile(r"[.!?](?=[\s\"')\]]|\Z)|\n")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that speaks to the judge, and how sure that is, in points."""

    start: int
    end: int
    points: int


def fold(text: str) -> str:
    """The text in small letters, character by character, so that places stay."""
    folded = text.lower()
    return folded if len(folded) == len(text) else "".join(sign.lower()[:1] for sign in text)


def sentences(text: str) -> Iterator[Span]:
    """Spans of sentences and lines, none longer than ``LONGEST``."""
    start = 0
    for mark in _BREAK.finditer(text):
        yield from _pieces(start, mark.end())
        start = mark.end()
    yield from _pieces(start, len(text))


def _pieces(start: int, end: int) -> Iterator[Span]:
    for first in range(start, end, LONGEST):
        yield first, min(end, first + LONGEST)


def worth_weighing(folded: str, start: int, end: int) -> bool:
    """Whether a sentence has words of judging at all; most have none, and weighing costs more than looking."""
    if end - start < _SHORTEST:
        return False
    stems = {word[:4] for word in _WORD.findall(folded, start, end)}
    names, wishes = stems & _NAMES, stems & _WISHES
    return bool(names and wishes and len(names | wishes) > 1)


_SHORTEST = 10
