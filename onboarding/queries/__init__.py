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
    companion_looked_at,
    latest_review,
    latest_run,
    open_applications,
    reviews_due,
    reviews_of_companion,
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
    "companion_looked_at",
    "latest_review",
    "latest_run",
    "open_applications",
    "reviews_due",
    "reviews_of_companion",
    "status_of",
    "tokens_over",
]
