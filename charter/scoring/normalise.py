"""Undoing disguise before rules and statistics read a text, with every character mapped back to where it came from.

Two readings come out. ``plain`` has styled and invisible characters, look-alike letters and codes undone: identifiers
and keys are sought there, since their digits must stay as they are. ``words`` goes on from it: spelt-out words are
joined, digits that stand for letters become letters, white space is single: phrases are sought there. What is undone is
what reads as English only when undone; ordinary text, code and numbers come through as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from charter.scoring import glyphs, packed, spelling
from charter.scoring.mapping import Edit, Mapped, rewrite, unchanged

__all__ = ["NORMALISER", "NORMALISERS", "Mapped", "Normalised", "Normaliser", "as_sent", "normalise", "unchanged"]

NORMALISER = "1"

_NON_ASCII = re.compile(r"[^\x00-\x7f]")

Undo = Callable[[str, set[str]], Iterable[Edit]]

_GLYPHS: tuple[Undo, ...] = (
    glyphs.tagged,
    glyphs.turned_line,
    glyphs.compatibility,
    glyphs.invisible,
    glyphs.upside_down,
    glyphs.lookalikes,
    glyphs.pictures_between,
)
_PACKED: tuple[Undo, ...] = (
    packed.unescaped,
    packed.unslashed,
    packed.unquoted,
    packed.unpacked,
    packed.numbered,
    packed.in_bits,
)
_SPELLING: tuple[Undo, ...] = (
    packed.in_morse,
    spelling.spelt,
    spelling.dotted,
    spelling.broken,
    spelling.upright,
    spelling.marked,
    spelling.single_spaces,
    packed.rotated,
    packed.backwards,
    spelling.leet,
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """Both readings of one text, and which disguises were undone."""

    plain: Mapped
    words: Mapped
    flags: frozenset[str]


def as_sent(text: str) -> Normalised:
    """The raw text as its own two readings: what a second opinion reads."""
    same = unchanged(text)
    return Normalised(same, same, frozenset())


def normalise(text: str) -> Normalised:
    """Undo the disguises of ``text`` that we know; linear in its length.

    Flags: ``zero_width``, ``homoglyph``, ``spaced``, ``leet``, ``base64``, ``escaped``, ``rot13``, ``reversed``,
    ``hidden``.
    """
    flags: set[str] = set()
    plain = unchanged(text)
    if _NON_ASCII.search(text):
        plain = _undone(plain, _GLYPHS, flags)
    packed_up = plain
    plain = _undone(plain, _PACKED, flags)
    if plain is not packed_up and _NON_ASCII.search(plain.text):
        plain = _undone(plain, _GLYPHS, flags)
    return Normalised(plain, _undone(plain, _SPELLING, flags), frozenset(flags))


def _undone(mapped: Mapped, steps: Iterable[Undo], flags: set[str]) -> Mapped:
    for undo in steps:
        mapped = rewrite(mapped, undo(mapped.text, flags))
    return mapped


Normaliser = Callable[[str], Normalised]
NORMALISERS: dict[str, Normaliser] = {NORMALISER: normalise}
