"""The stages of a scorer: plug-ins with a name and a version, each of which leaves its own finding.

Each reads the same ``Answer``, returns a ``Finding`` of its own, and tells in ``describe`` all that decides about it,
for the scorer's digest. The rules are one; the fitted heads read what rules found, and so come after them
(``statistical``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from charter.detectors.rule import Passage, Reading, Rule
from charter.scoring.context import CONTEXT
from charter.scoring.groups import alike_mapped
from charter.scoring.normalise import NORMALISERS, Mapped, Normalised, Normaliser, as_sent
from charter.scoring.shape import Violation

MOST_SPANS = 20


@dataclass(frozen=True)
class Answer:
    """One answer on its way through the stages, read once for all of them."""

    response: str
    prompt: str
    tier: str
    normaliser: Normaliser

    @cached_property
    def normalised(self) -> Normalised:
        """The response with disguises undone."""
        return self.normaliser(self.response)

    @cached_property
    def asked(self) -> Normalised:
        """The prompt with disguises undone."""
        return self.normaliser(self.prompt)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one stage found: violations with spans of the text as sent, and flags."""

    violations: tuple[Violation, ...] = ()
    flags: frozenset[str] = field(default=frozenset())


class Stage(Protocol):
    """One step of scoring."""

    name: str

    def describe(self) -> Mapping[str, Any]:
        """All that decides about this stage's finding, as JSON values."""

    def judge(self, answer: Answer) -> Finding:
        """What this stage finds in the answer; pure."""


class RuleStage:
    """The clause tables over both readings of the text."""

    name = "rules"

    def __init__(self, rules: Sequence[Rule], *, normaliser: str) -> None:
        """``rules`` is one version's table; ``normaliser`` the version of the reading that it was measured on."""
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.normaliser = normaliser

    def describe(self) -> Mapping[str, Any]:
        """The table and the versions of what reads for it."""
        return {
            "stage": self.name,
            "normaliser": self.normaliser,
            "context": CONTEXT,
            "most_spans": MOST_SPANS,
            "rules": [rule.describe() for rule in self.rules],
        }

    def judge(self, answer: Answer) -> Finding:
        """Every rule's hits, at most ``MOST_SPANS`` for each, in order of place and rule."""
        read, asked = answer.normalised, answer.asked
        violations = list(found(self.rules, read, asked))
        flags = set(read.flags)
        if any(violation.rule.startswith(INJECTION) for violation in violations):
            flags.add("injection")
        if Passage(read.words.text).context.refuses:
            flags.add("refusal")
        return Finding(tuple(sorted(violations, key=_order)), frozenset(flags))


INJECTION = "transparency.judge_"


def found(rules: Sequence[Rule], read: Normalised, asked: Normalised) -> Iterator[Violation]:
    """Run rules over the readings that they ask for; spans lead back to the text as sent."""
    readings: dict[Reading, tuple[Mapped, Passage]] = {
        Reading.PLAIN: (read.plain, Passage(read.plain.text, asked.plain.text)),
        Reading.WORDS: (read.words, Passage(read.words.text, asked.words.text)),
    }
    alike = alike_mapped(read.words)
    readings[Reading.ALIKE] = (alike, Passage(alike.text, asked.words.text))
    for rule in rules:
        mapped, passage = readings[rule.reading]
        for start, end in islice(rule.hits(passage), MOST_SPANS):
            yield _violation(rule, *mapped.span(start, end))


def vetoes_as_sent(rules: Sequence[Rule], response: str, prompt: str) -> tuple[Violation, ...]:
    """What the veto rules alone find in the raw, full text: how a veto is derived again."""
    alone = [rule for rule in rules if rule.veto]
    return tuple(found(alone, as_sent(response), as_sent(prompt)))


def _violation(rule: Rule, start: int, end: int) -> Violation:
    return Violation(
        clause=rule.clause,
        rule=rule.id,
        severity=rule.severity,
        start=start,
        end=end,
        weight=rule.weight,
        type=rule.type,
        veto=rule.veto,
    )


def _order(violation: Violation) -> tuple[int, int, str]:
    return violation.start, violation.end, violation.rule


def normaliser(version: str) -> Normaliser:
    """The normaliser of a version; KeyError for one that never was."""
    return NORMALISERS[version]
