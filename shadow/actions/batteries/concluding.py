"""A run ends: judged by the law that it began under, sealed with every item, and told to its provider."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from charter.scoring.registry import scorer_of
from ledger.actors import Actor
from ledger.canonical import rfc3339
from ledger.models import Decision
from ledger.sealing import seal, sealed_atomic
from registry.actions import tell
from shadow import battery_rules as rules
from shadow.actions.batteries.claiming import give_up
from shadow.actions.batteries.finishing import answered_of
from shadow.models import BatteryItem, BatteryRun
from shadow.models.battery import BatteryResult
from shadow.prompts import Kind
from shadow.queries.batteries import runs_over

log = logging.getLogger(__name__)
ATLAS = Actor.system("atlas")
AT_ONCE = 100


def conclude_over(*, at: datetime) -> int:
    """End the runs of which nothing is left to ask, and those whose time is over; how many."""
    give_up(at=at)
    ids = list(runs_over(at).values_list("pk", flat=True)[:AT_ONCE])
    return sum(conclude(run_id, at=at) is not None for run_id in ids)


def conclude(run_id: uuid.UUID, *, at: datetime) -> BatteryRun | None:
    """End one run, if it is over and nobody has ended it; what was not asked by now is not measured."""
    with sealed_atomic():
        run = BatteryRun.objects.select_for_update().filter(pk=run_id, ended_at=None).first()
        if run is None:
            return None
        items = list(run.items.order_by("nth"))
        if at < run.due_at and not all(item.is_done for item in items):
            return None
        basis = _basis(run, items)
        derived = rules.replay(basis, law=run.law.law, at=at)
        run.result, run.ended_at = derived.to or "", at
        run.measured, run.good = derived.facts["measured"], derived.facts["good"]
        if run.result == BatteryResult.PASSED:
            run.valid_until = at + run.law.law.batteries[run.battery].lives
        run.sealed_as = _sealed(run, basis, derived.facts, at=at)
        run.save()
        run.items.filter(is_done=False).update(is_done=True, outcome="", reason="not_asked", lease_until=None)
        _tell(run, at=at)
    log.info("a battery ended: run=%s battery=%s result=%s", run.public_id, run.battery, run.result)
    return run


def _basis(run: BatteryRun, items: list[BatteryItem]) -> dict[str, Any]:
    law = run.law.law
    answers = [answered_of(item) for item in items]
    has_scores = any(it.kind is not Kind.CLOSED_FORM for it in answers)
    return rules.basis(run.battery, answers, law, scorer=scorer_of(law).digest if has_scores else "")


def _sealed(run: BatteryRun, basis: Mapping[str, Any], facts: Mapping[str, Any], *, at: datetime) -> Decision:
    return seal(
        f"battery.{run.result}",
        subject=(run.subject_kind, run.subject_ref),
        actor=(ATLAS.kind, ATLAS.ref),
        move=rules.MOVE,
        at=at,
        law=(run.law.version, run.law.digest),
        from_state=rules.RUNNING,
        to_state=run.result,
        facts={
            **facts,
            "companion": run.companion.ref,
            "battery": run.battery,
            "valid_until": rfc3339(run.valid_until) if run.valid_until else None,
        },
        evidence={"basis": basis},
    )


def _tell(run: BatteryRun, *, at: datetime) -> None:
    body = {
        "companionId": run.companion.ref,
        "battery": run.battery,
        "result": run.result,
        "prompts": run.prompts,
        "measured": run.measured,
        "good": run.good,
        "validUntil": rfc3339(run.valid_until) if run.valid_until else None,
    }
    subject = (run.subject_kind, run.subject_ref)
    tell(f"battery.{run.result}", provider=run.companion.provider, subject=subject, body=body, at=at)
