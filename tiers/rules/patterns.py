"""What shows only in many answers: a rate below the law's, or the same suspicion again and again (10.5). Pure.

Neither is an offence: each opens an incident that waits for a steward.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from tiers.rules.intervals import wilson_high

RULE = "pattern"
RATE, PATTERN = "rate", "pattern"
RATE_RULE = "rate.compliance"
OPEN, JOIN = "open_incident", "join"
LONGEST_RULE = 80
SEVERITIES = ("low", "medium", "high", "critical")
RATE_SEVERITY = "medium"
# What is made of single answers; a pattern is no part of another pattern.
OF_ANSWERS = frozenset({"veto", "low_score"})


@dataclass(frozen=True)
class Rated:
    """Scored and compliant answers of the whole buckets in [``since``, ``until``)."""

    since: datetime
    until: datetime
    scored: int
    compliant: int


@dataclass(frozen=True)
class Before:
    """The last incident of the same rule: its state, and until when it was seen."""

    state: str
    seen_until: datetime


@dataclass(frozen=True)
class Suspected:
    """An incident of single answers that is open or cleared."""

    ref: str
    severity: str
    opened_at: datetime


def is_below_rate(rated: Rated, law: Law) -> bool:
    """Whether compliance lies below the law's rate beyond doubt: its upper bound does, over enough answers."""
    if rated.scored < law.offences.rate_n_least:
        return False
    high = wilson_high(rated.compliant, rated.scored, law.offences.rate_confidence)
    return high is not None and high < law.offences.rate


def rate_step(rated: Rated, before: Before | None, law: Law) -> str | None:
    """Open an incident, join the one that is there, or nothing.

    One fault, one incident: what is seen within the law's time of the last one joins it, and whatever a steward made
    of that one, answers that it was about open no other.
    """
    if not is_below_rate(rated, law):
        return None
    if before is None:
        return OPEN
    if before.state == "open":
        return JOIN
    if before.state == "confirmed" and rated.until - before.seen_until <= law.offences.joined_within:
        return JOIN
    return OPEN if rated.since >= before.seen_until else None


def pattern_of(found: Iterable[Suspected], *, named_until: datetime | None, law: Law, at: datetime) -> list[Suspected]:
    """The suspicions that make a pattern, the oldest first; empty where they are too few.

    Those that an earlier pattern named, which was opened at ``named_until``, are not named again.
    """
    since = at - law.offences.pattern_over
    fresh = [it for it in found if since < it.opened_at <= at and (named_until is None or it.opened_at > named_until)]
    enough = len(fresh) >= law.offences.pattern_n_least
    return sorted(fresh, key=lambda it: (it.opened_at, it.ref)) if enough else []


def gravest(found: Iterable[Suspected]) -> str:
    """The gravest severity among them."""
    return max((it.severity for it in found), key=SEVERITIES.index)


def rate_basis(rated: Rated, before: Before | None) -> dict[str, Any]:
    """What an incident about a rate rests on."""
    told = plain(vars(rated)), plain(vars(before)) if before else None
    return {"rule": RULE, "step": RATE, "rated": told[0], "before": told[1]}


def pattern_basis(rule: str, found: Iterable[Suspected], *, named_until: datetime | None) -> dict[str, Any]:
    """What an incident about a pattern rests on: the suspicions of one rule, by number."""
    told = [plain(vars(it)) for it in found]
    return {"rule": RULE, "step": PATTERN, "of": rule, "found": told, "named_until": plain(named_until)}


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:
    """The incident that this basis opens; to stay where it opens none."""
    if basis["step"] == RATE:
        facts = {"kind": RATE, "severity": RATE_SEVERITY, "rule": RATE_RULE}
        return Derived(OPEN, "open", facts) if _rate(basis, law) == OPEN else Derived("stay", None)
    named = basis["named_until"]
    found = [Suspected(**{**it, "opened_at": datetime.fromisoformat(it["opened_at"])}) for it in basis["found"]]
    made = pattern_of(found, named_until=datetime.fromisoformat(named) if named else None, law=law, at=at)
    if not made:
        return Derived("stay", None)
    return Derived(OPEN, "open", {"kind": PATTERN, "severity": gravest(made), "rule": pattern_rule(basis["of"])})


def pattern_rule(rule: str) -> str:
    """The name under which an incident about a pattern of ``rule`` stands; no longer than a rule may be."""
    return f"{PATTERN}.{rule}"[:LONGEST_RULE]


def _rate(basis: Mapping[str, Any], law: Law) -> str | None:
    told, before = basis["rated"], basis["before"]
    times = {name: datetime.fromisoformat(told[name]) for name in ("since", "until")}
    last = Before(before["state"], datetime.fromisoformat(before["seen_until"])) if before else None
    return rate_step(Rated(**{**told, **times}), last, law)
