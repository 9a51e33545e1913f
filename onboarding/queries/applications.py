"""Applications, looked up."""

import uuid
from datetime import datetime

from django.db.models import F, Q, QuerySet

from onboarding.models import Application, Attestation, CheckRun, OnboardingToken, SentinelReview
from onboarding.models.application import IN_REVIEW, OPEN, State
from onboarding.rules import INCONCLUSIVE, WAIVER_ASKED
from registry import keys
from registry.models import Companion, Credential


class BadToken(LookupError):
    """An onboarding token that is unknown, spent, or, where it is to mount, over."""


def application_by_token(clear: str, *, at: datetime, to_mount: bool = False) -> Application:
    """The application that this onboarding token opens.

    It opens the status until the first use of the API key spends it; it mounts until its end besides. Raises BadToken.
    """
    if not (clear.startswith(keys.TOKEN_PREFIX) and keys.is_well_formed(clear)):
        raise BadToken
    token = OnboardingToken.objects.filter(sha256=keys.digest(clear)).first()
    if token is None or is_spent(token):
        raise BadToken
    if to_mount and (token.expires_at is None or token.expires_at <= at):
        raise BadToken
    return _whole().get(pk=token.application_id)


def is_spent(token: OnboardingToken) -> bool:
    """Whether the API key that the mount gave out was used."""
    if token.spent_at is not None:
        return True
    return Credential.objects.filter(companion__application__token=token, last_used_at__isnull=False).exists()


def application_called(public_id: str) -> Application:
    """The application ``app_<hex>``. Raises Application.DoesNotExist."""
    prefix, _, digits = public_id.partition("_")
    try:
        pk = uuid.UUID(hex=digits)
    except ValueError:
        raise Application.DoesNotExist(public_id) from None
    if prefix != "app" or pk.hex != digits:
        raise Application.DoesNotExist(public_id)
    return _whole().get(pk=pk)


def open_applications() -> QuerySet[Application]:
    """All that are not at an end, the most urgent first; those without deadline wait for their provider."""
    return _whole().filter(state__in=OPEN).order_by(F("due_at").asc(nulls_last=True), "submitted_at")


def applications_due(*, at: datetime) -> QuerySet[Application]:
    """In review past their deadline, and not yet shown as late."""
    late = Application.objects.filter(state__in=IN_REVIEW, due_at__lte=at, escalated_at=None)
    return late.order_by("due_at")


def tokens_over(*, at: datetime) -> QuerySet[Application]:
    """Approved, and the onboarding token ended unused."""
    return Application.objects.filter(state=State.APPROVED, token__expires_at__lte=at).order_by("token__expires_at")


def applications_submitted() -> QuerySet[Application]:
    """Those that wait for the machines to begin."""
    return Application.objects.filter(state=State.SUBMITTED).order_by("submitted_at")


def check_runs_due(*, at: datetime) -> QuerySet[CheckRun]:
    """Rounds of checks that nobody holds and whose time has come."""
    return CheckRun.objects.filter(_free(at), finished_at=None, next_try_at__lte=at).order_by("next_try_at")


def reviews_due(*, at: datetime) -> QuerySet[SentinelReview]:
    """Sentinel reviews that nobody holds and whose time has come."""
    return SentinelReview.objects.filter(_free(at), finished_at=None, next_try_at__lte=at).order_by("next_try_at")


def _free(at: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=at)


def latest_run(application: Application) -> CheckRun | None:
    return application.check_runs.order_by("-number").first()


def latest_review(application: Application) -> SentinelReview | None:
    """The newest review of the candidate that has come to its verdict."""
    rows = application.sentinel_reviews.filter(finished_at__isnull=False)
    if application.companion is not None:
        rows = rows.filter(started_at__lt=application.companion.created_at)
    return rows.order_by("-number").first()


def reviews_of_companion(companion: Companion) -> QuerySet[SentinelReview]:
    """The reviews for which the companion was looked at again, the newest first."""
    rows = SentinelReview.objects.filter(application__companion=companion, started_at__gte=companion.created_at)
    return rows.order_by("-number")


def companion_looked_at(review: SentinelReview, application: Application) -> Companion | None:
    """The companion that ``review`` looks at again; None for a candidate's, which began before the mount."""
    companion = application.companion
    return companion if companion is not None and review.started_at >= companion.created_at else None


def checks_to_waive(application: Application) -> list[str]:
    """Required checks of the latest round that did not pass: approving means to waive these by name."""
    run = latest_run(application)
    if run is None:
        return []
    unpassed = run.findings.filter(required=True, outcome__in=[WAIVER_ASKED, INCONCLUSIVE])
    return sorted(unpassed.values_list("check_name", flat=True))


def attestation_of(ref: str) -> Attestation:
    """The signed statement of the companion's mount. Raises Attestation.DoesNotExist."""
    return Attestation.objects.select_related("companion").get(companion__ref=ref)


def _whole() -> QuerySet[Application]:
    return Application.objects.select_related("law", "provider", "endpoint", "companion")
