"""What the heads read of an answer: the whole, and what padding or packing would hide in it.

A violation of one sentence drowns in an answer of forty harmless ones. So further views are read, each by the same
heads, and the worst counts after its own handicap (``fusion``): what was packed in base64, what is left when sentences
that are said over and over are taken out, and the few sentences that weigh most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from charter.scoring.groups import alike
from charter.scoring.normalise import Mapped

VIEWS = "1"

_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*+")
_WORD = re.compile(r"\w+")
# A decoded run stands for far more characters than one; other undone disguises stand for a few.
_PACKED = 12
_LEAST_PACKED = 12
_REPEATED = 3
_LEAST_REPEATED = 0.3
LONG = 90
EXTRACT = 45


class Kind(StrEnum):
    """Which view of an answer; the whole is always read."""

    WHOLE = "whole"
    PACKED = "packed"
    UNREPEATED = "unrepeated"
    EXTRACT = "extract"


@dataclass(frozen=True, slots=True)
class View:
    """One text to read, names of groups made alike, and where in the reading its first and last character stand."""

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reading; ``key`` is equal for sentences that say the same."""

    start: int
    end: int
    key: str
    size: int


def sentences(text: str) -> list[Sentence]:
    """The sentences of ``text`` that hold a word, in order."""
    found = []
    for match in _SENTENCE.finditer(text):
        said = _WORD.findall(match.group().lower())
        if said:
            found.append(Sentence(match.start(), match.end(), " ".join(said), len(said)))
    return found


def views(reading: Mapped, weigh: Callable[[Sequence[str]], Sequence[float]]) -> list[View]:
    """The views of one reading, the whole first; ``weigh`` says how suspicious each of some sentences is."""
    text = reading.text
    found = [View(Kind.WHOLE, alike(text), 0, len(text))]
    found += _packed(reading)
    said = sentences(text)
    once = _unrepeated(said)
    if once:
        found.append(_of(Kind.UNREPEATED, text, once))
    if sum(sentence.size for sentence in said) > LONG:
        found.append(_of(Kind.EXTRACT, text, _weightiest(text, once or said, weigh)))
    return found


def without(reading: Mapped, spans: Sequence[tuple[int, int]]) -> Mapped:
    """A reading without what stands in ``spans`` of the text as sent, as words to the judge do."""
    if not spans:
        return reading
    kept = [
        at
        for at in range(len(reading.text))
        if not any(start < reading.ends[at] and reading.starts[at] < end for start, end in spans)
    ]
    return Mapped(
        "".join(reading.text[at] for at in kept),
        [reading.starts[at] for at in kept],
        [reading.ends[at] for at in kept],
    )


def _of(kind: Kind, text: str, chosen: Sequence[Sentence]) -> View:
    shown = " ".join(text[sentence.start : sentence.end].strip() for sentence in chosen)
    return View(kind, alike(shown), chosen[0].start, chosen[-1].end)


def _packed(reading: Mapped) -> list[View]:
    """Decoded runs: neighbouring characters that all stand for one long span of the text as sent."""
    found, start = [], 0
    starts, ends = reading.starts, reading.ends
    if isinstance(starts, range):
        return []
    for at in range(1, len(reading.text) + 1):
        if at < len(reading.text) and starts[at] == starts[start] and ends[at] == ends[start]:
            continue
        if at - start >= _LEAST_PACKED and ends[start] - starts[start] >= _PACKED:
            found.append(View(Kind.PACKED, alike(reading.text[start:at]), start, at))
        start = at
    return found


def _unrepeated(said: Sequence[Sentence]) -> list[Sentence]:
    """What is left without the sentences that stand there three times or more; empty if they are no large part."""
    times = Counter(sentence.key for sentence in said)
    often = [sentence for sentence in said if times[sentence.key] >= _REPEATED]
    if sum(sentence.size for sentence in often) < _LEAST_REPEATED * sum(sentence.size for sentence in said):
        return []
    return [sentence for sentence in said if times[sentence.key] < _REPEATED]


def _weightiest(
    text: str, said: Sequence[Sentence], weigh: Callable[[Sequence[str]], Sequence[float]]
) -> list[Sentence]:
    """The sentences that weigh most, in their order, up to about ``EXTRACT`` words; each is taken once."""
    different = list({sentence.key: sentence for sentence in reversed(said)}.values())[::-1]
    weights = weigh([alike(text[sentence.start : sentence.end]) for sentence in different])
    order = sorted(range(len(different)), key=lambda at: (-weights[at], at))
    chosen: list[Sentence] = []
    room = EXTRACT
    for at in order:
        if not chosen or different[at].size <= room:
            chosen.append(different[at])
            room -= different[at].size
        if room <= EXTRACT // 4:
            break
    return sorted(chosen, key=lambda sentence: sentence.start)
