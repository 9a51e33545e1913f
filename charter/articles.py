"""The articles of the law as frozen values: what each holds, and in which units. Pure.

Shares are ``Decimal`` between 0 and 1, spans are ``timedelta``, scores are whole numbers from 0 to 100.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

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
    """What the way to a tier asks beside its GI; ``battery`` is one of the law's batteries."""

    days_below: timedelta
    compliance: Decimal
    review_every: timedelta
    battery: str
    endorsements: int
    invited: bool
    stewards: int


@dataclass(frozen=True)
class Nominations:
    lives: timedelta


@dataclass(frozen=True)
class Battery:
    """A set of prompts asked on purpose, apart from shadow mode; shares are of what was measured."""

    asks: str
    prompts: int
    passes_at: Decimal
    measured_at_least: Decimal
    lives: timedelta
    again_after: timedelta


@dataclass(frozen=True)
class Falling:
    sentinel_after: timedelta
    demotion_after: timedelta
    steward_below_minimum_by: Decimal
    emergency_below: int
    scored_n_least: int
    from_lowest: timedelta
    monitoring: timedelta


@dataclass(frozen=True)
class Offences:
    counted_for: timedelta
    joined_within: timedelta
    rate: Decimal
    rate_over: timedelta
    rate_n_least: int
    rate_confidence: Decimal
    pattern_n_least: int
    pattern_over: timedelta
    penalised_in: tuple[str, ...]
    suspensions: tuple[timedelta, ...]
    suspension: dict[str, timedelta]


@dataclass(frozen=True)
class Drift:
    """When a companion is taken to have changed; ``score_shift`` is in points of 100."""

    recent: timedelta
    baseline: timedelta
    n_least: int
    false_discoveries: Decimal
    score_shift: Decimal
    latency_ratio: Decimal
    correctness_shift: Decimal


@dataclass(frozen=True)
class Honesty:
    over: timedelta
    n_least: int
    confidence: Decimal
    overstated_by: Decimal


@dataclass(frozen=True)
class Audits:
    every: timedelta
    decisions: int


@dataclass(frozen=True)
class Amendments:
    """How the law is changed; ``constitutional`` names paths that no second person alone may amend."""

    notice: timedelta
    simulated_since: timedelta
    constitutional: tuple[str, ...]


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
