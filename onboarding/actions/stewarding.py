"""The steward's word: admit, give back, turn down, or take more time. Each asks for a reason."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.sealing import sealed_atomic
from onboarding.actions.telling import move
from onboarding.models import Application, OnboardingToken
from onboarding.queries import checks_to_waive, latest_review, latest_run
from onboarding.rules import waived_rightly
from registry.models import Endpoint, Provider


def approve(
    application: Application,
    *,
    by: Actor,
    reason: str,
    at: datetime,
    version: int | None = None,
    waive: Sequence[str] = (),
) -> Application:
    """Admit the model: its provider may mount it, which makes it a companion.

    ``waive`` names every required check that did not pass. Against a verdict that is not positive, shadow mode ends
    only after a new review. Raises Refused, AlreadyDecided, Forbidden.
    """
    _ask_reason(reason)

    def effect(row: Application) -> dict[str, Any]:
        if wrong := waived_rightly(checks_to_waive(row), waive):
            raise Refused(*wrong)
        review = latest_review(row)
        row.waived = sorted(waive)
        row.shadow_needs_review = review is None or not review.is_positive
        told = {
            "waived": row.waived,
            "verdict": review.verdict if review else None,
            "against_verdict": row.shadow_needs_review,
            "slug_is_anothers": row.slug_is_anothers,
        }
        row.due_at = row.escalated_at = None
        _establish(row, at=at)
        row_lives = row.law.law.onboarding.token_lives
        OnboardingToken.objects.filter(application=row).update(expires_at=at + row_lives)
        return told

    with sealed_atomic():
        _lock_the_address(application.endpoint)
        return move(
            application,
            "approve",
            by=by,
            at=at,
            reason=reason,
            version=version,
            evidence=_rested_on(application),
            effect=effect,
        )


def give_back(
    application: Application, *, by: Actor, reason: str, at: datetime, version: int | None = None
) -> Application:
    """Ask for changes: the provider edits and hands it in again."""
    return _decided(application, "give_back", by=by, reason=reason, at=at, version=version, effect=_close_clock)


def reject(
    application: Application, *, by: Actor, reason: str, at: datetime, version: int | None = None
) -> Application:
    """Turn the model down; the provider may appeal."""
    return _decided(application, "reject", by=by, reason=reason, at=at, version=version, effect=_close_clock)


def take_more_time(
    application: Application, *, by: Actor, reason: str, at: datetime, version: int | None = None
) -> Application:
    """Move the review's deadline by the law's span, from now on if it is over already."""

    def effect(row: Application) -> dict[str, Any]:
        row.due_at = max(row.due_at or at, at) + row.law.law.onboarding.more_time
        row.escalated_at = None
        return {"due_at": row.due_at}

    return _decided(application, "take_more_time", by=by, reason=reason, at=at, version=version, effect=effect)


def _decided(
    application: Application,
    name: str,
    *,
    by: Actor,
    reason: str,
    at: datetime,
    version: int | None,
    effect: Callable[[Application], Any],
) -> Application:
    _ask_reason(reason)
    evidence = _rested_on(application)
    return move(application, name, by=by, at=at, reason=reason, version=version, evidence=evidence, effect=effect)


def _ask_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason: the provider reads it, and so does whoever reviews the decision.")


def _close_clock(row: Application) -> None:
    row.due_at = row.escalated_at = None


def _rested_on(application: Application) -> dict[str, Any]:
    """What the steward had in view: the findings and the verdict."""
    run, review = latest_run(application), latest_review(application)
    found = run.findings.values("check_name", "required", "outcome", "reason", "measured") if run else ()
    evidence: dict[str, Any] = {"findings": sorted(found, key=lambda finding: finding["check_name"])}
    if review:
        evidence["review"] = {"verdict": review.verdict, "numbers": review.numbers, "reasons": review.reasons}
    return evidence


def _establish(row: Application, *, at: datetime) -> None:
    """The slug belongs to the organisation of its first approved application from here on."""
    name = row.body.get("legalEntity") or row.body["contact"]["organization"]
    Provider.objects.filter(pk=row.provider_id, established_at=None).update(established_at=at, name=name)


def _lock_the_address(endpoint: Endpoint) -> None:
    """Approvals of one address and model wait for each other, so that each sees the other's."""
    alike = Endpoint.objects.filter(base_url=endpoint.base_url, upstream_model=endpoint.upstream_model)
    list(alike.order_by("pk").select_for_update().values_list("pk"))
