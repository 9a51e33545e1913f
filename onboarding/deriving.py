"""The machines' decisions about an application, each derived from what it rests on: when taken, and when replayed.

Pure. The sentinel's verdict is derived in ``onboarding.sentinel.deriving``, beside what it is made of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived
from onboarding.rules import FAIL, INCONCLUSIVE, WAIVER_ASKED, Course, Found, at_the_deadline, course_of

BEGINNING, CHECKS, UNUSED = "application.beginning", "application.checks", "application.unused"


@dataclass(frozen=True)
class Checked:
    """A round of checks, judged at one time: where it sends the application, and the findings as they count then."""

    course: Course
    findings: list[Found]

    @property
    def failed(self) -> list[str]:
        return sorted(found.check for found in self.findings if found.required and found.outcome == FAIL)

    @property
    def not_passed(self) -> list[str]:
        open_ended = (INCONCLUSIVE, WAIVER_ASKED)
        return sorted(found.check for found in self.findings if found.required and found.outcome in open_ended)


def checked(findings: Sequence[Found], *, due_at: datetime | None, at: datetime) -> Checked:
    """Judge a round at ``at``: from ``due_at`` on nothing is tried again."""
    overdue = due_at is not None and due_at <= at
    counted = [at_the_deadline(found) if overdue else found for found in findings]
    return Checked(course_of(counted, overdue=overdue), counted)


def beginning_basis(submitted_at: datetime) -> dict[str, Any]:
    """What beginning the checks rests on: that it was submitted."""
    return {"rule": BEGINNING, "submitted_at": plain(submitted_at)}


def checks_basis(findings: Sequence[Found], *, due_at: datetime | None) -> dict[str, Any]:
    """What the end of a round rests on: outcomes and reasons, no words about the candidate."""
    told = [{name: value for name, value in asdict(found).items() if name != "detail"} for found in findings]
    return {"rule": CHECKS, "due_at": plain(due_at), "findings": plain(told)}


def unused_basis(expires_at: datetime | None) -> dict[str, Any]:
    """What the end of an approval rests on: until when its token could be used."""
    return {"rule": UNUSED, "expires_at": plain(expires_at)}


def is_over(expires_at: datetime | None, at: datetime) -> bool:
    """Whether an onboarding token can be used no more."""
    return expires_at is not None and at >= expires_at


def replay_beginning(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """Whatever was submitted by now is handed to the machines."""
    if datetime.fromisoformat(basis["submitted_at"]) > at:
        return Derived("stay", "submitted")
    return Derived("begin_checking", "checking")


def replay_checks(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """On to the sentinel, back to its provider, or nowhere yet."""
    due_at = datetime.fromisoformat(basis["due_at"]) if basis["due_at"] else None
    found = checked([Found(**row) for row in basis["findings"]], due_at=due_at, at=at)
    if found.course is Course.GIVE_BACK:
        return Derived("give_back", "returned", {"failed": found.failed})
    if found.course is Course.GO_ON:
        return Derived("pass_checks", "sentinel_review", {"not_passed": found.not_passed})
    return Derived("stay", "checking")


def replay_unused(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:  # noqa: ARG001  asked alike
    """An approval ends with its token."""
    expires_at = datetime.fromisoformat(basis["expires_at"]) if basis["expires_at"] else None
    return Derived("expire", "withdrawn") if is_over(expires_at, at) else Derived("stay", "approved")
