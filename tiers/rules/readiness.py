"""The exit from shadow mode: what is asked, how it stands, and the tier that follows (spec section 7). Pure."""

from charter.law import Law
from tiers.rules.compliance import compliance, corrected_compliance
from tiers.rules.criteria import (
    clean_days,
    constitutional_minimum,
    costs,
    coverage,
    gi,
    looked_at,
    positive_review,
    self_assessment,
)
from tiers.rules.evidence import Evidence
from tiers.rules.rates import agreement, error_ceiling, error_target, latency
from tiers.rules.verdicts import Criterion, missing


def readiness(evidence: Evidence, law: Law, *, tier: str = "standard") -> list[Criterion]:
    """Every criterion for leaving shadow mode at ``tier``; required ones first."""
    return [
        clean_days(evidence, law),
        looked_at(evidence),
        coverage(evidence, law),
        compliance(evidence, law),
        corrected_compliance(evidence, law),
        error_ceiling(evidence, law),
        latency(evidence, law.onboarding.latency_p95_below, required=True),
        gi(evidence, law, tier),
        constitutional_minimum(evidence, law, tier),
        positive_review(evidence),
        latency(evidence, law.shadow.latency_p95_target, required=False),
        error_target(evidence, law),
        agreement(evidence, law),
        self_assessment(evidence),
        *costs(evidence),
    ]


def tier_at_exit(evidence: Evidence, law: Law) -> str | None:
    """The tier at which it may leave now: standard, research with a lower GI, or None while something is missing."""
    for tier in ("standard", "research"):
        if not missing(readiness(evidence, law, tier=tier)):
            return tier
    return None
