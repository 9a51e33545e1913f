"""Evidence is kept by its own digest, once, whoever rests on it."""

from collections.abc import Mapping
from typing import Any

from ledger.canonical import canonical, sha256_hex
from ledger.models import Evidence
from ledger.packing import pack


def keep(facts: Any) -> str:
    """Keep JSON-like ``facts`` as canonical bytes; returns their SHA-256 in hex."""
    return keep_named({"evidence": facts})[0]["sha256"]


def keep_named(evidence: Mapping[str, Any]) -> list[dict[str, str]]:
    """Keep several under names, as entries list them; one statement. Bytes (a signed statement) stay as they are.

    Stored packed; the digest is that of the bytes themselves. Raises ``ledger.packing.Unpackable`` for too many.
    """
    rows, named = [], []
    for name, facts in sorted(evidence.items()):
        body = facts if isinstance(facts, bytes) else canonical(facts)
        digest = sha256_hex(body)
        rows.append(Evidence(sha256=digest, body=pack(body)))
        named.append({"name": name, "sha256": digest})
    if rows:
        Evidence.objects.bulk_create(rows, ignore_conflicts=True)
    return named
