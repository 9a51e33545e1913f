"""The machines' decisions about judges and scorers, derived from what they rest on: when taken, when replayed. Pure.

A judge is admitted, refused or dropped by what its trial counted; one in office is dropped by known cases that it
judged otherwise than before; a scorer's trial ends with what its report counts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from charter.judging.admission import KAPPA_PLACES, Tally, shortcomings
from charter.judging.canaries import sings
from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived

JUDGE_TRIAL, CANARY, SCORER_TRIAL = "judge.trial", "judge.canary", "scorer.trial"
ADMITTED, DROPPED, REFUSED = "admitted", "dropped", "refused"
OTHERWISE = "a known case was judged otherwise than before"
_COUNTS = ("compliant", "violating", "agreed", "false_flags", "undecided", "flips")


def trial_basis(found: Tally, *, in_office: bool) -> dict[str, Any]:
    """What a judge's admission rests on: the counts of its trial, and whether it judged until now."""
    counts = {name: getattr(found, name) for name in _COUNTS}
    return {"rule": JUDGE_TRIAL, **counts, "kappa": plain(found.kappa), "in_office": in_office}


def verdict_on_judge(why: Sequence[str], *, in_office: bool) -> str:
    """What becomes of a judge with these shortcomings."""
    if not why:
        return ADMITTED
    return DROPPED if in_office else REFUSED


def canary_basis(sung: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What dropping a judge in office rests on: each known case with people's verdict and its own, without texts."""
    return {"rule": CANARY, "canaries": [dict(each) for each in sung]}


def has_failed(sung: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one known case (``violates``, None where people's verdict is gone) got another verdict (``said``)."""
    return any(each["violates"] is None or not sings(each["said"], violates=each["violates"]) for each in sung)


def report_basis(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the end of a scorer's trial rests on: its report."""
    return {"rule": SCORER_TRIAL, "report": plain(report)}


def facts_of_report(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry tells of a report."""
    return {"answers": report["answers"], "moved": len(report["moved"]), "crossing": report["crossing"]["all"]}


def replay_judge_trial(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """Admitted, or not for these reasons."""
    kappa = None if basis["kappa"] is None else Decimal(basis["kappa"]).quantize(KAPPA_PLACES)
    found = Tally(**{name: basis[name] for name in _COUNTS}, kappa=kappa, rightly=())
    why = shortcomings(found, law.scoring.judge)
    facts = {"why": "; ".join(why)} if why else {}
    return Derived("test", verdict_on_judge(why, in_office=basis["in_office"]), facts)


def replay_canary(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """Out of office until it is tested again, or not."""
    if not has_failed(basis["canaries"]):
        return Derived("stay", ADMITTED)
    return Derived("test", DROPPED, {"why": OTHERWISE})


def replay_scorer_trial(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """All is read: what would change is counted."""
    return Derived("finish", "finished", facts_of_report(basis["report"]))
