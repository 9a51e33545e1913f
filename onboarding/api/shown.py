"""An application as JSON, in the wire's names."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings

from ledger.canonical import rfc3339
from ledger.queries import Told
from onboarding.actions import Submitted
from onboarding.models import Application
from onboarding.queries import Status, status_of


def status_url(application: Application) -> str:
    """The published address; our own word for where we are, never the request's."""
    return f"{settings.KAIZEN_PUBLIC_URL}/api/v1/onboard/applications/{application.public_id}"


def submitted_json(submitted: Submitted) -> dict[str, Any]:
    """The answer to an application: the token is in it once, and never again."""
    status = status_of(submitted.application)
    return {
        "applicationId": submitted.application.public_id,
        "status": status.state,
        "onboardingToken": submitted.token,
        "reviewDeadlines": _deadlines(status),
        "statusUrl": status_url(submitted.application),
        "challenge": _challenge(status),
    }


def status_json(application: Application) -> dict[str, Any]:
    """The whole picture, without persons and secrets."""
    status = status_of(application)
    return {
        "applicationId": application.public_id,
        "status": status.state,
        "modelName": application.model_name,
        "provider": application.provider.slug,
        "companionId": application.companion.ref if application.companion else None,
        "submittedAt": _time(application.submitted_at),
        "resubmittedAt": _time(application.resubmitted_at),
        "dueAt": _time(application.due_at),
        "escalatedAt": _time(application.escalated_at),
        "reviewDeadlines": _deadlines(status),
        "statusUrl": status_url(application),
        "challenge": _challenge(status),
        "checks": [_named(check, found_at=check.found_at) for check in status.checks],
        "checksToWaive": status.to_waive,
        "sentinel": _named(status.review, given_at=status.review.given_at) if status.review else None,
        "reasons": status.reasons,
        "slugIsAnothers": application.slug_is_anothers,
        "shadowNeedsReview": application.shadow_needs_review,
        "onboardingTokenEndsAt": _time(status.token_ends_at),
        "law": {"version": application.law.version, "sha256": application.law.digest},
        "endpointVersion": application.endpoint.version,
        "application": application.body,
        "history": [_told(one) for one in status.history],
    }


def _deadlines(status: Status) -> dict[str, str]:
    return {name: rfc3339(at) for name, at in asdict(status.deadlines).items()}


def _challenge(status: Status) -> dict[str, str]:
    return {"url": status.challenge_url, "token": status.application.challenge}


def _time(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _named(shown: Any, **times: datetime | None) -> dict[str, Any]:
    """A dataclass by the wire's names, its times as text."""
    told = asdict(shown) | {name: _time(at) for name, at in times.items()}
    return {_camel(name): value for name, value in told.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _told(one: Told) -> dict[str, Any]:
    return {
        "decisionId": one.decision_id,
        "index": one.index,
        "type": one.type,
        "move": one.move,
        "from": one.from_state or None,
        "to": one.to_state or None,
        "by": {"kind": one.actor[0], "ref": one.actor[1]},
        "at": rfc3339(one.at),
        "reason": one.reason,
        "facts": one.facts,
        "evidence": one.evidence,
        "law": {"version": one.law_version, "sha256": one.law_digest},
    }
