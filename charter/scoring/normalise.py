"""Undoing disguise before rules read a text, with every character mapped back to where it came from.

Two readings come out. ``plain`` has compatibility forms, invisible characters, look-alike letters and base64 undone:
identifiers and keys are sought there, since their digits must stay as they are. ``words`` goes on from it: spaced-out
letters are joined, leet digits become letters, white space is single: phrases are sought there.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

NORMALISER = "1"

# Cyrillic and Greek letters that look like Latin ones, after Unicode's confusables table (UTS 39), reduced to letters
# that a reader takes for ASCII at a glance.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝьгптнкмвАВЕКМНОРСТХУІЈЅԚԜοαεικνρτυχηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlqwbrntnkmvABEKMHOPCTXYIJSQWoaeikvptuxnABEZHIKMNOPTYX",
)
_LEET = str.maketrans("431075@$", "aeiotsas")

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_CLUSTER = re.compile(r".[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]*+", re.DOTALL)
_FOREIGN = re.compile(r"[\u0370-\u052f]")
_MIXED = re.compile(r"[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
_WORD = re.compile(r"\w+")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_\-.=])[A-Za-z0-9+/_\-]{16,}+={0,2}(?![A-Za-z0-9+/_\-.=])")
_SPACES = re.compile(r"\s{2,}+|[^\S \n]")
_SPELT = re.compile(r"(?<![^\s\"'(])(?:\S {1,3}(?=\S(?:[\s\"').,!?;:]|\Z))){2,}+\S")
_DOTTED = re.compile(r"(?<![\w.\-*|])[A-Za-z]([.\-_*|])(?:[A-Za-z]\1){2,}+[A-Za-z](?!\w)")
_LEET_WORD = re.compile(r"(?<![\w@$])(?=[\d@$]*[A-Za-z])[A-Za-z431075@$]*[431075@$][A-Za-z431075@$]*+(?![\w@$])")
_LEET_ANY = re.compile(r"(?<![\w@$])[A-Za-z431075@$]*[431075@$][A-Za-z431075@$]*+(?![\w@$])")
_INSIDE = re.compile(r"(?<![\w@$])[A-Za-z@$]*[A-Za-z][431075$]{1,2}[A-Za-z][A-Za-z431075@$]*+(?![\w@$])")
_MEASURE = re.compile(
    r"[\d@$]+(?:st|nd|rd|th|s|k|m|g|x|h|c|f|d|kg|km|cm|mm|ml|mg|lb|oz|gb|mb|tb|am|pm|hz|v|w)?", re.IGNORECASE
)
_MOSTLY_TEXT = 0.85
_LEAST_SPELT = 3
_MOST_EXPANDED = 4
_DENSE = 0.2
_LEAST_DENSE = 3


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and, for each of its characters, the span of the original that it stands for."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` (exclusive, not empty) stand in the original text."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class Normalised:
    """Both readings of one text, and which disguises were undone."""

    plain: Mapped
    words: Mapped
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str
    one_to_one: bool = False


def unchanged(text: str) -> Mapped:
    """A text mapped onto itself."""
    return Mapped(text, range(len(text)), range(1, len(text) + 1))


def as_sent(text: str) -> Normalised:
    """The raw text as its own two readings: what a second opinion reads."""
    same = unchanged(text)
    return Normalised(same, same, frozenset())


def normalise(text: str) -> Normalised:
    """Undo the disguises of ``text`` that we know; linear in its length."""
    flags: set[str] = set()
    plain = unchanged(text)
    if _NON_ASCII.search(text):
        plain = _rewrite(plain, _compatibility(plain.text))
        plain = _rewrite(plain, _invisible(plain.text, flags))
        plain = _rewrite(plain, _lookalikes(plain.text, flags))
    plain = _rewrite(plain, _unpacked(plain.text, flags))
    words = plain
    for undo in (_spelt, _dotted, _spaces, _leet):
        words = _rewrite(words, undo(words.text, flags))
    return Normalised(plain, words, frozenset(flags))


def _rewrite(mapped: Mapped, edits: Iterable[_Edit]) -> Mapped:
    """Apply edits that stand in order and do not overlap; other characters keep their own place."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0

    def copy(start: int, end: int) -> None:
        texts.append(mapped.text[start:end])
        starts.extend(mapped.starts[start:end])
        ends.extend(mapped.ends[start:end])

    for edit in edits:
        copy(done, edit.start)
        texts.append(edit.text)
        if edit.one_to_one:
            starts.extend(mapped.starts[edit.start : edit.end])
            ends.extend(mapped.ends[edit.start : edit.end])
        else:
            starts.extend([mapped.starts[edit.start]] * len(edit.text))
            ends.extend([mapped.ends[edit.end - 1]] * len(edit.text))
        done = edit.end
    if not done:
        return mapped
    copy(done, len(mapped.text))
    return Mapped("".join(texts), starts, ends)


def _compatibility(text: str) -> Iterator[_Edit]:
    """NFKC by clusters of a character and its marks, typographic apostrophes to plain ones."""
    for cluster in _CLUSTER.finditer(text):
        seen = cluster.group()
        if seen.isascii():
            continue
        composed = unicodedata.normalize("NFKC", seen).replace("’", "'").replace("‘", "'")
        if composed[:1].isascii() and len(composed) > 1:
            composed = "".join(sign for sign in composed if unicodedata.category(sign) != "Mn") or composed
        if composed != seen and len(composed) <= _MOST_EXPANDED * len(seen):
            yield _Edit(cluster.start(), cluster.end(), composed)


def _invisible(text: str, flags: set[str]) -> Iterator[_Edit]:
    """Characters that print nothing: format controls, variation selectors, fillers."""
    for match in _NON_ASCII.finditer(text):
        sign = match.group()
        if (
            unicodedata.category(sign) == "Cf"
            or "\ufe00" <= sign <= "\ufe0f"
            or sign in "\u034f\u115f\u1160\u3164\uffa0"
        ):
            around = text[max(match.start() - 1, 0) : match.end() + 1]
            if any(neighbour.isascii() and neighbour.isalnum() for neighbour in around):
                flags.add("zero_width")
            yield _Edit(match.start(), match.end(), "")


def _lookalikes(text: str, flags: set[str]) -> Iterator[_Edit]:
    """Foreign letters in Latin words, and whole look-alike words once one is mixed; real Cyrillic and Greek stay."""
    if not _FOREIGN.search(text) or not _MIXED.search(text):
        return
    flags.add("homoglyph")
    for word in _WORD.finditer(text):
        folded = word.group().translate(_LOOKALIKES)
        if folded != word.group() and folded.isascii():
            yield _Edit(word.start(), word.end(), folded, one_to_one=True)


def _unpacked(text: str, flags: set[str]) -> Iterator[_Edit]:
    """Base64 runs that decode to readable text, in place; keys, hashes and pictures stay as they are."""
    for run in _BASE64.finditer(text):
        decoded = _decoded(run.group())
        if decoded:
            flags.add("base64")
            yield _Edit(run.start(), run.end(), decoded)


def _decoded(run: str) -> str:
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:
        return ""
    try:
        text = base64.b64decode(body + "=" * (-len(body) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    readable = sum(sign.isalpha() or sign in " .,'!?-\n" for sign in text)
    return text if " " in text and readable >= _MOSTLY_TEXT * len(text) else ""


def _spelt(text: str, flags: set[str]) -> Iterator[_Edit]:
    """``k i l l`` to ``kill``; two or three spaces between letters part words."""
    for run in _SPELT.finditer(text):
        signs = [sign for sign in run.group() if sign != " "]
        letters = sum(sign.isalpha() for sign in signs)
        if letters < _LEAST_SPELT or letters < len(signs) * 0.7:
            continue
        flags.add("spaced")
        yield from _gaps(run)


def _gaps(run: re.Match[str]) -> Iterator[_Edit]:
    """Single spaces vanish, longer ones become one."""
    for gap in re.finditer(r" +", run.group()):
        start, end = run.start() + gap.start(), run.start() + gap.end()
        yield _Edit(start, end, " " if end - start > 1 else "")


def _dotted(text: str, flags: set[str]) -> Iterator[_Edit]:
    """``k.i.l.l`` to ``kill``."""
    for run in _DOTTED.finditer(text):
        flags.add("spaced")
        for at in range(run.start() + 1, run.end(), 2):
            yield _Edit(at, at + 1, "")


def _spaces(text: str, _flags: set[str]) -> Iterator[_Edit]:
    """Runs of white space to one character: a line break where there was one, else a space."""
    for run in _SPACES.finditer(text):
        yield _Edit(run.start(), run.end(), "\n" if "\n" in run.group() else " ")


def _leet(text: str, flags: set[str]) -> Iterator[_Edit]:
    """Digits and signs that stand for letters inside words; ordinals and measures stay, unless leet is everywhere."""
    inside = sum(1 for _ in _INSIDE.finditer(text))
    if inside:
        flags.add("leet")
    dense = inside >= _LEAST_DENSE and inside > _DENSE * (text.count(" ") + 1)
    for word in (_LEET_ANY if dense else _LEET_WORD).finditer(text):
        after = text[word.end() : word.end() + 1]
        numbers_a_list = word.group().isdigit() and after in tuple(".):")
        addresses_mail = "@" in word.group() and after == "."
        if not numbers_a_list and not addresses_mail and (dense or not _MEASURE.fullmatch(word.group())):
            yield _Edit(word.start(), word.end(), word.group().translate(_LEET), one_to_one=True)


Normaliser = Callable[[str], Normalised]
NORMALISERS: dict[str, Normaliser] = {NORMALISER: normalise}
