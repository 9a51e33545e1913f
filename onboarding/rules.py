"""How an application is judged: which way its findings send it, what it is called, when it is due. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from charter.law import Law

MAX_NAME = 32
NAMELESS = "MODEL"
# Only its provider can serve the token: until the deadline that may still come, afterwards a steward may waive it.
SERVED_BY_THE_PROVIDER = "control"
PASS, FAIL, INCONCLUSIVE, WAIVER_ASKED = "pass", "fail", "inconclusive", "waiver_asked"


@dataclass(frozen=True)
class Found:
    """What a named check found: ``outcome`` is pass, fail, inconclusive or waiver_asked; ``measured`` has no floats."""

    check: str
    required: bool
    outcome: str
    reason: str = ""
    detail: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)


class Course(Enum):
    """Where a round of checks sends the application."""

    GO_ON = "go on"
    GIVE_BACK = "give back"
    TRY_AGAIN = "try again"


def course_of(findings: Iterable[Found], *, overdue: bool) -> Course:
    """A failed required check gives it back; an inconclusive one is tried again until the deadline (spec 4.2)."""
    outcomes = {found.outcome for found in findings if found.required}
    if FAIL in outcomes:
        return Course.GIVE_BACK
    return Course.TRY_AGAIN if INCONCLUSIVE in outcomes and not overdue else Course.GO_ON


def at_the_deadline(found: Found) -> Found:
    """A token that was never served ends as a waiver asked of the steward, not as a failure (spec 4.3)."""
    unserved = found.check == SERVED_BY_THE_PROVIDER and found.outcome == INCONCLUSIVE
    return replace(found, outcome=WAIVER_ASKED) if unserved else found


def waived_rightly(asked: Collection[str], waived: Collection[str]) -> list[str]:
    """What is wrong with waiving ``waived`` where ``asked`` did not pass, in sentences; empty means nothing."""
    missing, needless = sorted(set(asked) - set(waived)), sorted(set(waived) - set(asked))
    said = []
    if missing:
        said.append(f"To approve means to waive these checks by name: {', '.join(missing)}.")
    if needless:
        said.append(f"These checks need no waiver: {', '.join(needless)}.")
    return said


@dataclass(frozen=True)
class Deadlines:
    """When each review of an application is due."""

    compatibility: datetime
    constitutional: datetime
    steward: datetime


def deadlines(law: Law, *, since: datetime) -> Deadlines:
    """The deadlines of what was submitted, or handed in again, at ``since`` (spec 4.1)."""
    onboarding = law.onboarding
    return Deadlines(
        compatibility=since + onboarding.compatibility_within,
        constitutional=since + onboarding.constitutional_within,
        steward=since + onboarding.steward_within,
    )


def companion_name(model_name: str, *, provider: str, reserved: Collection[str]) -> str:
    """The name part of a companion's id: upper-case, runs outside A-Z0-9 as ``_``, at most 32 characters (spec 4.6).

    A shipped name, also one with a number, goes behind its provider's: ``ATLAS`` of your-org is ``YOUR_ORG_ATLAS``.
    """
    name = _spelled(model_name) or NAMELESS
    if not _is_reserved(name, reserved):
        return name
    brought_by = _spelled(provider)[: MAX_NAME - len(name) - 1].strip("_") or NAMELESS
    return f"{brought_by}_{name}"[:MAX_NAME].rstrip("_")


def _spelled(text: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")[:MAX_NAME].rstrip("_")


def _is_reserved(name: str, reserved: Collection[str]) -> bool:
    return re.sub(r"(?:_[0-9]+)+$", "", name) in reserved
