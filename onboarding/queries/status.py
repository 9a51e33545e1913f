"""One application as its provider and its steward see it: the same for API and pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.queries import Told, history
from onboarding.models import Application, Finding, SentinelReview
from onboarding.queries.applications import checks_to_waive, latest_review, latest_run
from onboarding.rules import Deadlines

CHALLENGE_PATH = "/.well-known/masl-challenge/"


@dataclass(frozen=True)
class CheckShown:
    """A check with its finding; ``waived`` by name in the approval."""

    name: str
    required: bool
    outcome: str
    reason: str
    detail: str
    measured: dict[str, Any]
    found_at: datetime
    waived: bool


@dataclass(frozen=True)
class ReviewShown:
    """The sentinel's verdict with its reasons and numbers."""

    verdict: str
    is_positive: bool
    reasons: list[str]
    numbers: dict[str, Any]
    given_at: datetime | None


@dataclass(frozen=True)
class Status:
    """Everything about one application but persons and secrets."""

    application: Application
    challenge_url: str
    deadlines: Deadlines
    checks: list[CheckShown]
    checking_since: datetime | None
    to_waive: list[str]
    review: ReviewShown | None
    reasons: list[str]
    history: list[Told]
    token_ends_at: datetime | None

    @property
    def state(self) -> str:
        return str(self.application.state)


def status_of(application: Application) -> Status:
    """The whole picture of ``application``; ``reasons`` are those of the decision that it rests in now."""
    run, review = latest_run(application), latest_review(application)
    told = history([(application.subject_kind, application.subject_ref)])
    return Status(
        application=application,
        challenge_url=f"{application.endpoint.origin}{CHALLENGE_PATH}{application.challenge}",
        deadlines=application.deadlines,
        checks=[_check(found, application) for found in run.findings.all()] if run else [],
        checking_since=run.started_at if run else None,
        to_waive=checks_to_waive(application),
        review=_review(review) if review else None,
        reasons=[told[0].reason] if told and told[0].reason else [],
        history=told,
        token_ends_at=application.token.expires_at,
    )


def _check(found: Finding, application: Application) -> CheckShown:
    return CheckShown(
        name=found.check_name,
        required=found.required,
        outcome=found.outcome,
        reason=found.reason,
        detail=found.detail,
        measured=found.measured,
        found_at=found.found_at,
        waived=found.check_name in application.waived,
    )


def _review(review: SentinelReview) -> ReviewShown:
    return ReviewShown(
        verdict=review.verdict,
        is_positive=review.is_positive,
        reasons=review.reasons,
        numbers=review.numbers,
        given_at=review.finished_at,
    )
