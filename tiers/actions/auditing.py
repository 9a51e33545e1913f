"""ATLAS audits us: a month's decisions are derived again, and differences wait for a steward's answer.

begin (rows are laid out) ─▶ work_on, in slices, whoever comes ─▶ the end is sealed: clean, or differs ─▶ answer

What an audit looks at is written down when it begins, so a worker that is killed leaves nothing but rows to go on with,
and two that work at once find the same.
"""

import time
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from charter.models import LawVersion
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Refused, decide
from ledger.deriving import replays
from ledger.keys import derived_key
from ledger.replaying import BASIS
from ledger.sealing import seal, sealed_atomic
from registry.actions import next_number, tell
from tiers.models import Audit, AuditedDecision
from tiers.models.audit import Drawn, Outcome
from tiers.models.audit import State as AuditState
from tiers.queries.audits import (
    about_critical,
    beginning_of_the_log,
    decisions_of,
    findings_of,
    last_audit,
    outcomes_of,
    size_of_the_log,
    still_waiting,
)
from tiers.rules import auditing

ATLAS = Actor.system("atlas")
COUNTER = "AUD"
AT_ONCE = 50
SLICE_SECONDS = 20.0
FINDING = 500  # characters that are kept of what differs
_LAID_OUT_AT_ONCE = 500


def begin_due(*, at: datetime) -> Audit | None:
    """Begin the audit whose time has come, under the law in force; None while one runs, and while none is due."""
    last = last_audit()
    since = last.until_at if last else beginning_of_the_log()
    if since is None or (last and last.state == AuditState.RUNNING):
        return None
    law = version_at(at)
    until = auditing.due(since, law.law.audits.every, at)
    if until is None:
        return None
    try:
        with sealed_atomic():
            return _begun(last, since, until, law=law, at=at)
    except IntegrityError:
        return None  # another scheduler was faster: one audit runs at a time


def work_on(audit: Audit, *, at: datetime, seconds: float = SLICE_SECONDS) -> Audit:
    """Derive again what still waits, for the time of a slice; at its end the audit is sealed."""
    stop = time.monotonic() + seconds
    while rows := list(still_waiting(audit)[:AT_ONCE]):
        _look_at(rows)
        if time.monotonic() >= stop and still_waiting(audit).exists():
            return audit
    return _end(audit, at=at)


def answer(audit: Audit, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Audit:
    """A steward says what the differences came from and what is done about them; then nothing of it waits.

    Raises Refused without a reason or where nothing differed, Forbidden, AlreadyDecided.
    """
    if not reason.strip():
        raise Refused("Say what came of it: whoever reads the audit reads your answer.")
    return decide(audit, "answer", by=by, at=at, under=audit.law.law, reason=reason, version=version)


def _begun(last: Audit | None, since: datetime, until: datetime, *, law: LawVersion, at: datetime) -> Audit:
    audit = Audit.objects.create(
        number=next_number(COUNTER),
        law=law,
        since_at=since,
        until_at=until,
        first_index=last.end_index if last else 0,
        end_index=size_of_the_log(),
        began_at=at,
        changed_at=at,
    )
    Audit.objects.filter(pk=audit.pk).update(decisions=decisions_of(audit).count())
    audit.refresh_from_db()
    _lay_out(audit)
    seal(
        "audit.began",
        subject=(audit.subject_kind, audit.subject_ref),
        actor=(ATLAS.kind, ATLAS.ref),
        move="begin_audit",
        at=at,
        law=(law.version, law.digest),
        to_state=audit.state,
        facts={"since": since, "until": until, "first": audit.first_index, "end": audit.end_index},
        evidence={BASIS: auditing.beginning_basis(since)},
    )
    return audit


def _lay_out(audit: Audit) -> None:
    """Write down what is looked at: all about critical companions, and a sample drawn from all."""
    critical = set(about_critical(audit).values_list("pk", flat=True))
    every = decisions_of(audit).values_list("pk", flat=True).iterator(chunk_size=2000)
    hexes = (pk.hex for pk in every)
    lots = auditing.drawn(hexes, key=derived_key("audits"), audit=audit.public_id, count=audit.law.law.audits.decisions)
    rows = [AuditedDecision(audit=audit, decision_id=pk, drawn=Drawn.CRITICAL) for pk in critical]
    known = {pk.hex for pk in critical}
    rows += [AuditedDecision(audit=audit, decision_id=lot, drawn=Drawn.LOT) for lot in lots if lot not in known]
    AuditedDecision.objects.bulk_create(rows, batch_size=_LAID_OUT_AT_ONCE)


def _look_at(rows: list[AuditedDecision]) -> None:
    found = list(replays([row.decision for row in rows]))
    with transaction.atomic():
        for row, one in zip(rows, found, strict=True):
            AuditedDecision.objects.filter(pk=row.pk, outcome=Outcome.WAITS).update(
                outcome=one.outcome.value, finding="; ".join(one.findings)[:FINDING]
            )


def _end(audit: Audit, *, at: datetime) -> Audit:
    outcomes = outcomes_of(audit)
    facts = auditing.counted(outcomes, decisions=audit.decisions)
    told = [{"decision": row.decision.public_id, "finding": row.finding} for row in findings_of(audit)]

    def effect(row: Audit) -> dict[str, Any]:
        row.ended_at = at
        for name in ("replayed", "same", "words_of_people", "without_basis", "differing"):
            setattr(row, name, facts[name])
        return facts

    evidence = {BASIS: auditing.end_basis(outcomes, decisions=audit.decisions), "findings": told}
    try:
        with sealed_atomic():
            decide(
                audit,
                auditing.verdict(facts),
                by=ATLAS,
                at=at,
                under=audit.law.law,
                evidence=evidence,
                effect=effect,
            )
            _tell(audit, at=at)
    except Refused:
        audit.refresh_from_db()  # another worker came to the end first, and to the same one
    return audit


def _tell(audit: Audit, *, at: datetime) -> None:
    """Leave word for whoever runs this installation; an audit is about us and concerns no provider."""
    body = {"auditId": audit.public_id, "state": audit.state, "differing": audit.differing}
    tell(f"audit.{audit.state}", provider=None, subject=(audit.subject_kind, audit.subject_ref), body=body, at=at)
