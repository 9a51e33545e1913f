"""Audits: when one is due, what it looks at, and what it comes to (spec section 10.6). Pure."""

import hashlib
import heapq
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from ledger.replaying import Derived, Outcome

RULE = "audit"
BEGIN, END = "begin", "end"
CLEAN, DIFFERS = "find_clean", "find_differences"
# An entry has a bounded size, so it names no more than these; the sealed basis names all.
NAMED = 100


def due(since: datetime, every: timedelta, at: datetime) -> datetime | None:
    """Until when the audit that is due at ``at`` reaches: the last whole period since ``since``; None within the first.

    The grid goes on from the end of the audit before. Months in which nothing ran are audited together, for every
    entry of the log is looked at once.
    """
    periods = (at - since) // every
    return since + periods * every if periods >= 1 else None


def drawn(decisions: Iterable[str], *, key: bytes, audit: str, count: int) -> list[str]:
    """``count`` of ``decisions``, each as likely as any other: the lowest keyed hashes (HMAC-SHA256) of audit and id.

    Nobody without the key can foresee whom the lot falls on, and whoever has it can draw the same lots again.
    """

    def lot(decision: str) -> bytes:
        return hmac.digest(key, f"kaizen audit v1\n{audit}\n{decision}".encode(), hashlib.sha256)

    return heapq.nsmallest(count, decisions, key=lot)


def beginning_basis(since: datetime) -> dict[str, Any]:
    """What the beginning of an audit rests on: where the one before it ended."""
    return {"rule": RULE, "step": BEGIN, "since": plain(since)}


def end_basis(outcomes: Sequence[tuple[str, str]], *, decisions: int) -> dict[str, Any]:
    """What the end of an audit rests on: what became of every decision that it looked at, of so many in all."""
    return {"rule": RULE, "step": END, "decisions": decisions, "outcomes": [list(pair) for pair in outcomes]}


def counted(outcomes: Iterable[Sequence[str]], *, decisions: int) -> dict[str, Any]:
    """The facts that an audit's entry tells of (decision, outcome) pairs."""
    pairs = list(outcomes)
    n = Counter(outcome for _, outcome in pairs)
    differing = sorted(decision for decision, outcome in pairs if outcome == Outcome.DIFFERS)
    return {
        "decisions": decisions,
        "replayed": len(pairs),
        "same": n[Outcome.SAME],
        "words_of_people": n[Outcome.WORD],
        "without_basis": n[Outcome.NO_BASIS],
        "differing": len(differing),
        "named": differing[:NAMED],
    }


def verdict(facts: Mapping[str, Any]) -> str:
    """The move that ends an audit."""
    return DIFFERS if facts["differing"] else CLEAN


def replay(basis: Mapping[str, Any], *, law: Law, at: datetime) -> Derived:
    """The beginning of an audit at its time, or its end."""
    if basis["step"] == BEGIN:
        since = datetime.fromisoformat(basis["since"])
        until = due(since, law.audits.every, at)
        if until is None:
            return Derived("wait", "")
        return Derived("begin_audit", "running", {"since": since, "until": until})
    facts = counted(basis["outcomes"], decisions=basis["decisions"])
    move = verdict(facts)
    return Derived(move, "differs" if move == DIFFERS else "clean", facts)
