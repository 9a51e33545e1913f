"""Whether a companion may rise: every criterion of the next tier, the grid of reviews, and the decision (10.3). Pure.

From the lowest tier it rises by the criteria of the exit from shadow mode, counted from its start at the tier, at any
time. A tier that the law's ``rising`` names is reached at a review, by a nomination with its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from tiers.rules import rise_words as words
from tiers.rules.compliance import compliance, corrected_compliance
from tiers.rules.criteria import constitutional_minimum, gi
from tiers.rules.evidence import Evidence
from tiers.rules.measuring import measure
from tiers.rules.readiness import readiness
from tiers.rules.rise_evidence import RiseEvidence
from tiers.rules.verdicts import Criterion, missing

RULE = "rise"
REVIEW, NOMINATION, MOVE = "review", "nomination", "move"
REVIEWED = "review_for_rise"


@dataclass(frozen=True)
class Rise:
    """A tier that was asked for, and how everything that it asks stands."""

    tier: str
    criteria: tuple[Criterion, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the required criteria that do not pass; none of them means that it may rise."""
        return tuple(it.name for it in missing(list(self.criteria)))


def judged(evidence: RiseEvidence, law: Law, tier: str) -> Rise:
    """How ``tier``, the next above the one it holds, stands open to it."""
    return Rise(tier, tuple(rise_criteria(evidence, law, tier)))


def rise_criteria(evidence: RiseEvidence, law: Law, tier: str) -> list[Criterion]:
    """Everything that ``tier`` asks of a companion of the tier below, each answered; required ones first."""
    watched = [words.review_done(evidence), words.no_monitoring(evidence)]
    if tier not in law.rising:
        return [*watched, *_exit(evidence, law, tier)]
    asked = law.rising[tier]
    found = replace(measure(evidence.bundle, law).evidence, start=evidence.tier_since, **vars(evidence.counted))
    return [
        words.days(evidence, law, tier),
        *_compliance(found, law, tier),
        gi(found, law, tier),
        constitutional_minimum(found, law, tier),
        words.battery(evidence, law, tier),
        words.no_grave_incident(evidence, law),
        *watched,
        words.nomination(evidence, law, tier),
        words.stewards(evidence, law, tier),
        *([words.endorsements(evidence, law, tier)] if asked.endorsements else []),
        *([words.invitation(evidence, law, tier)] if asked.invited else []),
    ]


def latest_review(tier_since: datetime, every: timedelta, at: datetime) -> datetime | None:
    """The last review that fell due by ``at``: whole periods after the tier began; None before the first."""
    passed = (at - tier_since) // every
    return tier_since + passed * every if passed > 0 else None


def next_review(tier_since: datetime, every: timedelta, at: datetime) -> datetime:
    """The first review that falls due after ``at``."""
    return tier_since + max((at - tier_since) // every + 1, 1) * every


def basis_of(evidence: RiseEvidence, tier: str, *, due_at: datetime | None = None) -> dict[str, Any]:
    """What a rise or a held review is decided from, as it is sealed; ``step`` is added with each of its decisions."""
    return {"rule": RULE, "tier": tier, "due_at": plain(due_at), "evidence": evidence.as_json()}


def reviewed(rise: Rise, due_at: datetime) -> dict[str, Any]:
    """The facts of a review's entry."""
    return {"tier": rise.tier, "due_at": due_at, "rose": not rise.missing, "missing": list(rise.missing)}


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  every rule is asked alike
    """The decision that this basis leads to: a review as it was held, the nomination's end, the companion's rise."""
    tier = basis["tier"]
    evidence = RiseEvidence.from_json(basis["evidence"])
    rise = judged(evidence, law, tier)
    if basis["step"] == REVIEW:
        return Derived(REVIEWED, None, plain(reviewed(rise, datetime.fromisoformat(basis["due_at"]))))
    if rise.missing:
        return Derived("stay", "open" if basis["step"] == NOMINATION else evidence.bundle.tier)
    if basis["step"] == NOMINATION:
        return Derived("promote", "promoted")
    facts = {"vote_weight": law.tiers[tier].vote_weight, "chambers": list(law.chambers_of(tier))}
    return Derived(f"rise_to_{tier}", tier, plain(facts))


def _exit(evidence: RiseEvidence, law: Law, tier: str) -> list[Criterion]:
    """The criteria of the exit, with clean time and scores from the start at the tier on."""
    bundle = replace(evidence.bundle, opened_at=max(evidence.bundle.opened_at, evidence.tier_since))
    found = replace(measure(bundle, law).evidence, start=evidence.tier_since, **vars(evidence.counted))
    return readiness(found, law, tier=tier)


def _compliance(found: Evidence, law: Law, tier: str) -> list[Criterion]:
    """Compliance by the law's gate, at the share that the tier asks; and corrected, where the law says so."""
    gate = replace(law.shadow.compliance, share=law.rising[tier].compliance)
    asking = replace(law, shadow=replace(law.shadow, compliance=gate))
    both = (compliance(found, asking), corrected_compliance(found, asking))
    return [replace(it, law=f"rising.{tier}.compliance") for it in (both if gate.corrected else both[:1])]
