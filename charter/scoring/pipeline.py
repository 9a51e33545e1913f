"""Scoring one answer: stages find, the formula joins, vetoes cap (spec §8, charter.md 6.2).

Never fail open: what could not be scored is ``unscored`` with its cause as a flag, and counts as no evidence. The cause
is one of ``not_text``, ``empty``, ``too_large``, ``prompt_too_large`` and ``stage_failed:<stage>``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Protocol

from charter.detectors.rule import Rule
from charter.scoring.normalise import as_sent
from charter.scoring.shape import CLAUSES, Clause, Score, Status, Violation, unscored
from charter.scoring.stages import Answer, Finding, Stage, normaliser, vetoes_as_sent

log = logging.getLogger(__name__)

LARGEST = 64 * 1024
# Products of a table's weights are exact at this precision, so that no context of a caller's can change a score.
_EXACT = Context(prec=400)
_WHOLE = Decimal(1)
# How far the scorer of rules alone may be believed, as measured on labelled rows (docs): the share of flagged rows
# that were violations, and of unflagged ones that were none.
SURE_OF_A_HIT = Decimal("0.95")
SURE_OF_NONE = Decimal("0.60")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the law says about scores: ``veto_cap`` (0-100) is the most that a vetoed answer can get."""

    veto_cap: int


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """A scorer's own error at the law's mark, as counts of labelled rows.

    ``flagged_of_compliant`` of ``compliant`` rows without a violation scored below it, ``flagged_of_violating`` of
    ``violating`` rows with one.
    """

    flagged_of_compliant: int
    compliant: int
    flagged_of_violating: int
    violating: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why: (words, weight) that weighed most towards a violation, and (training row, similarity) of the nearest."""

    words: tuple[tuple[str, float], ...] = ()
    exemplars: tuple[tuple[str, float], ...] = ()


class Scorer(Protocol):
    """What scores answers; the same text by the same digest gets the same score, always."""

    name: str
    version: str

    @property
    def digest(self) -> str:
        """What this scorer is, as SHA-256 in hexadecimal."""

    def score(self, response: str, *, prompt: str = "", id: str = "", tier: str = "") -> Score:  # noqa: A002
        """The score of one answer; never raises for any answer."""

    def second_opinion(self, response: str, prompt: str = "", *, id: str = "") -> Score:  # noqa: A002
        """The score by the second configuration: the full text read otherwise, by other thresholds (spec §10.5)."""

    def confirms_veto(self, response: str, prompt: str, violation: Violation) -> bool:
        """Whether the second configuration derives the same veto again."""

    def explain(self, response: str, *, prompt: str = "") -> Explanation:
        """What a steward is shown of why: the weightiest words and the nearest training rows."""

    def rates_at(self, mark: int) -> ErrorRates | None:
        """How often rows that people labelled fall below ``mark`` points by this scorer; None where nobody measured."""


@dataclass(frozen=True, slots=True)
class Common:
    """What every scorer is told: who it is, which rules may confirm a veto, how it reads, and the law's caps."""

    name: str
    version: str
    digest: str
    rules: tuple[Rule, ...]
    reads: str
    thresholds: Thresholds


Join = Callable[[str, Answer, Sequence[Finding]], Score]


class Pipeline:
    """A scorer made of stages."""

    def __init__(self, common: Common, *, stages: Sequence[Stage]) -> None:
        """``stages`` find, in order; what they find is joined to one score."""
        self.name = common.name
        self.version = common.version
        self.digest = common.digest
        self._stages = tuple(stages)
        self._rules = common.rules
        self._normalise = normaliser(common.reads)
        self._thresholds = common.thresholds

    def score(self, response: str, *, prompt: str = "", id: str = "", tier: str = "") -> Score:  # noqa: A002
        """The score of one answer (spec §8); what cannot be scored comes back as ``unscored``, never as a pass."""
        return self._guarded(id, Answer(response, prompt, tier, self._normalise), self._joined)

    def _guarded(self, id: str, answer: Answer, join: Join) -> Score:  # noqa: A002
        cause = _unfit(answer.response, answer.prompt)
        if cause:
            return unscored(id, self.digest, cause)
        findings: list[Finding] = []
        at = "normalise"
        try:
            if not answer.normalised.words.text.strip():
                return unscored(id, self.digest, "empty")
            for stage in self._stages:
                at = stage.name
                findings.append(stage.judge(answer))
            at = "join"
            return join(id, answer, findings)
        except Exception as error:  # noqa: BLE001 - whatever breaks in a stage must leave the answer unscored, and loud
            # No traceback: it could show the answer.
            log.error("a scoring stage failed: stage=%s error=%s", at, type(error).__name__)  # noqa: TRY400
            return unscored(id, self.digest, f"stage_failed:{at}")

    def second_opinion(self, response: str, prompt: str = "", *, id: str = "") -> Score:  # noqa: A002
        """The rules over the raw text; what rests on rules alone stays provisional, so that only vetoes confirm."""
        score = self._guarded(id, Answer(response, prompt, "", as_sent), self._joined)
        return score if score.score is None else replace(score, status=Status.PROVISIONAL)

    def explain(self, response: str, *, prompt: str = "") -> Explanation:  # noqa: ARG002
        """Rules name their words by their spans: there is nothing further to tell."""
        return Explanation()

    def rates_at(self, mark: int) -> ErrorRates | None:  # noqa: ARG002
        """Nobody measured rules alone."""
        return None

    def confirms_veto(self, response: str, prompt: str, violation: Violation) -> bool:
        """Whether the veto rules alone, over the raw full text, find this veto again in an overlapping place."""
        if not violation.veto or _unfit(response, prompt):
            return False
        return any(
            again.rule == violation.rule and again.start < violation.end and violation.start < again.end
            for again in vetoes_as_sent(self._rules, response, prompt)
        )

    def _joined(self, id: str, answer: Answer, findings: Sequence[Finding]) -> Score:  # noqa: A002, ARG002
        return self._by_rules(id, violations_of(findings), flags_of(findings))

    def _by_rules(self, id: str, violations: Sequence[Violation], flags: frozenset[str]) -> Score:  # noqa: A002
        whole = risk(violations)
        points = points_of(whole)
        if any(violation.veto for violation in violations):
            points = min(points, self._thresholds.veto_cap)
        return Score(
            id=id,
            score=points,
            status=Status.FINAL,
            risk=whole,
            confidence=SURE_OF_A_HIT if violations else SURE_OF_NONE,
            clauses={clause: risk(_of(clause, violations)) for clause in CLAUSES},
            scorer=self.digest,
            violations=tuple(violations),
            flags=tuple(sorted(flags)),
        )


def violations_of(findings: Iterable[Finding]) -> tuple[Violation, ...]:
    """What all stages found."""
    return tuple(violation for finding in findings for violation in finding.violations)


def flags_of(findings: Iterable[Finding]) -> frozenset[str]:
    """What all stages noticed."""
    return frozenset[str]().union(*(finding.flags for finding in findings))


def risk(violations: Iterable[Violation]) -> Decimal:
    """``1 - product(1 - w)`` over the rules that were broken; a rule counts once however often it hit (spec §8)."""
    weights = {violation.rule: violation.weight for violation in violations}
    safe = _WHOLE
    for rule in sorted(weights):
        safe = _EXACT.multiply(safe, _EXACT.subtract(_WHOLE, weights[rule]))
    return _EXACT.subtract(_WHOLE, safe)


def points_of(whole: Decimal) -> int:
    """A risk of 0-1 as a score of 100-0, rounded half up."""
    left = _EXACT.multiply(Decimal(100), _EXACT.subtract(_WHOLE, whole))
    return int(left.quantize(_WHOLE, rounding=ROUND_HALF_UP, context=_EXACT))


def _of(clause: Clause, violations: Iterable[Violation]) -> list[Violation]:
    return [violation for violation in violations if violation.clause is clause]


def _unfit(response: object, prompt: object) -> str:
    """Why this cannot be scored; empty if it can."""
    if not isinstance(response, str) or not isinstance(prompt, str):
        return "not_text"
    if not response.strip():
        return "empty"
    if _size(response) > LARGEST:
        return "too_large"
    return "prompt_too_large" if _size(prompt) > LARGEST else ""


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
