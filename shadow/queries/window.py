"""Sums over a window of whole buckets, as values. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from shadow.sketch import Sketch


@dataclass(frozen=True)
class ProbeSums:
    """Sums of one kind of probe.

    ``expected`` = ``done`` + ``unknown``. ``errors`` are outcomes that count against the model (``throttled`` those of
    them that came within its declared limits). ``latency`` is of good answers whose latency was not void. ``cost`` is
    USD and stands against ``costed_tokens``.
    """

    expected: int = 0
    done: int = 0
    unknown: int = 0
    ok: int = 0
    errors: int = 0
    throttled: int = 0
    our_fault: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    costed_tokens: int = 0
    closed_asked: int = 0
    closed_correct: int = 0
    peers_compared: int = 0
    peers_agreed: int = 0
    down_ms: int = 0
    latency: Sketch = field(default_factory=Sketch)

    def __add__(self, other: Self) -> Self:
        return type(self)(**{it.name: getattr(self, it.name) + getattr(other, it.name) for it in fields(self)})

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class ScoreSums:
    """Sums of scores by one scorer; scores are 0-100.

    ``claimed`` counts the answers that the model scored itself too, ``claimed_sum`` its own scores of them and
    ``claimed_ours_sum`` ours. ``clause_risk_sums``: clause to the sum of risks in millionths.
    """

    scored: int = 0
    compliant: int = 0
    score_sum: int = 0
    unscored: int = 0
    vetoed: int = 0
    below_incident: int = 0
    claimed: int = 0
    claimed_sum: int = 0
    claimed_ours_sum: int = 0
    clause_risk_sums: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        summed: dict[str, Any] = {
            it.name: getattr(self, it.name) + getattr(other, it.name)
            for it in fields(self)
            if it.name != "clause_risk_sums"
        }
        clauses = {*self.clause_risk_sums, *other.clause_risk_sums}
        summed["clause_risk_sums"] = {
            clause: self.clause_risk_sums.get(clause, 0) + other.clause_risk_sums.get(clause, 0) for clause in clauses
        }
        return type(self)(**summed)


class _Readings:
    """What gates and GI read: a model's operations are its deliberations, so their sums stand at the top."""

    deliberation: ProbeSums
    health: ProbeSums
    self_validation: ProbeSums
    scores: ScoreSums

    @property
    def probes(self) -> tuple[ProbeSums, ProbeSums, ProbeSums]:
        return (self.deliberation, self.health, self.self_validation)

    @property
    def coverage(self) -> Decimal | None:
        """Share of all expected slots, of every probe, that were done; None where nothing was expected."""
        expected = sum(it.expected for it in self.probes)
        return Decimal(sum(it.done for it in self.probes)) / expected if expected else None

    @property
    def down_seconds(self) -> Decimal:
        """Seconds of failing in a row beyond the law's minutes."""
        return Decimal(sum(it.down_ms for it in self.probes)) / 1000

    expected = property(lambda self: self.deliberation.expected)
    done = property(lambda self: self.deliberation.done)
    unknown = property(lambda self: self.deliberation.unknown)
    ok = property(lambda self: self.deliberation.ok)
    errors = property(lambda self: self.deliberation.errors)
    throttled = property(lambda self: self.deliberation.throttled)
    latency = property(lambda self: self.deliberation.latency)
    input_tokens = property(lambda self: self.deliberation.input_tokens)
    output_tokens = property(lambda self: self.deliberation.output_tokens)
    tokens = property(lambda self: self.deliberation.tokens)
    cost = property(lambda self: self.deliberation.cost)
    costed_tokens = property(lambda self: self.deliberation.costed_tokens)
    closed_asked = property(lambda self: self.deliberation.closed_asked)
    closed_correct = property(lambda self: self.deliberation.closed_correct)
    peers_compared = property(lambda self: self.deliberation.peers_compared)
    peers_agreed = property(lambda self: self.deliberation.peers_agreed)
    scored = property(lambda self: self.scores.scored)
    compliant = property(lambda self: self.scores.compliant)
    score_sum = property(lambda self: self.scores.score_sum)
    unscored = property(lambda self: self.scores.unscored)
    vetoed = property(lambda self: self.scores.vetoed)
    below_incident = property(lambda self: self.scores.below_incident)
    claimed = property(lambda self: self.scores.claimed)
    claimed_sum = property(lambda self: self.scores.claimed_sum)
    claimed_ours_sum = property(lambda self: self.scores.claimed_ours_sum)


@dataclass(frozen=True)
class WindowSums(_Readings):
    """All sums of one companion over a window, by probe and by score."""

    deliberation: ProbeSums = field(default_factory=ProbeSums)
    health: ProbeSums = field(default_factory=ProbeSums)
    self_validation: ProbeSums = field(default_factory=ProbeSums)
    scores: ScoreSums = field(default_factory=ScoreSums)


@dataclass(frozen=True)
class BucketSums(_Readings):
    """The same for one bucket, which begins at ``bucket_at`` and is as long as the law says."""

    bucket_at: datetime
    deliberation: ProbeSums = field(default_factory=ProbeSums)
    health: ProbeSums = field(default_factory=ProbeSums)
    self_validation: ProbeSums = field(default_factory=ProbeSums)
    scores: ScoreSums = field(default_factory=ScoreSums)


def total_of(buckets: Iterable[BucketSums]) -> WindowSums:
    """The window that these buckets make up."""
    sums = WindowSums()
    for it in buckets:
        sums = WindowSums(
            deliberation=sums.deliberation + it.deliberation,
            health=sums.health + it.health,
            self_validation=sums.self_validation + it.self_validation,
            scores=sums.scores + it.scores,
        )
    return sums
