"""What was decided, looked up."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.models import Decision, Evidence, Salt

MOST = 200


@dataclass(frozen=True)
class Told:
    """One sealed decision as a face tells it; ``reason`` is None where it was erased or none was given."""

    decision_id: str
    index: int
    type: str
    subject: tuple[str, str]
    move: str
    from_state: str
    to_state: str
    actor: tuple[str, str]
    at: datetime
    law_version: str
    law_digest: str
    reason: str | None
    facts: dict[str, Any]
    evidence: list[dict[str, str]]


def history(subjects: Iterable[tuple[str, str]], *, most: int = MOST) -> list[Told]:
    """The decisions about ``subjects`` (kind, ref), newest first."""
    by_kind: dict[str, list[str]] = {}
    for kind, ref in subjects:
        by_kind.setdefault(kind, []).append(ref)
    rows: list[Decision] = []
    for kind, refs in by_kind.items():
        found = Decision.objects.filter(subject_kind=kind, subject_ref__in=refs)
        rows += found.select_related("seal").order_by("-seal__idx")[:most]
    return told(sorted(rows, key=lambda row: row.seal.idx, reverse=True)[:most])


def latest(*, most: int = 50, before: int | None = None) -> list[Told]:
    """The newest decisions of the whole log; ``before`` is an index to go on from."""
    rows = Decision.objects.select_related("seal").order_by("-seal__idx")
    return told(list(rows.filter(seal__idx__lt=before)[:most] if before is not None else rows[:most]))


def decision_called(public_id: str) -> Decision:
    """The decision ``dec_<hex>``. Raises Decision.DoesNotExist."""
    try:
        entry_id = uuid.UUID(hex=public_id.removeprefix("dec_"))
    except ValueError:
        raise Decision.DoesNotExist(public_id) from None
    return Decision.objects.select_related("seal").get(seal__entry_id=entry_id)


def last_decision(kind: str, ref: str, *, moves: Sequence[str] = ()) -> Decision | None:
    """The latest decision about one subject, of ``moves`` if any are named."""
    rows = Decision.objects.filter(subject_kind=kind, subject_ref=ref)
    if moves:
        rows = rows.filter(move__in=moves)
    return rows.order_by("-seal__idx").first()


def deciders(kind: str, ref: str) -> list[str]:
    """Refs of the people who took a decision about this subject."""
    rows = Decision.objects.filter(subject_kind=kind, subject_ref=ref, actor_kind="human")
    return sorted(set(rows.values_list("actor_ref", flat=True)))


def evidence_of(sha256: str) -> Any:
    """What a decision rested on, by its digest. Raises Evidence.DoesNotExist."""
    return json.loads(Evidence.objects.get(sha256=sha256).content)


def told(rows: list[Decision]) -> list[Told]:
    """Rows with their reasons and the facts of their entries; two queries, whatever the number."""
    salts = Salt.objects.filter(entry_id__in=[row.seal_id for row in rows], field="reason")
    reasons = dict(salts.values_list("entry_id", "value"))
    return [_told(row, reasons.get(row.seal_id)) for row in rows]


def _told(row: Decision, reason: str | None) -> Told:
    facts = json.loads(bytes(row.seal.entry))["decision"]
    for key in ("move", "from", "to", "at"):
        facts.pop(key, None)
    return Told(
        decision_id=row.public_id,
        index=row.seal.idx,
        type=row.type,
        subject=(row.subject_kind, row.subject_ref),
        move=row.move,
        from_state=row.from_state,
        to_state=row.to_state,
        actor=(row.actor_kind, row.actor_ref),
        at=row.at,
        law_version=row.law_version,
        law_digest=row.law_digest,
        reason=reason,
        facts=facts,
        evidence=row.evidence,
    )
