"""The machines' checks: rounds are claimed, their findings kept, and the application goes where they send it."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from ledger.canonical import plain
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from onboarding.actions.reviewing import open_review
from onboarding.actions.telling import SWEEP, move, work_is_due
from onboarding.deriving import Checked, beginning_basis, checked, checks_basis
from onboarding.models import Application, CheckRun, Finding
from onboarding.models.application import State
from onboarding.rules import Course, Found

# How soon an inconclusive round is tried again; the law says until when.
TRY_AGAIN_AFTER = timedelta(seconds=30)


def begin_checking(application: Application, *, at: datetime) -> Application:
    """Hand a submitted application to the machines. Raises Refused unless it is submitted."""

    def effect(row: Application) -> None:
        open_check_run(row, at=at)

    with sealed_atomic():
        basis = beginning_basis(application.submitted_at)
        move(application, "begin_checking", by=SWEEP, at=at, evidence={BASIS: basis}, effect=effect)
        work_is_due()
    return application


def open_check_run(application: Application, *, at: datetime) -> CheckRun:
    """The next round of checks, due now."""
    number = application.check_runs.count() + 1
    return CheckRun.objects.create(application=application, number=number, next_try_at=at, started_at=at)


def claim_check_run(run_id: uuid.UUID, *, lease: timedelta, at: datetime) -> CheckRun | None:
    """The round, if it is due and nobody else has it; whoever claims it has until the lease ends."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    due = CheckRun.objects.filter(free, pk=run_id, finished_at=None, next_try_at__lte=at)
    if due.update(lease_until=at + lease, attempt=F("attempt") + 1) != 1:
        return None
    return CheckRun.objects.select_related("application__endpoint__provider", "application__law").get(pk=run_id)


def record_findings(run: CheckRun, findings: Sequence[Found], *, at: datetime) -> Application:
    """Keep what a round found, and let the application follow it: on, back to its provider, or to another try.

    A round that came too late, because the application has moved on meanwhile, keeps its findings and changes nothing.
    """
    with sealed_atomic():
        application = Application.objects.select_for_update(of=("self",)).get(pk=run.application_id)
        judged = checked(findings, due_at=application.due_at, at=at)
        if not _is_current(run, application):
            _finish(run, judged.findings, at=at)
            return application
        if judged.course is Course.TRY_AGAIN:
            _keep(run, judged.findings, at=at)
            _try_again(run, application, at=at)
            return application
        _finish(run, judged.findings, at=at)
        _follow(application, judged, checks_basis(findings, due_at=application.due_at), at=at)
    return application


def _follow(application: Application, judged: Checked, basis: dict[str, Any], *, at: datetime) -> None:
    told = [{k: v for k, v in asdict(found).items() if k != "detail"} for found in judged.findings]
    evidence = {"findings": told, BASIS: basis}
    if judged.course is Course.GIVE_BACK:
        reason = f"Required checks failed: {', '.join(judged.failed)}. The findings say what to change."
        facts = {"failed": judged.failed}
        move(application, "give_back", by=SWEEP, at=at, reason=reason, evidence=evidence, facts=facts, effect=_rest)
        return

    def effect(row: Application) -> dict[str, object]:
        row.due_at = row.deadlines.constitutional
        row.escalated_at = None
        open_review(row, at=at)
        return {"not_passed": judged.not_passed}

    move(application, "pass_checks", by=SWEEP, at=at, evidence=evidence, effect=effect)
    work_is_due()


def _rest(row: Application) -> None:
    """It is the provider's turn, which has no deadline."""
    row.due_at = row.escalated_at = None


def _is_current(run: CheckRun, application: Application) -> bool:
    newest = application.check_runs.order_by("-number").values_list("pk", flat=True).first()
    done = CheckRun.objects.filter(pk=run.pk, finished_at__isnull=False).exists()
    return application.state == State.CHECKING and newest == run.pk and not done


def _keep(run: CheckRun, findings: Sequence[Found], *, at: datetime) -> None:
    """A round's later try replaces what an earlier one found."""
    run.findings.all().delete()
    Finding.objects.bulk_create(
        Finding(
            run=run,
            place=place,
            check_name=found.check,
            required=found.required,
            outcome=found.outcome,
            reason=found.reason,
            detail=found.detail,
            measured=plain(found.measured),
            found_at=at,
        )
        for place, found in enumerate(findings)
    )


def _finish(run: CheckRun, findings: Sequence[Found], *, at: datetime) -> None:
    if CheckRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at, lease_until=None, next_try_at=None):
        _keep(run, findings, at=at)
        run.finished_at = at


def _try_again(run: CheckRun, application: Application, *, at: datetime) -> None:
    """Soon, and at the deadline at the latest: then it goes on as it stands."""
    next_at = at + TRY_AGAIN_AFTER
    if application.due_at is not None:
        next_at = min(next_at, application.due_at)
    CheckRun.objects.filter(pk=run.pk).update(next_try_at=next_at, lease_until=None)
