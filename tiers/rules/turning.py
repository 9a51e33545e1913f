"""Which way, and by how few uncertain answers turning, the verdict on compliance would be another. Pure."""

from dataclasses import dataclass, replace

from charter.law import Law
from tiers.rules.compliance import compliance, corrected_compliance
from tiers.rules.evidence import Evidence
from tiers.rules.verdicts import Verdict


@dataclass(frozen=True)
class Turn:
    """The verdict changes once ``answers`` that count as compliant (``down``), or that do not, count otherwise."""

    down: bool
    answers: int


def turn_of(evidence: Evidence, law: Law, *, passing: int, failing: int) -> Turn | None:
    """The least number of uncertain answers whose turning changes the gate's verdict; None where all together cannot.

    ``passing`` uncertain answers count as compliant and ``failing`` as not. The share of compliant answers only rises
    or falls with each turn, so each way is searched by halves; of two ways the shorter one is told, and at equal length
    the one that would take a pass away.
    """
    ways = [
        Turn(down=down, answers=least)
        for down, most in ((True, passing), (False, failing))
        if (least := _least(evidence, law, down=down, most=most))
    ]
    return min(ways, key=lambda it: (it.answers, not it.down), default=None)


def _least(evidence: Evidence, law: Law, *, down: bool, most: int) -> int | None:
    now = _verdict(evidence, law, 0)
    sign = -1 if down else 1
    if most < 1 or _verdict(evidence, law, sign * most) is now:
        return None
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if _verdict(evidence, law, sign * middle) is now:
            low = middle + 1
        else:
            high = middle
    return low


def _verdict(evidence: Evidence, law: Law, turned: int) -> Verdict:
    """What the gate that counts says if so many answers more (or, below 0, fewer) comply."""
    otherwise = replace(evidence, compliant=evidence.compliant + turned)
    gate = corrected_compliance if law.shadow.compliance.corrected else compliance
    return gate(otherwise, law).verdict
