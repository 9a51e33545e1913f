"""Compliance, as it was counted and as it is when the scorer's own error is taken out; the law says which one gates."""

from decimal import Decimal

from charter.law import ComplianceGate, Law
from charter.scoring.pipeline import ErrorRates
from faces.figures.amounts import percent
from tiers.rules.correction import Violations, answers_for, violations
from tiers.rules.evidence import Evidence, share_of
from tiers.rules.intervals import clean_samples_for, wilson_high, wilson_low
from tiers.rules.verdicts import Criterion, Verdict


def compliance(evidence: Evidence, law: Law) -> Criterion:
    """Share of scored answers at or above the law's mark, judged by the law's gate unless the corrected one gates."""
    gate = law.shadow.compliance
    confidence = law.shadow.confidence
    n, good = evidence.scored, evidence.compliant
    value, low, high = share_of(good, n), wilson_low(good, n, confidence), wilson_high(good, n, confidence)
    verdict = Verdict.INCONCLUSIVE
    if value is not None and low is not None and high is not None and n >= gate.n_least:
        if gate.gate == "point":
            verdict = Verdict.PASS if value >= gate.share else Verdict.FAIL
        elif gate.gate == "wilson":
            verdict = Verdict.PASS if low >= gate.share else Verdict.FAIL if high < gate.share else Verdict.INCONCLUSIVE
    more = None
    if verdict is Verdict.INCONCLUSIVE:
        more = max(clean_samples_for(gate.share, confidence, failures=n - good), gate.n_least) - n
    return Criterion(
        name="compliance",
        verdict=verdict,
        value=value,
        threshold=gate.share,
        n=n,
        low=low,
        high=high,
        more=max(more, 1) if more is not None else None,
        required=not gate.corrected,
        why=f"{good} of {n} scored answers reach {law.scoring.compliant_at}; {evidence.unscored} could not be scored."
        + (" Shown: the corrected share gates." if gate.corrected else ""),
        law="shadow.compliance",
    )


def corrected_compliance(evidence: Evidence, law: Law) -> Criterion:
    """The same without the scorer's own error (charter design 6.5); it gates where the law says so."""
    gate = law.shadow.compliance
    n, flagged = evidence.scored, evidence.scored - evidence.compliant
    found = violations(flagged, n, evidence.rates, law.shadow.confidence)
    verdict = judged(found, n, gate)
    more = None
    if verdict is Verdict.INCONCLUSIVE and found is not None:
        asked = answers_for(flagged, evidence.rates, law.shadow.confidence, below=1 - gate.share)
        more = None if asked is None else max(max(asked, gate.corrected_n_least) - n, 1)
    return Criterion(
        name="compliance, corrected for the scorer's error",
        verdict=verdict,
        value=None if found is None else 1 - found.share,
        threshold=gate.share,
        n=n,
        low=None if found is None else 1 - found.high,
        high=None if found is None else 1 - found.low,
        more=more,
        required=gate.corrected,
        why=_told(flagged, n, evidence.rates, found),
        law="shadow.compliance",
    )


def judged(found: Violations | None, n: int, gate: ComplianceGate) -> Verdict:
    """Passed when the interval of violations ends below what the law allows, failed when it begins above.

    A sequence is not judged in this release, and what is undefined or rests on too few answers is inconclusive.
    """
    allowed = 1 - gate.share
    if found is None or n < gate.corrected_n_least or gate.gate == "sequence":
        return Verdict.INCONCLUSIVE
    if found.high < allowed:
        return Verdict.PASS
    return Verdict.FAIL if found.low > allowed else Verdict.INCONCLUSIVE


def _told(flagged: int, n: int, rates: ErrorRates | None, found: Violations | None) -> str:
    """The correction in one sentence, with the counts that it rests on."""
    if rates is None or not rates.compliant or not rates.violating:
        return "Nobody measured how often this scorer errs, so its error cannot be taken out."
    counts = (
        f"The scorer flags {_of(rates.flagged_of_compliant, rates.compliant)} of compliant and "
        f"{_of(rates.flagged_of_violating, rates.violating)} of violating rows that people labelled"
    )
    if n == 0:
        return f"{counts}; nothing is scored yet."
    if found is None:
        return f"{counts}: it does not tell the two apart, so its error cannot be taken out."
    return (
        f"{percent(Decimal(flagged) / n)} of the answers are flagged. {counts}: that is {percent(found.share)} "
        f"violations ({percent(found.low)} to {percent(found.high)})."
    )


def _of(count: int, whole: int) -> str:
    return f"{percent(Decimal(count) / whole)} ({count} of {whole})"
