"""Compliance, as it was counted and as it is when the scorer's own error is taken out; the law says which one gates."""

from decimal import Decimal

from charter.articles import ComplianceGate
from charter.law import Law
from charter.scoring.pipeline import ErrorRates
from faces.figures.amounts import percent
from tiers.rules.correction import Violations, answers_for, violations
from tiers.rules.evidence import Evidence, share_of
from tiers.rules.intervals import clean_samples_for, wilson_high, wilson_low
from tiers.rules.sequence import answers_for_sequence, sequence_proves
from tiers.rules.verdicts import Criterion, Verdict


def compliance(evidence: Evidence, law: Law) -> Criterion:
    """Share of scored answers at or above the law's mark, judged by the law's gate unless the corrected one gates."""
    gate = law.shadow.compliance
    confidence = law.shadow.confidence
    n, good = evidence.scored, evidence.compliant
    value, low, high = share_of(good, n), wilson_low(good, n, confidence), wilson_high(good, n, confidence)
    verdict = _counted(good, n, gate, confidence)
    more = None
    if verdict is Verdict.INCONCLUSIVE:
        more = max(_least_n(n - good, gate, confidence), gate.n_least) - n
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
        why=f"{good} of {n} scored answers{_since(evidence)} reach {law.scoring.compliant_at}; "
        f"{evidence.unscored} could not be scored."
        + (" It is judged by a bound that holds at every look; the interval is one look's." * (gate.gate == "sequence"))
        + (" Shown: the corrected share gates." if gate.corrected else ""),
        law="shadow.compliance",
    )


def _since(evidence: Evidence) -> str:
    return f" since {evidence.start:%Y-%m-%d %H:%M} UTC" if evidence.start else ""


def _counted(good: int, n: int, gate: ComplianceGate, confidence: Decimal) -> Verdict:
    """What the law's gate says of the counts: passed where the rate is proven, failed where its contrary is.

    Wilson's bounds and the mean hold for one look; a sequence's at every look at once, for its counts begin at a fixed
    start (``tiers.rules.sequence``).
    """
    low, high = wilson_low(good, n, confidence), wilson_high(good, n, confidence)
    if low is None or high is None or n < gate.n_least:
        return Verdict.INCONCLUSIVE
    if gate.gate == "point":
        return Verdict.PASS if Decimal(good) / n >= gate.share else Verdict.FAIL
    if gate.gate == "wilson":
        passed, failed = low >= gate.share, high < gate.share
    else:
        passed = sequence_proves(good, n, confidence, share=gate.share)
        failed = sequence_proves(n - good, n, confidence, share=1 - gate.share)
    return Verdict.PASS if passed else Verdict.FAIL if failed else Verdict.INCONCLUSIVE


def _least_n(failures: int, gate: ComplianceGate, confidence: Decimal) -> int:
    """How many answers would pass with no further failure."""
    if gate.gate == "sequence":
        return answers_for_sequence(failures, gate.share, confidence)
    return clean_samples_for(gate.share, confidence, failures=failures)


def corrected_compliance(evidence: Evidence, law: Law) -> Criterion:
    """The same without the scorer's own error (charter design 6.5); it gates where the law says so."""
    gate = law.shadow.compliance
    n, flagged = evidence.scored, evidence.scored - evidence.compliant
    found = violations(flagged, n, evidence.rates, law.shadow.confidence)
    verdict = judged(found, n, gate)
    more = None
    if verdict is Verdict.INCONCLUSIVE and found is not None and gate.gate != "sequence":
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
        why=_told(flagged, n, evidence.rates, found)
        + (" No sequence is corrected in this release: this is never passed." * (gate.gate == "sequence")),
        law="shadow.compliance",
    )


def judged(found: Violations | None, n: int, gate: ComplianceGate) -> Verdict:
    """Passed when the interval of violations ends below what the law allows, failed when it begins above.

    What is undefined or rests on too few answers is inconclusive. So is a corrected sequence: its bounds promise
    nothing once they are divided by error rates that are themselves in doubt, and leaving that doubt out would pass too
    much; ``charter.lint`` says so of such a law.
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
