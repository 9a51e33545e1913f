"""Finding what speaks to the judge in an answer."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from charter.detectors.injection.sentences import FOUND, HEARD, Found, fold, sentences, worth_weighing
from charter.detectors.injection.speech import likeness
from charter.detectors.injection.verdicts import forged
from charter.detectors.injection.weighing import NOTHING, all_kinds, weigh
from charter.scoring.context import Context

_SURELY_HEARD = -0.5
_NEVER_HEARD = -6.8
_ASKED_FOR = 3
_LEAST_QUOTED = 4
_LEAST_FRAME = 2
_FRAME = 160
_ASKS_FOR_A_MARK = re.compile(
    r"\b(?:rat(?:e|ing)|scor(?:e|ing)|grad(?:e|ing)|evaluat\w+|judg\w+|verdict|classif\w+|rubric|moderat\w+|critique|"
    r"review)\b",
    re.IGNORECASE,
)


def asks_for_a_mark(prompt: str) -> bool:
    """Whether the asker wants something judged, so that marks and verdicts may be the answer."""
    return bool(_ASKS_FOR_A_MARK.search(prompt))


@lru_cache(maxsize=4)
def found(text: str, prompt: str = "") -> tuple[Found, ...]:
    """Every passage of ``text`` that speaks to the judge, in order and apart."""
    asked = asks_for_a_mark(prompt)
    said = _unquoted(text)
    spoken = [_narrowed(said, hit) for hit in _weighed(fold(said), _ASKED_FOR if asked else 0)]
    shaped = [] if asked and not spoken else list(forged(said))
    hits = sorted(spoken + shaped, key=lambda hit: (hit.start, hit.end))
    joined: list[Found] = []
    for hit in hits:
        if joined and hit.start < joined[-1].end:
            last = joined.pop()
            hit = Found(last.start, max(last.end, hit.end), max(last.points, hit.points))  # noqa: PLW2901
        joined.append(hit)
    return tuple(joined)


def _unquoted(text: str) -> str:
    """The text with blanks for quotations of several words that a sentence in the same line introduces."""
    if not any(mark in text for mark in _MARKS):
        return text
    parts: list[str] = []
    done = 0
    for start, end in Context(text).quotations:
        if start < done or len(text[start:end].split()) < _LEAST_QUOTED:
            continue
        frame = text[max(0, start - _FRAME) : start].rpartition("\n")[2] + text[end : end + _FRAME].partition("\n")[0]
        if text[start] == ">" or len(frame.split()) >= _LEAST_FRAME:
            parts += (text[done:start], " " * (end - start))
            done = end
    return "".join((*parts, text[done:]))


_MARKS = ('"', "“", "«", "'", ">")


def _weighed(folded: str, dearer: int) -> list[Found]:
    spans = list(sentences(folded))
    weights = [_weight(folded, start, end, dearer) for start, end in spans]
    hits = [
        Found(start, end, weight - dearer)
        for (start, end), weight in zip(spans, weights, strict=True)
        if weight >= HEARD + dearer
    ]
    found_at = {hit.start for hit in hits}
    for (first, one), (second, other) in pairwise(zip(spans, weights, strict=True)):
        if min(one, other) > NOTHING and not found_at & {first[0], second[0]}:
            both = weigh(folded[first[0] : second[1]].strip())
            if both > FOUND + dearer:
                hits.append(Found(first[0], second[1], FOUND))
    return hits


_PART = re.compile(r"(?<=[\w)\]*]) (?=[A-Z\[<*#])|[,;:] |-- |\n")
_LEAST_CUT_OFF = 25


def _narrowed(text: str, hit: Found) -> Found:
    """The hit without what stands before it in its sentence: its latest part that weighs as much."""
    for part in reversed(list(_PART.finditer(text, hit.start + _LEAST_CUT_OFF, hit.end))):
        if weigh(fold(text[part.end() : hit.end]).strip()) >= hit.points:
            return Found(part.end(), hit.end, hit.points)
    return hit


def _weight(folded: str, start: int, end: int, dearer: int) -> int:
    """The points of a sentence; of one that no rule finds but that sounds like speech to the judge, ``HEARD``."""
    if not worth_weighing(folded, start, end):
        return NOTHING
    sentence = folded[start:end].strip()
    weight = weigh(sentence)
    if weight >= FOUND + dearer:
        return weight
    if not dearer and _heard(sentence):
        return HEARD + dearer
    return min(weight, HEARD + dearer - 1)


def _heard(sentence: str) -> bool:
    """Whether a sentence sounds like speech to the judge; its words alone rule most out cheaply."""
    if likeness(sentence, frozenset()) < _NEVER_HEARD:
        return False
    return likeness(sentence, all_kinds(sentence)) > _SURELY_HEARD
