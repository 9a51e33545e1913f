"""May this companion do this now: the permission table read for one question (spec 10.1, 10.2). Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.law import Law

COMPANION = "companion"


class Reason(StrEnum):
    """Why the answer is what it is; a code once published keeps its meaning."""

    ALLOWED = "allowed"
    UNKNOWN_SUBJECT_TYPE = "unknown_subject_type"
    UNKNOWN_COMPANION = "unknown_companion"
    UNKNOWN_OPERATION = "unknown_operation"
    REMOVED = "removed"
    RETIRED = "retired"
    HEALING_ONLY = "healing_only"
    WITHOUT_ENDPOINT = "without_endpoint"
    SUSPENDED = "suspended"
    FROZEN = "frozen"
    NOT_BEGUN = "not_begun"
    IN_SHADOW = "in_shadow"
    TIER_TOO_LOW = "tier_too_low"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the answer hangs on: how a companion stands. ``tier`` is empty before its first exit from shadow mode."""

    ref: str
    state: str
    tier: str
    frozen: bool = False
    returns_to: str = ""
    suspended_until: datetime | None = None
    has_endpoint: bool = True
    heals_only: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """The answer: why, where the companion stands, from which tier on the operation is, and what it obliges to."""

    reason: Reason
    subject: Subject | None
    state: str | None
    operation_tier: str | None
    obligations: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.reason is Reason.ALLOWED


def decide_access(subject: Subject | None, operation: str, *, law: Law, at: datetime, kind: str = COMPANION) -> Access:
    """Whether ``subject`` may do ``operation`` at ``at``; ``kind`` is what the caller says that it is.

    What is not known is refused, never guessed. Where several things stand against it, the most lasting one is named.
    """
    tier = law.tier_of(operation)
    state = None if subject is None else state_at(subject, at)
    reason = _against(kind, subject, state, tier, law=law) or Reason.ALLOWED
    obligations = law.obligations_of(operation) if reason is Reason.ALLOWED else ()
    return Access(reason, subject, state, tier, obligations)


def state_at(subject: Subject, at: datetime) -> str:
    """Its state at ``at``: a suspension is over when its time is, even before anybody came to write that down."""
    over = subject.suspended_until is not None and subject.suspended_until <= at
    return subject.returns_to if subject.state == "suspended" and over else subject.state


def _against(kind: str, subject: Subject | None, state: str | None, tier: str | None, *, law: Law) -> Reason | None:
    if kind != COMPANION:
        return Reason.UNKNOWN_SUBJECT_TYPE
    if subject is None:
        return Reason.UNKNOWN_COMPANION
    if tier is None:
        return Reason.UNKNOWN_OPERATION
    standing = _against_its_standing(subject, state)
    if standing is not None:
        return standing
    if subject.tier not in law.tiers or law.tiers[subject.tier].rung < law.tiers[tier].rung:
        return Reason.TIER_TOO_LOW
    return None


def _against_its_standing(subject: Subject, state: str | None) -> Reason | None:
    against = {
        Reason.REMOVED: state == "removed",
        Reason.RETIRED: state == "retired",
        Reason.HEALING_ONLY: subject.heals_only,
        Reason.WITHOUT_ENDPOINT: not subject.has_endpoint,
        Reason.SUSPENDED: state == "suspended",
        Reason.FROZEN: subject.frozen,
        Reason.NOT_BEGUN: state == "mounted",
        # Whatever else is not active is not counted: a state that this rule does not know opens nothing.
        Reason.IN_SHADOW: state != "active",
    }
    return next((reason for reason, holds in against.items() if holds), None)
