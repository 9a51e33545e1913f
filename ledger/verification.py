"""Reading the whole log again and believing nothing that is stored beside the entries.

What the database alone cannot show: a tail that was cut together with its decisions and the head, and entries that
were exchanged within a minute of each other. Only what left the database, such as a signed head, shows those.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_datetime

from ledger.canonical import canonical, sha256_hex
from ledger.entries import BadEntry, check_shape, commitment, signature_holds
from ledger.fence import missing
from ledger.keys import entry_key
from ledger.merkle import Frontier, leaf_hash
from ledger.models import Decision, Evidence, Head, Leaf, Salt
from ledger.packing import Unpackable

BACKWARDS_AT_MOST = timedelta(seconds=60)


class Tampered(Exception):
    """The first row that does not hold: where, and why."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


@dataclass(frozen=True)
class Report:
    """What was read and found whole."""

    size: int
    root: bytes
    decisions: int
    evidence: int


def verify(progress: Callable[[int], None] = lambda _done: None) -> Report:
    """Check fence, order, form, hashes, signatures, decisions, evidence, reasons; raises Tampered at a bad row."""
    if names := missing(connection):
        raise Tampered("fence", f"trigger {names[0]} is missing; manage.py migrate puts it back")
    frontier = _leaves(progress)
    size = Head.objects.values_list("size", flat=True).filter(id=1).first()
    if size != frontier.size:
        raise Tampered("head", f"says {size} entries, the log holds {frontier.size}")
    evidence = _evidence()
    decisions = _decisions(evidence)
    _private_values()
    return Report(size=frontier.size, root=frontier.root(), decisions=decisions, evidence=len(evidence))


def _leaves(progress: Callable[[int], None]) -> Frontier:
    frontier, seen, latest = Frontier(), set(), None
    key, origin = entry_key().public, None
    for leaf in Leaf.objects.order_by("idx").iterator(chunk_size=2000):
        where = f"ledger_leaf {leaf.idx}"
        if leaf.idx != frontier.size:
            raise Tampered(where, f"index {frontier.size} is missing before it")
        entry = entry_of_leaf(leaf, where)
        if origin is None:
            origin = entry["decision"].get("origin", "")
        must_hold(entry, leaf, key=key, origin=origin, where=where)
        ts = parse_datetime(entry["ts"])
        if ts is None or (latest is not None and ts < latest - BACKWARDS_AT_MOST):
            raise Tampered(where, "its time lies before its predecessors'")
        latest = max(latest, ts) if latest else ts
        if entry["id"] in seen:
            raise Tampered(where, "its id stands in the log twice")
        seen.add(entry["id"])
        frontier.append(leaf_hash(bytes(leaf.entry)))
        if frontier.size % 1000 == 0:
            progress(frontier.size)
    return frontier


def entry_of_leaf(leaf: Leaf, where: str) -> dict[str, Any]:
    """The entry that a leaf holds. Raises Tampered, naming ``where``, unless its bytes are of the format."""
    body = bytes(leaf.entry)
    try:
        entry: dict[str, Any] = json.loads(body)
        check_shape(entry)
        if canonical(entry) != body:
            raise Tampered(where, "its bytes are not in canonical form")
    except (ValueError, BadEntry, AttributeError, TypeError) as error:
        raise Tampered(where, f"its entry breaks the format ({error})") from error
    return entry


def must_hold(entry: dict[str, Any], leaf: Leaf, *, key: Ed25519PublicKey, origin: str, where: str) -> None:
    """Raise Tampered unless hash, id and signature of a leaf are those of its entry."""
    if leaf_hash(bytes(leaf.entry)) != bytes(leaf.leaf_hash):
        raise Tampered(where, "its hash is not the hash of its entry")
    if entry["id"] != str(leaf.entry_id):
        raise Tampered(where, "its id is not its entry's")
    if not signature_holds(entry, public=key, origin=origin):
        raise Tampered(where, "its signature does not hold")


def _decisions(kept: set[str]) -> int:
    count = 0
    for decision, entry in _decisions_with_entries():
        where = f"ledger_decision {decision.public_id}"
        for name, value in told_by(entry).items():
            if getattr(decision, name) != value:
                raise Tampered(where, f"{name} differs from its sealed entry")
        for named in decision.evidence:
            if named["sha256"] not in kept:
                raise Tampered(where, f"its evidence {named['sha256']} is missing")
        count += 1
    if unsealed := Decision.objects.filter(~Exists(Leaf.objects.filter(entry_id=OuterRef("seal_id")))).first():
        raise Tampered(f"ledger_decision {unsealed.public_id}", "its entry is missing")
    if orphans := Leaf.objects.filter(decision=None).order_by("idx").values_list("idx", flat=True)[:1]:
        raise Tampered(f"ledger_leaf {orphans[0]}", "its decision is missing")
    return count


def _decisions_with_entries() -> Iterator[tuple[Decision, dict[str, Any]]]:
    for decision in Decision.objects.select_related("seal").order_by("seal__idx").iterator(chunk_size=2000):
        yield decision, json.loads(bytes(decision.seal.entry))


def told_by(entry: dict[str, Any]) -> dict[str, Any]:
    """The decision row as its entry tells it."""
    return {
        "type": entry["type"],
        "subject_kind": entry["subject"]["kind"],
        "subject_ref": entry["subject"]["ref"],
        "actor_kind": entry["actor"]["kind"],
        "actor_ref": entry["actor"]["ref"],
        "move": entry["decision"]["move"],
        "from_state": entry["decision"]["from"] or "",
        "to_state": entry["decision"]["to"] or "",
        "at": parse_datetime(entry["decision"]["at"]),
        "law_version": entry["policy"]["law"],
        "law_digest": entry["policy"]["sha256"],
        "evidence": entry.get("evidence", []),
    }


def _evidence() -> set[str]:
    """The digests of all evidence that is kept."""
    kept = set()
    for row in Evidence.objects.iterator(chunk_size=500):
        where = f"ledger_evidence {row.sha256}"
        try:
            content = row.content
        except Unpackable as error:
            raise Tampered(where, str(error)) from error
        if sha256_hex(content) != row.sha256:
            raise Tampered(where, "its bytes are not those of its digest")
        kept.add(row.sha256)
    return kept


def _private_values() -> None:
    """A private value that is still there is the one that its entry committed to; an erased one is no fault."""
    for row in Salt.objects.order_by("id").iterator(chunk_size=500):
        leaf = Leaf.objects.filter(entry_id=row.entry_id).first()
        committed = json.loads(bytes(leaf.entry)).get("private", {}).get(row.field) if leaf else None
        if committed != commitment(row.value, salt=bytes(row.salt), entry_id=row.entry_id, field=row.field):
            raise Tampered(f"ledger_salt {row.entry_id} {row.field}", "its value is not the one that was committed to")
