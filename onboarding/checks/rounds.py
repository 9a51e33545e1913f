"""A round of checks as the worker makes it: claimed with a lease, held while it runs, its findings handed in."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings

from onboarding.actions.checking import claim_check_run, record_findings
from onboarding.checks.candidate import Candidate
from onboarding.checks.running import run_checks, unmeasured
from onboarding.models import Application, CheckRun, Finding
from onboarding.models.application import endpoint_is_unclaimed
from onboarding.rules import INCONCLUSIVE, Found
from registry.protocols import reach_of

# One exchange and the wait for its place, with room to spare; the lease is renewed after each.
LEASE = timedelta(seconds=60)
OURS = "our_fault"

log = logging.getLogger(__name__)


def work_on(run_id: uuid.UUID, *, clock: Callable[[], datetime]) -> Application | None:
    """Take up a round that is due, run what of it is not settled, and hand the findings in.

    None where somebody else has it, or it is done. What breaks by a fault of ours is inconclusive.
    """
    run = claim_check_run(run_id, lease=LEASE, at=clock())
    if run is None:
        return None
    return record_findings(run, _findings(run, clock), at=clock())


def _findings(run: CheckRun, clock: Callable[[], datetime]) -> list[Found]:
    def hold(_check: str, _found: Found | None) -> None:
        CheckRun.objects.filter(pk=run.pk, finished_at=None).update(lease_until=clock() + LEASE)

    try:
        candidate = candidate_of(run.application)
        return run_checks(candidate, run.application.law.law, at=clock(), progress=hold, settled=settled_of(run))
    except InvalidTag:
        log.error("the credentials of an application cannot be opened: run=%s", run.pk)  # noqa: TRY400
        return unmeasured(OURS, "This service could not open the credentials; nothing is held against the model.")
    except Exception as error:  # noqa: BLE001  whatever breaks here is our fault and must not be the candidate's
        # No traceback: it could show credentials or answers.
        log.error("a round of checks broke: run=%s error=%s", run.pk, type(error).__name__)  # noqa: TRY400
        return unmeasured(OURS, "This service failed while it checked; nothing is held against the model.")


def candidate_of(application: Application) -> Candidate:
    """The candidate that an application brings. Raises InvalidTag where its credentials cannot be opened."""
    record: dict[str, Any] = application.body
    uptime = record.get("commitments", {}).get("uptime")
    return Candidate(
        reach_of(application.endpoint),
        challenge=application.challenge,
        model_card=record.get("modelCard", ""),
        declares_uptime=True,
        uptime=None if uptime is None else Decimal(str(uptime)),
        tier=application.proposed_tier,
        cycle=settings.KAIZEN_CYCLE,
        is_taken=lambda: not endpoint_is_unclaimed(application),
    )


def settled_of(run: CheckRun) -> list[Found]:
    """What an earlier try of this round settled: all but required checks that could not be measured."""
    return [_found(row) for row in run.findings.all() if not (row.required and row.outcome == INCONCLUSIVE)]


def _found(row: Finding) -> Found:
    return Found(row.check_name, row.required, row.outcome, row.reason, row.detail, row.measured)
