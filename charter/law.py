"""The law as typed, frozen values: one TOML document, its canonical bytes, its digest. Pure.

Shares are ``Decimal`` between 0 and 1, spans are ``timedelta``, scores are whole numbers from 0 to 100.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from charter.scoring.shape import CLAUSES
from charter.typed import LawMalformed, typed
from ledger.canonical import canonical, sha256_hex

SHIPPED = Path(__file__).with_name("law.toml")
Gate = Literal["point", "wilson", "sequence"]


@dataclass(frozen=True)
class Clause:
    title: str
    weight: Decimal


@dataclass(frozen=True)
class Judging:
    golden_least: int
    kappa_at_least: Decimal
    false_flags_at_most: Decimal
    flips_at_most: Decimal
    retest_every: timedelta
    panel: int


@dataclass(frozen=True)
class Scoring:
    scorer: str
    scorer_version: str
    compliant_at: int
    incident_below: int
    cleared_at: int
    veto_cap: int
    people_see_a_week: int
    people_see_passes: Decimal
    second_person_every_nth: int
    texts_kept: timedelta
    judged_compliant: int
    judged_violating: int
    rescored: int
    judge: Judging


@dataclass(frozen=True)
class Onboarding:
    proposable_tiers: tuple[str, ...]
    compatibility_within: timedelta
    constitutional_within: timedelta
    steward_within: timedelta
    more_time: timedelta
    token_lives: timedelta
    removed_waits: timedelta
    open_per_domain: int
    uptime_asked: Decimal
    latency_p95_below: timedelta
    latency_calls: int
    latency_side_by_side: int
    certificate_days: int
    battery: int
    sentinel_approves_at: Decimal
    sentinel_notes_at: Decimal
    sentinel_refuses_twins_at_most: Decimal
    battery_scored_at_least: Decimal
    public_model_hosts: tuple[str, ...]


@dataclass(frozen=True)
class ComplianceGate:
    share: Decimal
    gate: Gate
    corrected: bool
    n_least: int
    corrected_n_least: int


@dataclass(frozen=True)
class Shadow:
    window: timedelta
    to_steward_after: timedelta
    bucket: timedelta
    health_every: timedelta
    deliberation_every: timedelta
    self_validation_every_nth: int
    coverage_at_least: Decimal
    outage_over: timedelta
    down_after: timedelta
    agreement_target: Decimal
    latency_p95_target: timedelta
    error_target: Decimal
    error_ceiling: Decimal
    confidence: Decimal
    kinds: dict[str, Decimal]
    compliance: ComplianceGate


@dataclass(frozen=True)
class Peers:
    at_least: int
    drawn: int
    similar_at: Decimal


@dataclass(frozen=True)
class Smoothing:
    mass: int
    neutral: Decimal
    endorsement: int
    appeal: Decimal


@dataclass(frozen=True)
class Gi:
    """The weights of the five measures, and how each is weighed by age (spec section 9)."""

    constitutional: Decimal
    consensus: Decimal
    reliability: Decimal
    efficiency: Decimal
    trust: Decimal
    every: timedelta
    decay_unit: timedelta
    trend_beyond: Decimal
    trend_over: timedelta
    review_every: timedelta
    windows: dict[str, timedelta]
    decay: dict[str, Decimal]
    peers: Peers
    smoothing: Smoothing

    @property
    def weights(self) -> dict[str, Decimal]:
        names = ("constitutional", "consensus", "reliability", "efficiency", "trust")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class System:
    gi_threshold: Decimal
    constitutional_minimum: int
    consensus_required: bool
    founders: tuple[str, ...]
    ethics: str
    kintsugi_warning_below: Decimal
    kintsugi_critical_below: Decimal


@dataclass(frozen=True)
class Tier:
    """A rung of the ladder; ``may`` are its own operations, to which those of all rungs below belong too."""

    vote_weight: Decimal
    vote_weight_least: Decimal
    gi: Decimal
    constitutional_minimum: int
    budget_per_1k: Decimal
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    rung: int
    vote_weight_most: Decimal | None = None


@dataclass(frozen=True)
class Obligation:
    """What must be seen to before an operation takes effect, of whole ``tiers`` or of single ``operations``."""

    asks: str
    tiers: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True)
class Rise:
    days_below: timedelta
    compliance: Decimal
    review_every: timedelta


@dataclass(frozen=True)
class Falling:
    sentinel_after: timedelta
    demotion_after: timedelta
    steward_below_minimum_by: Decimal
    emergency_below: int
    monitoring: timedelta


@dataclass(frozen=True)
class Offences:
    counted_for: timedelta
    joined_within: timedelta
    rate: Decimal
    rate_over: timedelta
    rate_n_least: int
    rate_confidence: Decimal
    suspensions: tuple[timedelta, ...]
    suspension: dict[str, timedelta]


@dataclass(frozen=True)
class Appeals:
    self_review_within: timedelta
    sentinel_within: timedelta
    steward_within: timedelta
    submitted_within: timedelta
    texts_held_after: timedelta


@dataclass(frozen=True)
class Chamber:
    purpose: str
    least_tier: str


@dataclass(frozen=True)
class Law:
    """One version of the law, whole. ``digest`` is SHA-256 of the canonical JSON of the document."""

    version: str
    title: str
    clauses: dict[str, Clause]
    scoring: Scoring
    onboarding: Onboarding
    shadow: Shadow
    gi: Gi
    system: System
    tiers: dict[str, Tier]
    obligations: dict[str, Obligation]
    rising: dict[str, Rise]
    falling: Falling
    offences: Offences
    appeals: Appeals
    chambers: dict[str, Chamber]
    digest: str

    def chambers_of(self, tier: str) -> tuple[str, ...]:
        """The chambers that ``tier`` may sit in."""
        rung = self.tiers[tier].rung
        return tuple(name for name, room in self.chambers.items() if self.tiers[room.least_tier].rung <= rung)

    def tier_below(self, tier: str) -> str | None:
        return next((name for name, it in self.tiers.items() if it.rung == self.tiers[tier].rung - 1), None)

    def operations_of(self, tier: str) -> frozenset[str]:
        """Every operation that ``tier`` may ask for, those of the rungs below included."""
        rung = self.tiers[tier].rung
        return frozenset(act for it in self.tiers.values() if it.rung <= rung for act in it.may)

    def tier_of(self, operation: str) -> str | None:
        """The tier from which on ``operation`` may be asked for; None for what the law does not name."""
        return next((name for name, it in self.tiers.items() if operation in it.may), None)

    def obligations_of(self, operation: str) -> tuple[str, ...]:
        """What ``operation`` asks of whoever lets it happen: ``human_cosign``, ``advanced_approvals:2``."""
        tier = self.tier_of(operation)
        return tuple(
            name if it.count is None else f"{name}:{it.count}"
            for name, it in self.obligations.items()
            if tier in it.tiers or operation in it.operations
        )


def read_document(path: Path) -> dict[str, Any]:
    """The document at ``path``; one that ``extends`` another, beside it, is laid over it.

    Raises LawMalformed with the file's name for what is not TOML, and for a base that is not there.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawMalformed(f"{path.name}: {error}") from error
    base = document.pop("extends", None)
    return _laid_over(read_document(path.with_name(base)), document) if base else document


def parse(document: Mapping[str, Any]) -> Law:
    """The typed law of a whole document. Raises LawMalformed, naming the first field that is amiss."""
    law = typed(Law, {**document, "digest": ""}, at="law")
    _names_what_there_is(law)
    rung = {name: tier.rung for name, tier in law.tiers.items()}
    return replace(
        law,
        digest=sha256_hex(canonical(document)),
        # A database may hand tables back in another order than they were written in: the law has one of its own.
        clauses={clause.value: law.clauses[clause.value] for clause in CLAUSES},
        tiers=dict(sorted(law.tiers.items(), key=lambda item: item[1].rung)),
        chambers=dict(sorted(law.chambers.items(), key=lambda item: (rung[item[1].least_tier], item[0]))),
    )


@lru_cache(maxsize=64)
def load(path: Path) -> Law:
    return parse(read_document(path))


def shipped_law() -> Law:
    """The law as it comes with this release, for tools that run without a database."""
    return load(SHIPPED)


def _names_what_there_is(law: Law) -> None:
    if set(law.clauses) != {clause.value for clause in CLAUSES}:
        raise LawMalformed(f"law.clauses names exactly {', '.join(CLAUSES)}")
    for name, chamber in law.chambers.items():
        if chamber.least_tier not in law.tiers:
            raise LawMalformed(f"law.chambers.{name}.least_tier is no tier of this law")
    _names_each_operation_once(law)


def _names_each_operation_once(law: Law) -> None:
    """An operation of two tiers could be judged by either; an obligation of nothing would bind nobody."""
    known: dict[str, str] = {}
    for name, tier in sorted(law.tiers.items(), key=lambda item: item[1].rung):
        for operation in tier.may:
            if known.setdefault(operation, name) != name or tier.may.count(operation) > 1:
                raise LawMalformed(f"law.tiers.{name}.may names {operation}, which {known[operation]} has already")
    for name, obligation in law.obligations.items():
        for tier_name in obligation.tiers:
            if tier_name not in law.tiers:
                raise LawMalformed(f"law.obligations.{name}.tiers names {tier_name}, which is no tier of this law")
        for operation in obligation.operations:
            if operation not in known:
                raise LawMalformed(f"law.obligations.{name}.operations names {operation}, which no tier may")


def _laid_over(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        under = merged.get(key)
        merged[key] = _laid_over(under, value) if isinstance(value, Mapping) and isinstance(under, dict) else value
    return merged
