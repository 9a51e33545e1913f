"""Criteria that are rates of calls: errors, answers in time, agreement with peers. Pure."""

from datetime import timedelta
from decimal import Decimal

from charter.law import Law
from tiers.rules.evidence import Evidence, seconds_of, share_of
from tiers.rules.intervals import clean_samples_for, wilson_high, wilson_low
from tiers.rules.verdicts import Criterion, Verdict

# What "p95" means: the share of answers that keep the time, and how surely.
P95 = Decimal("0.95")


def error_ceiling(evidence: Evidence, law: Law) -> Criterion:
    """The ceiling is kept when the interval's upper end lies below it, and broken when the lower end lies above."""
    return _errors(
        evidence,
        law,
        threshold=law.shadow.error_ceiling,
        name="error rate (ceiling)",
        required=True,
        where="shadow.error_ceiling",
    )


def error_target(evidence: Evidence, law: Law) -> Criterion:
    return _errors(
        evidence,
        law,
        threshold=law.shadow.error_target,
        name="error rate (target)",
        required=False,
        where="shadow.error_target",
    )


def latency(evidence: Evidence, threshold: timedelta, *, required: bool) -> Criterion:
    """Whether 95 of 100 answers keep the time, judged as the rate that it is; the interval of the p95 is shown."""
    p95 = evidence.latency_p95
    kept = p95.within_ceiling if required else p95.within_target
    low, high = (bound(kept, p95.n, P95) for bound in (wilson_low, wilson_high))
    verdict = judged(low, high, P95)
    more = clean_samples_for(P95, P95, failures=p95.n - kept) - p95.n if verdict is Verdict.INCONCLUSIVE else None
    return Criterion(
        name="p95 latency (ceiling)" if required else "p95 latency (target)",
        verdict=verdict,
        value=p95.value,
        threshold=seconds_of(threshold),
        unit="seconds",
        n=p95.n,
        high=p95.high,
        more=max(more, 1) if more is not None else None,
        required=required,
        at_least=False,
        why=f"{kept} of {p95.n} answers came in time; 95 of 100 are asked.",
        law="onboarding.latency_p95_below" if required else "shadow.latency_p95_target",
    )


def agreement(evidence: Evidence, law: Law) -> Criterion:
    n, good, asked = evidence.compared, evidence.agreed, law.shadow.agreement_target
    low, high = wilson_low(good, n, law.shadow.confidence), wilson_high(good, n, law.shadow.confidence)
    return Criterion(
        name="agreement with peers (target)",
        verdict=judged(low, high, asked),
        value=share_of(good, n),
        threshold=asked,
        n=n,
        low=low,
        high=high,
        required=False,
        why="How often it answers as its peers do, on the same question.",
        law="shadow.agreement_target",
    )


def _errors(evidence: Evidence, law: Law, *, threshold: Decimal, name: str, required: bool, where: str) -> Criterion:
    n, bad, confidence = evidence.calls, evidence.errors, law.shadow.confidence
    low, high = wilson_low(bad, n, confidence), wilson_high(bad, n, confidence)
    verdict = Verdict.INCONCLUSIVE
    if low is not None and high is not None:
        verdict = Verdict.PASS if high <= threshold else Verdict.FAIL if low > threshold else Verdict.INCONCLUSIVE
    more = None
    if verdict is Verdict.INCONCLUSIVE:
        more = max(clean_samples_for(1 - threshold, confidence, failures=bad) - n, 1)
    return Criterion(
        name=name,
        verdict=verdict,
        value=share_of(bad, n),
        threshold=threshold,
        n=n,
        low=low,
        high=high,
        more=more,
        required=required,
        at_least=False,
        why=f"{bad} of {n} questions and self-checks ended in an error of the model's.",
        law=where,
    )


def judged(low: Decimal | None, high: Decimal | None, asked: Decimal) -> Verdict:
    """A rate is proven, disproven or open by the ends of its interval."""
    if low is None or high is None:
        return Verdict.INCONCLUSIVE
    return Verdict.PASS if low >= asked else Verdict.FAIL if high < asked else Verdict.INCONCLUSIVE
