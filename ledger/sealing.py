"""The write path of the log: ``sealed_atomic`` opens a transaction, ``seal`` buffers, the last statement appends.

The index is taken by the last statement before COMMIT, so that no lock is taken after it and no cycle of waiting can
close; an entry that rolls back leaves neither leaf nor hole.
"""

import os
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ledger import appending
from ledger.entries import SALT_BYTES, commitment, entry_of, signed
from ledger.evidence import keep_named
from ledger.ids import uuid7
from ledger.keys import entry_key
from ledger.models import Decision, Salt
from ledger.origin import origin_in_force


class NotSealing(RuntimeError):
    """Something was to be sealed outside ``sealed_atomic``."""


@dataclass(frozen=True)
class Sealed:
    """An entry that waits for its index until the transaction ends."""

    id: uuid.UUID
    type: str
    actor: Mapping[str, str]
    subject: Mapping[str, str]
    decision: Mapping[str, Any]
    optional: Mapping[str, Any]

    def __call__(self) -> None:
        """Registered with ``on_commit`` only so that a rolled-back savepoint forgets this entry with all else."""


@dataclass
class _Buffer(threading.local):
    depth: int = 0
    entries: list[Sealed] = field(default_factory=list)


_buffer = _Buffer()


@contextmanager
def sealed_atomic() -> Iterator[None]:
    """A transaction whose seals are appended right before COMMIT; joins the one that is open already.

    It is durable and outermost: opened inside a foreign ``atomic`` it raises RuntimeError (a test case's own excepted).
    """
    if _buffer.depth:
        with transaction.atomic():
            _buffer.depth += 1
            try:
                yield
            finally:
                _buffer.depth -= 1
        return
    with transaction.atomic(durable=True):
        _buffer.depth, _buffer.entries = 1, []
        try:
            yield
            _flush()
        finally:
            _buffer.depth, _buffer.entries = 0, []


def sealing() -> bool:
    """Whether a sealed transaction is open on this thread."""
    return _buffer.depth > 0


def seal(
    type_: str,
    *,
    subject: tuple[str, str],
    actor: tuple[str, str],
    move: str,
    at: datetime,
    law: tuple[str, str],
    from_state: str = "",
    to_state: str = "",
    facts: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> Decision:
    """Write one decision and buffer its entry; the entry's id is the decision's.

    ``evidence`` maps names to JSON-like facts, kept as canonical bytes by digest; ``private`` maps fields to values of
    which the entry holds salted commitments only. Raises NotSealing outside ``sealed_atomic``.
    """
    if not sealing():
        raise NotSealing(f"{type_} was to be sealed outside sealed_atomic")
    entry_id = uuid7()
    named = keep_named(evidence or {})
    decision = Decision(
        seal_id=entry_id,
        type=type_,
        subject_kind=subject[0],
        subject_ref=subject[1],
        move=move,
        from_state=from_state,
        to_state=to_state,
        actor_kind=actor[0],
        actor_ref=actor[1],
        at=at,
        law_version=law[0],
        law_digest=law[1],
        evidence=named,
    )
    decision.save(force_insert=True)
    entry = Sealed(
        id=entry_id,
        type=type_,
        actor={"kind": actor[0], "ref": actor[1]},
        subject={"kind": subject[0], "ref": subject[1]},
        decision={"move": move, "from": from_state or None, "to": to_state or None, "at": at, **(facts or {})},
        optional={
            "evidence": named,
            "policy": {"law": law[0], "sha256": law[1]},
            "private": _commit_private(entry_id, private or {}),
        },
    )
    _buffer.entries.append(entry)
    transaction.on_commit(entry)
    return decision


def _commit_private(entry_id: uuid.UUID, private: Mapping[str, Any]) -> dict[str, str]:
    commitments, rows = {}, []
    for name, value in sorted(private.items()):
        if value in (None, ""):
            continue
        salt = os.urandom(SALT_BYTES)
        commitments[name] = commitment(value, salt=salt, entry_id=entry_id, field=name)
        rows.append(Salt(entry_id=entry_id, field=name, salt=salt, value=value))
    if rows:
        Salt.objects.bulk_create(rows)
    return commitments


def _flush() -> None:
    """Sign and append what is still standing: entries of a rolled-back savepoint went with its ``on_commit`` hooks."""
    standing = {id(hook) for _, hook, *_ in connection.run_on_commit}
    entries = [entry for entry in _buffer.entries if id(entry) in standing]
    if not entries:
        return
    origin, key, ts = origin_in_force(), entry_key(), appending.database_now()
    appending.append(
        [
            (
                entry.id,
                signed(
                    entry_of(
                        entry_id=entry.id,
                        type_=entry.type,
                        ts=ts,
                        actor=entry.actor,
                        subject=entry.subject,
                        decision=entry.decision,
                        optional=entry.optional,
                    ),
                    key=key,
                    origin=origin,
                ),
            )
            for entry in entries
        ]
    )
