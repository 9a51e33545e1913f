"""What faces and machines ask of this room: single applications, what is due, and the whole picture of one."""

from onboarding.queries.applications import (
    BadToken,
    application_by_token,
    application_called,
    applications_due,
    applications_submitted,
    attestation_of,
    check_runs_due,
    checks_to_waive,
    latest_review,
    latest_run,
    open_applications,
    reviews_due,
    tokens_over,
)
from onboarding.queries.status import CheckShown, ReviewShown, Status, status_of

__all__ = [
    "BadToken",
    "CheckShown",
    "ReviewShown",
    "Status",
    "application_by_token",
    "application_called",
    "applications_due",
    "applications_submitted",
    "attestation_of",
    "check_runs_due",
    "checks_to_waive",
    "latest_review",
    "latest_run",
    "open_applications",
    "reviews_due",
    "status_of",
    "tokens_over",
]
