"""Companions that measure too little for their tier: their provider is told, and clocks run (spec sections 9, 10.4).

Every companion is judged under the lock of its standing, and everything is read anew there: two workers at once, or one
that died half-way, decide nothing twice.
"""

import uuid
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from charter.law import Law
from charter.models import LawVersion
from charter.queries import version_at
from ledger.canonical import decimal_text, rfc3339
from ledger.decisions import Refused, decide
from ledger.replaying import BASIS
from ledger.sealing import seal, sealed_atomic
from registry.actions import tell
from tiers.actions.moving import RULE, end_declines
from tiers.actions.standing import demote, freeze
from tiers.actions.suspending import suspend_for
from tiers.models import Assessment, Decline, Standing
from tiers.models.decline import State
from tiers.queries import falling as queries
from tiers.queries.falling import Read
from tiers.rules import falling as rules
from tiers.rules import falling_basis as bases
from tiers.rules.falling import Clock, Shortfall, Step

AT_ONCE = 500
MOST_AT_A_SWEEP = 20_000
SHOWN = Decimal("0.0001")


def judge_all(*, at: datetime) -> int:
    """Read every assessment that nobody read yet, and take every step that is due; how many companions were judged."""
    declining = {decline.companion_id for decline in queries.open_declines()}
    judged, left = _read_new(declining, at=at)
    due = {decline.companion_id for decline in queries.open_declines() if queries.is_due(decline, at=at)}
    return judged + sum(_try(companion, at=at) for companion in sorted(due - left))


def judge(companion_id: uuid.UUID, *, at: datetime) -> Standing:
    """Take every step that is due for one companion, by its last sound reading; doing it again changes nothing.

    A new reading may begin a decline, or freeze the companion; one that somebody read already only moves the clocks
    that run. Raises Refused where it was moved meanwhile.
    """
    with sealed_atomic():
        rows = Standing.objects.select_for_update(of=("self",)).select_related("companion__provider", "law")
        standing = rows.get(companion_id=companion_id)
        end_declines(standing, at=at)
        if standing.counts:
            _go_on(standing, at=at)
        if standing.counts:
            _begin(standing, version_at(at), at=at)
    return standing


def _read_new(declining: set[uuid.UUID], *, at: datetime) -> tuple[int, set[uuid.UUID]]:
    """Judge whom a new assessment concerns, and note all as read; (how many, those who moved meanwhile)."""
    law, judged, seen = version_at(at).law, 0, 0
    left: set[uuid.UUID] = set()
    while seen < MOST_AT_A_SWEEP and (rows := queries.unread_assessments(law=law, at=at, most=AT_ONCE, but=left)):
        concerned = [row for row in rows if row.matters or row.companion_id in declining]
        for companion in queries.companions_of(concerned):
            if _try(companion, at=at):
                judged += 1
            else:
                left.add(companion)
        read = [row.pk for row in rows if row.companion_id not in left]
        Assessment.objects.filter(pk__in=read).update(is_read=True)
        seen += len(rows)
    return judged, left


def _try(companion_id: uuid.UUID, *, at: datetime) -> bool:
    try:
        judge(companion_id, at=at)
    except Refused:
        return False  # it moved while it was judged: the next sweep sees how it stands now
    return True


def _go_on(standing: Standing, *, at: datetime) -> None:
    """The next step of every open decline, until one of them moves the companion itself."""
    for decline in queries.open_declines(standing.companion_id):
        law, clock = decline.law.law, queries.clock_of(decline)
        read = queries.last_sound(standing, law, at=at)
        step = rules.next_step(clock, read.reading if read else None, law, at=at)
        if read is not None:
            _note_lowest(decline, clock, read)
        if step is not None:
            _take(step, decline, clock, read, at=at)
        if step is Step.FALL and read is not None:
            _fall(standing, clock, read, law, at=at)
            return


def _take(step: Step, decline: Decline, clock: Clock, read: Read | None, *, at: datetime) -> None:
    law = decline.law.law

    def effect(row: Decline) -> dict[str, Any]:
        if step is Step.REVIEW:
            row.reviewed_at = at
        elif step is Step.TO_STEWARD:
            row.with_steward_at = at
        else:
            row.ended_at = at
        facts = bases.step_facts(step, clock, read.reading if read else None, law)
        return {"companion": decline.companion.ref, **facts}

    evidence = {BASIS: bases.step_basis(step, clock, read.bundle if read else None)}
    decide(decline, str(step), by=RULE, at=at, under=law, reason=_REASONS[step], evidence=evidence, effect=effect)
    _tell(decline, f"decline.{step}", at=at)


def _fall(standing: Standing, clock: Clock, read: Read, law: Law, *, at: datetime) -> None:
    """One tier down, or suspended from the lowest, in the transaction in which the clock ended."""
    fall = rules.fall_from(clock.tier, law)
    evidence = {BASIS: bases.step_basis(bases.MOVE, clock, read.bundle)}
    reason = _REASONS[Step.FALL]
    if fall.span is None:
        demote(standing, by=RULE, at=at, reason=reason, under=law, evidence=evidence)
    else:
        suspend_for(standing, span=fall.span, under=law, by=RULE, at=at, reason=reason, evidence=evidence, is_fall=True)


def _begin(standing: Standing, version: LawVersion, *, at: datetime) -> None:
    """Begin a decline for every measure that lies below, and hold still who lies far below all lines."""
    law = version.law
    read = queries.last_sound(standing, law, at=at)
    if read is None or not read.is_new:
        return
    running = {decline.measure for decline in queries.open_declines(standing.companion_id)}
    for found in rules.shortfalls(read.reading, standing.tier, law):
        if found.measure.value not in running:
            _alert(standing, found, read, version, at=at)
    _freeze_in_emergency(standing, read, law, at=at)


def _alert(standing: Standing, found: Shortfall, read: Read, version: LawVersion, *, at: datetime) -> Decline:
    decline = Decline.objects.create(
        companion=standing.companion,
        law=version,
        measure=found.measure.value,
        tier=standing.tier,
        asked=found.asked,
        value=found.value,
        lowest=found.value,
        began_at=at,
        with_steward_at=at if found.is_far else None,
        changed_at=at,
    )
    seal(
        "decline.alerted",
        subject=(decline.subject_kind, decline.subject_ref),
        actor=(RULE.kind, RULE.ref),
        move=bases.ALERT,
        at=at,
        law=(version.version, version.digest),
        to_state=State.ALERTED.value,
        facts={"companion": standing.companion.ref, **bases.alert_facts(found, standing.tier)},
        evidence={BASIS: bases.alert_basis(found, standing.tier, read.bundle)},
    )
    _tell(decline, "companion.below_minimum", at=at)
    return decline


def _freeze_in_emergency(standing: Standing, read: Read, law: Law, *, at: datetime) -> None:
    if not rules.is_emergency(read.reading, law):
        return
    lifted = queries.lifted_at(standing)
    above = lifted is not None and queries.was_above(standing, law, since=lifted)
    if rules.is_emergency(read.reading, law, lifted_at=lifted, was_above_since=above):
        evidence = {BASIS: bases.freeze_basis(read.bundle, lifted_at=lifted, was_above_since=above)}
        reason = f"Its mean score lies below {law.falling.emergency_below} of 100."
        freeze(standing, by=RULE, at=at, reason=reason, under=law, evidence=evidence)


def _note_lowest(decline: Decline, clock: Clock, read: Read) -> None:
    value = rules.value_of(clock.measure, read.reading)
    if value is not None and value < decline.lowest:
        Decline.objects.filter(pk=decline.pk, lowest__gt=value).update(lowest=value)


def _tell(decline: Decline, kind: str, *, at: datetime) -> None:
    law, clock = decline.law.law, queries.clock_of(decline)
    body = {
        "companionId": decline.companion.ref,
        "measure": decline.measure,
        "tier": decline.tier,
        "state": decline.state,
        "value": decimal_text(decline.value.quantize(SHOWN, rounding=ROUND_DOWN)),
        "asked": decimal_text(decline.asked),
        "reviewAt": rfc3339(rules.review_due_at(clock, law)),
        "fallsAt": rfc3339(rules.fall_due_at(clock, law)),
    }
    subject = (decline.subject_kind, decline.subject_ref)
    tell(kind, provider=decline.companion.provider, subject=subject, body=body, at=at)


_REASONS = {
    Step.RECOVER: "It measures as its tier asks again.",
    Step.FALL: "It measured below what its tier asks for longer than the law lets it.",
    Step.REVIEW: "It has measured below what its tier asks for as long as the law waits for the sentinel.",
    Step.TO_STEWARD: "It measures far below what its tier asks.",
}
