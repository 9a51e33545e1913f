"""An amendment is tried on history in batches, in the background; any worker goes on where another one was stopped."""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from charter.amending.actions import keep_simulation
from charter.amending.queries import changes_of
from charter.models import Amendment
from charter.models.amendment import State
from ledger.actors import STEWARD, Actor, Forbidden
from ledger.decisions import Refused
from ledger.hands import send_on_commit
from registry.models import Companion
from tiers.models.simulation import Outcome, SimulationRun
from tiers.simulating.planning import DAY, CannotBeTried, Plan, plan_of, population
from tiers.simulating.reporting import report_of
from tiers.simulating.running import simulated

log = logging.getLogger(__name__)
TASK = "tiers.tasks.simulate_batch"
LEASE = timedelta(seconds=60)
# What is tried between two looks at the clock: so many companions times steps take a few seconds on one core.
COMPANION_STEPS = 500
_PERSON = "urn:uuid:"


def start_simulation(
    amendment: Amendment, *, by: Actor, at: datetime, over: timedelta | None = None, every: timedelta = DAY
) -> SimulationRun:
    """Try this very document on the time ``over`` before ``at``, by default as long as the law asks, for everybody.

    Raises Refused: settled already, being tried already, or nothing that can be tried; Forbidden for who is no steward.
    """
    if by.kind != "human" or not by.has_role(STEWARD):
        raise Forbidden("An amendment is tried by a steward.")
    if amendment.state not in {State.DRAFT, State.PROPOSED}:
        raise Refused("It is settled: there is nothing to try any more.")
    against, draft = amendment.base.law, amendment.law
    try:
        plan = plan_of(against, draft, over=over or against.amendments.simulated_since, at=at, every=every)
    except CannotBeTried as error:
        raise Refused(str(error)) from None
    with transaction.atomic():
        run = _create(
            amendment=amendment,
            against=amendment.base,
            draft_digest=draft.digest,
            since_at=plan.since,
            until_at=plan.until,
            every_seconds=every // timedelta(seconds=1),
            all_history=plan.all_history,
            total=len(population(plan)),
            started_by_id=uuid.UUID(by.ref.removeprefix(_PERSON)),
            started_at=at,
        )
        send_on_commit(TASK)
    return run


def stop_simulation(run: SimulationRun, *, by: Actor, at: datetime) -> bool:
    """Stop trying; False where it had ended by itself. Raises Forbidden for who is no steward."""
    if by.kind != "human" or not by.has_role(STEWARD):
        raise Forbidden("A steward stops it.")
    return _end(run, Outcome.STOPPED, "A steward stopped it.", at=at)


def simulations_due(at: datetime) -> QuerySet[SimulationRun]:
    """Runs that nobody goes on with at this moment, the oldest first."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    rows = SimulationRun.objects.filter(free, ended_at=None).select_related("amendment__base", "against")
    return rows.order_by("started_at", "pk")


def go_on(run: SimulationRun, *, clock: Callable[[], datetime], seconds: float, wanted: Callable[[], bool]) -> int:
    """Try further companions for ``seconds``, while ``wanted``, and write the report at the end; how many were tried.

    Nothing happens where somebody else holds it. What a killed worker had begun is begun again when its lease is over.
    """
    lease = clock() + LEASE
    if simulations_due(clock()).filter(pk=run.pk).update(lease_until=lease) != 1:
        return 0
    run.lease_until, until, tried = lease, time.monotonic() + seconds, 0
    while (more := _try_some(run, at=clock())) is not None:
        tried += more
        if time.monotonic() >= until or not wanted():
            break
        run.lease_until = _held(run, clock() + LEASE)
        if run.lease_until is None:
            return tried
    SimulationRun.objects.filter(pk=run.pk, lease_until=run.lease_until, ended_at=None).update(lease_until=None)
    return tried


def _try_some(run: SimulationRun, *, at: datetime) -> int | None:
    """One batch of companions; None when there is nothing more to do."""
    if run.amendment.law.digest != run.draft_digest:
        _end(run, Outcome.STOPPED, "It was changed while it was tried.", at=at)
        return None
    plan = _plan(run)
    refs = _next(run, plan)
    if not refs:
        _finish(run, plan, at=at)
        return None
    try:
        found = [effect for _, effects in simulated(plan, refs) for effect in effects]
    except CannotBeTried as error:
        log.warning("a simulation of %s failed: %s", run.amendment.subject_ref, error)
        _end(run, Outcome.FAILED, str(error), at=at)
        return None
    run.done, run.reached, run.effects = run.done + len(refs), refs[-1], [*run.effects, *found]
    kept = _mine(run).update(done=run.done, reached=run.reached, effects=run.effects)
    return len(refs) if kept else None


def _finish(run: SimulationRun, plan: Plan, *, at: datetime) -> None:
    report = report_of(plan, run.effects, simulated=run.done, changes=changes_of(run.amendment))
    with transaction.atomic():
        if _end(run, Outcome.FINISHED, "", at=at) and not keep_simulation(run.amendment, report, at=at):
            why = "The amendment was changed or settled while it was tried."
            SimulationRun.objects.filter(pk=run.pk).update(outcome=Outcome.STOPPED, why=why)


def _next(run: SimulationRun, plan: Plan) -> list[str]:
    """The next companions in the database's own order, as many as a few seconds hold."""
    most = max(COMPANION_STEPS // max(len(plan.steps), 1), 1)
    rows = Companion.objects.filter(created_at__lte=plan.until, ref__gt=run.reached).order_by("ref")
    return list(rows.values_list("ref", flat=True)[:most])


def _plan(run: SimulationRun) -> Plan:
    return Plan(run.against.law, run.amendment.law, run.since_at, run.until_at, run.every, all_history=run.all_history)


def _mine(run: SimulationRun) -> QuerySet[SimulationRun]:
    """The row while this worker holds it: whoever was slower than its lease, or was stopped, writes nothing."""
    return SimulationRun.objects.filter(pk=run.pk, lease_until=run.lease_until, ended_at=None)


def _held(run: SimulationRun, lease: datetime) -> datetime | None:
    return lease if _mine(run).update(lease_until=lease) else None


def _end(run: SimulationRun, outcome: Outcome, why: str, *, at: datetime) -> bool:
    """End it, whoever holds it; what it found goes where its report stands, or nowhere."""
    rows = SimulationRun.objects.filter(pk=run.pk, ended_at=None)
    return rows.update(ended_at=at, outcome=outcome, why=why, lease_until=None, effects=[]) == 1


def _create(**fields: Any) -> SimulationRun:
    try:
        with transaction.atomic():
            return SimulationRun.objects.create(**fields)
    except IntegrityError:
        raise Refused("It is being tried already: wait for its report, or stop it.") from None
