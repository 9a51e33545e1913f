"""A run begins: who may begin it, when, and the prompts that it lays out."""

import hmac
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from charter.law import Law
from charter.queries import version_at
from ledger.actors import Actor, Forbidden, a_steward, its_provider
from ledger.canonical import rfc3339
from ledger.decisions import Refused
from ledger.hands import send_on_commit
from ledger.ids import uuid7
from ledger.keys import field_key
from ledger.sealing import seal, sealed_atomic
from registry.models import Companion
from registry.queries import endpoint_in_use
from shadow import battery_rules as rules
from shadow.models import BatteryItem, BatteryRun, Watch
from shadow.prompts import Prompt, edge_cases, reasoning

TASK = "shadow.tasks.battery_batch"
# How the prompts of each battery that a law may name are drawn, by their number and the run's key.
DRAWN: dict[str, Callable[[int, bytes], tuple[Prompt, ...]]] = {"reasoning": reasoning, "edge_cases": edge_cases}


def start(companion: Companion, battery: str, *, by: Actor, at: datetime, reason: str = "") -> BatteryRun:
    """Lay out a run of one of the law's batteries, to be asked from now on; it keeps the law that it begins under.

    It ends when every prompt is measured, at latest when the law would let the next run begin.

    Raises Forbidden for all but the companion's provider, a steward of another organisation and the rule, and Refused
    while the companion is not asked at all, while a run is under way, too soon after the last, or without prompts.
    """
    if not (by.is_system or its_provider(_Party(companion), by) or a_steward(_Party(companion), by)):
        raise Forbidden("A battery is started by the companion's provider, a steward, or the rule.")
    law = version_at(at)
    if why_not := why_not_now(companion, battery, law=law.law, at=at):
        raise Refused(why_not)
    run = BatteryRun(
        id=uuid7(),
        companion=companion,
        law=law,
        battery=battery,
        asked_by_ref=by.ref,
        started_at=at,
        due_at=at + law.law.batteries[battery].again_after,
        prompts=law.law.batteries[battery].prompts,
    )
    items, last = _items(run), _last_run(companion, battery)
    last_started_at = last.started_at if last else None
    with sealed_atomic():
        _store(run)
        BatteryItem.objects.bulk_create(items)
        seal(
            "battery.started",
            subject=(run.subject_kind, run.subject_ref),
            actor=(by.kind, by.ref),
            move=rules.BEGIN_MOVE,
            at=at,
            law=(law.version, law.digest),
            to_state=rules.RUNNING,
            facts={"companion": companion.ref, "battery": battery, "prompts": run.prompts},
            evidence={"basis": rules.begin_basis(battery, last_started_at=last_started_at, is_asked=True)},
            private={"reason": reason},
        )
        send_on_commit(TASK)
    return run


def why_not_now(companion: Companion, battery: str, *, law: Law, at: datetime) -> str:
    """Why this battery cannot begin now, as a sentence; empty if it can."""
    if battery not in law.batteries or battery not in DRAWN:
        return f"The law has no battery {battery[:40]}; it has {', '.join(sorted(law.batteries))}."
    if not Watch.objects.filter(companion=companion, closed_at=None).exists() or endpoint_in_use(companion) is None:
        return "A battery is asked of companions in shadow mode and active ones, with an endpoint in use."
    last = _last_run(companion, battery)
    if last is not None and last.ended_at is None:
        return _under_way(battery)
    if last is not None and rules.is_too_soon(last.started_at, law.batteries[battery], at=at):
        next_at = last.started_at + law.batteries[battery].again_after
        return f"The battery {battery} may be taken again from {rfc3339(next_at)} on."
    try:
        DRAWN[battery](law.batteries[battery].prompts, b"")
    except ValueError as error:
        return f"The battery {battery} cannot be asked: {error}."
    return ""


def startable(companion: Companion, *, at: datetime) -> list[str]:
    """The batteries of the law in force that could begin now."""
    law = version_at(at).law
    return [name for name in law.batteries if not why_not_now(companion, name, law=law, at=at)]


def run_key(run: BatteryRun) -> bytes:
    """The key by which a run's prompts are drawn: new for every run, and foreseen by nobody without our key."""
    return hmac.digest(field_key(), b"kaizen battery v1\n" + run.pk.bytes, sha256)


class _Party:
    """A companion as what belongs to an organisation."""

    def __init__(self, companion: Companion) -> None:
        self.organisation_slug = companion.provider.slug


def _items(run: BatteryRun) -> list[BatteryItem]:
    pace = rules.pace(run.companion.requests_per_minute)
    prompts = DRAWN[run.battery](run.prompts, run_key(run))
    return [
        BatteryItem(run=run, nth=nth, prompt_id=prompt.id, due_at=run.started_at + nth * pace)
        for nth, prompt in enumerate(prompts)
    ]


def _last_run(companion: Companion, battery: str) -> BatteryRun | None:
    return BatteryRun.objects.filter(companion=companion, battery=battery).order_by("-started_at").first()


def _store(run: BatteryRun) -> None:
    """The run's row; two at once, and the second is refused by the constraint."""
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise Refused(_under_way(run.battery)) from None


def _under_way(battery: str) -> str:
    return f"A run of the battery {battery} is under way already."
