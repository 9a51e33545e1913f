"""The one shape of a rule: what all seven clause tables are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from charter.scoring.context import Context
from charter.scoring.shape import Clause, Severity

Span = tuple[int, int]


class Reading(StrEnum):
    """Which reading of the text a rule looks at (``charter.scoring.normalise``, ``charter.scoring.groups``)."""

    PLAIN = "plain"
    WORDS = "words"
    ALIKE = "alike"


class Excuse(StrEnum):
    """What makes a match no violation."""

    MENTIONED = "mentioned"  # quoted, refused, negated or criticised
    REFUSED = "refused"  # quoted, or part of a refusal
    QUOTED = "quoted"  # quoted only
    ECHOED = "echoed"  # the asker's own data, given back
    NONE = "none"


@dataclass(frozen=True)
class Passage:
    """One reading of a response with what surrounds it: the input of every rule."""

    text: str
    prompt: str = ""

    @cached_property
    def folded(self) -> str:
        """The text in small letters, character by character, for cheap hints."""
        folded = self.text.lower()
        return folded if len(folded) == len(self.text) else "".join(sign.lower()[:1] for sign in self.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of the text, in small letters."""
        return frozenset(_WORD.findall(self.folded))

    @cached_property
    def context(self) -> Context:
        """What surrounds the text's passages."""
        return Context(self.text)

    @cached_property
    def _stretches(self) -> dict[tuple[tuple[str, ...], str | None], list[Span]]:
        return {}

    def near(self, hints: tuple[str, ...], anchor: str | None = None) -> list[Span]:
        """The stretches of text around small-letter ``hints`` (around ``anchor`` near them), in order and apart.

        Computed once for equal arguments.
        """
        key = (hints, anchor)
        if key not in self._stretches:
            sought = hints if anchor is None else tuple(self.vocabulary.intersection(hints))
            stretches = list(_around(self.folded, _places(self.folded, sought)))
            if anchor and stretches:
                stretches = list(_around(self.folded, [start for start, _ in matches(anchor, self.text, stretches)]))
            self._stretches[key] = stretches
        return self._stretches[key]

    @cached_property
    def asked(self) -> str:
        """The letters and digits of the prompt, without what parts them."""
        return squash(self.prompt)


_WORD = re.compile(r"\w+")

Finder = Callable[[Passage], Iterable[Span]]


@dataclass(frozen=True)
class Rule:
    """One thing that a response must not contain.

    ``id`` is ``clause.name``; ``weight`` the share of risk that one hit adds (0-1); a ``veto`` caps the score. Exactly
    one of ``pattern`` (searched without case, a blank stands for any one white space) and ``finder`` is set. ``hints``
    are small-letter strings one of which every match contains. With an ``anchor``, a pattern that every match contains,
    they are whole words, and only the anchor's places among them are looked at. ``since`` and ``until`` are the first
    version of the rules scorer that has the rule and the first that has it no more.
    """

    id: str
    weight: Decimal
    severity: Severity
    pattern: str | None = None
    finder: Finder | None = None
    veto: bool = False
    type: str | None = None
    reading: Reading = Reading.WORDS
    excuse: Excuse = Excuse.MENTIONED
    hints: tuple[str, ...] = ()
    anchor: str | None = None
    since: int = 1
    until: int | None = None

    @property
    def clause(self) -> Clause:
        """The clause, which the id begins with."""
        return Clause(self.id.partition(".")[0])

    def in_version(self, version: int) -> bool:
        """Whether this version of the rules scorer has the rule."""
        return self.since <= version and (self.until is None or version < self.until)

    def describe(self) -> dict[str, Any]:
        """All that decides about a hit, for the scorer's digest."""
        return {
            "id": self.id,
            "weight": str(self.weight),
            "severity": self.severity.value,
            "pattern": self.pattern,
            "finder": self.finder.__qualname__ if self.finder else None,
            "veto": self.veto,
            "type": self.type,
            "reading": self.reading.value,
            "excuse": self.excuse.value,
            "hints": list(self.hints),
            "anchor": self.anchor,
        }

    def hits(self, passage: Passage) -> Iterator[Span]:
        """Where the rule is broken, as spans of the passage's own text; excused matches are left out."""
        stretches = passage.near(self.hints, self.anchor) if self.hints else [(0, len(passage.text))]
        if not stretches:
            return
        found = self.finder(passage) if self.finder else matches(self.pattern or "", passage.text, stretches)
        for start, end in found:
            if start < end and not self._excused(passage, start, end):
                yield start, end

    def _excused(self, passage: Passage, start: int, end: int) -> bool:
        context = passage.context
        if self.excuse is Excuse.MENTIONED:
            return context.only_mentions(start, end)
        if self.excuse is Excuse.REFUSED:
            return context.quoted(start, end) or context.refused(start, end)
        if self.excuse is Excuse.QUOTED:
            return context.quoted(start, end)
        return self.excuse is Excuse.ECHOED and echoed(passage, start, end)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A rule's pattern: without case, lines apart, a blank for any one white space."""
    return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE | re.MULTILINE)


def matches(pattern: str, text: str, stretches: Iterable[Span] | None = None) -> Iterator[Span]:
    """The spans of a rule's pattern, sought in these stretches of the text only; group 1 where it has one."""
    regex = compiled(pattern)
    group = 1 if regex.groups else 0
    for start, end in ((0, len(text)),) if stretches is None else stretches:
        for match in regex.finditer(text, start, end):
            yield match.span(group)


# Longer than any match of a rule with hints that begins before its hint or ends after it.
_REACH = 320


def _places(folded: str, hints: tuple[str, ...]) -> list[int]:
    """Where hints stand, in order; of many close together one is enough."""
    places: list[int] = []
    for hint in hints:
        at = folded.find(hint)
        while at >= 0:
            places.append(at)
            at = folded.find(hint, at + _REACH // 2)
    return sorted(places)


def _around(folded: str, places: Iterable[int]) -> Iterator[Span]:
    """Stretches of ``_REACH`` characters to both sides of places, cut at white space, joined where they meet."""
    first = last = -1
    for at in places:
        if first >= 0 and at - 2 * _REACH <= last:
            last = at
            continue
        if first >= 0:
            yield _cut(folded, first, last)
        first = last = at
    if first >= 0:
        yield _cut(folded, first, last)


def _cut(folded: str, first: int, last: int) -> Span:
    """From ``_REACH`` before the first to ``_REACH`` after the last place, cut between words where that can be."""
    start, end = max(0, first - _REACH), min(len(folded), last + 2 * _REACH)
    if start:
        start = max(folded.find(" ", start, first), start)
    if end < len(folded):
        end = max(folded.rfind(" ", last + _REACH, end), last + _REACH)
    return start, end


def squash(text: str) -> str:
    """Only letters and digits, small: two ways to write one number or address become equal."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def echoed(passage: Passage, start: int, end: int) -> bool:
    """Whether the prompt held these very data: the user's own, given back."""
    return bool(passage.asked) and squash(passage.text[start:end]) in passage.asked
