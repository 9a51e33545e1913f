"""A scored answer: its text cut at the scored words, so that a page can mark them and show the rule beside."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from faces.figures.amounts import coordinate

CLAUSE_WIDTH = 160
SEVERITIES = ("low", "medium", "high", "critical")


@dataclass(frozen=True)
class AnswerMark:
    """Words that lost points: ``start`` and ``end`` count code points of the text as sent (spec §8).

    A mark that spans nothing speaks of the whole answer and stands in the margin alone.
    """

    start: int
    end: int
    rule: str
    clause: str
    severity: str = "low"


@dataclass(frozen=True)
class ClauseBar:
    """The risk of one clause, 0-1; None where the scorer said nothing."""

    name: str
    risk: Decimal | None

    @property
    def filled(self) -> str:
        return coordinate(min(max(self.risk or Decimal(0), Decimal(0)), Decimal(1)) * CLAUSE_WIDTH)


@dataclass(frozen=True)
class Segment:
    """A run of text under the same marks: their numbers in the margin, the gravest severity."""

    text: str
    numbers: tuple[int, ...] = ()
    severity: str = ""
    ends: tuple[int, ...] = ()


@dataclass(frozen=True)
class MarkedAnswer:
    """An answer as plain text with its marks; ``text`` None where the raw text is gone (spec §10.7).

    ``score`` 0-100 or None (unscored); ``status`` final, provisional or unscored; ``scorer`` its name and digest.
    """

    text: str | None
    marks: tuple[AnswerMark, ...] = ()
    score: int | None = None
    status: str = "final"
    scorer: str = ""
    clauses: tuple[ClauseBar, ...] = ()
    prompt: str = ""
    clause_width: int = CLAUSE_WIDTH

    @property
    def segments(self) -> tuple[Segment, ...]:
        return segments_of(self.text or "", self.marks)


def segments_of(text: str, marks: tuple[AnswerMark, ...]) -> tuple[Segment, ...]:
    """Cut the text at every mark's edge; marks may overlap, and what reaches beyond the text is clamped."""
    spans = [(number, mark, *_clamped(mark, len(text))) for number, mark in enumerate(marks, start=1)]
    spans = [span for span in spans if span[2] < span[3]]
    edges = sorted({0, len(text), *(span[2] for span in spans), *(span[3] for span in spans)})
    segments = []
    for start, end in pairwise(edges):
        covering = [span for span in spans if span[2] <= start and end <= span[3]]
        numbers = tuple(span[0] for span in covering)
        ends = tuple(span[0] for span in covering if span[3] == end)
        segments.append(Segment(text[start:end], numbers, gravest(span[1].severity for span in covering), ends))
    return tuple(segments)


def gravest(severities: Iterable[str]) -> str:
    """The gravest of some severities; empty where there are none, ``low`` for words that we do not know."""
    known = [SEVERITIES.index(word) if word in SEVERITIES else 0 for word in severities]
    return SEVERITIES[max(known)] if known else ""


def _clamped(mark: AnswerMark, length: int) -> tuple[int, int]:
    return min(max(mark.start, 0), length), min(max(mark.end, 0), length)
