"""The statement that a mount signs: an in-toto Statement about the sealed entry of the approval (spec 4.6). Pure."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from charter.law import Law
from ledger.canonical import rfc3339, sha256_hex
from ledger.dsse import STATEMENT

SHOWN_PLACES = Decimal("0.0001")
NEXT_STEPS = (
    "Implement constitutional validation",
    "Register sentinel health endpoint",
    "Complete shadow mode testing",
)


def manifests(law: Law, *, cycle: str, current_gi: Decimal | None, companions: Sequence[str]) -> dict[str, Any]:
    """What a new companion is told of the house: its chambers, its founders and names, its accords."""
    system = law.system
    return {
        "atlas": {"version": cycle, "chambers": list(law.chambers), "currentGI": _shown(current_gi)},
        "biodna": {"founders": list(system.founders), "ethics": system.ethics, "companions": list(companions)},
        "virtue_accords": {
            "constitutional_minimum": system.constitutional_minimum,
            "gi_threshold": float(system.gi_threshold),
            "consensus_required": system.consensus_required,
        },
    }


def statement(
    companion_id: str, told: dict[str, Any], *, approval: tuple[str, bytes], origin: str, cycle: str, at: datetime
) -> bytes:
    """The statement's bytes, which are what is signed, kept and served; ``approval`` is its entry's id and bytes."""
    return json.dumps(
        {
            "_type": STATEMENT,
            "subject": [{"name": approval[0], "digest": {"sha256": sha256_hex(approval[1])}}],
            "predicateType": f"https://{origin}/attestations/decision/v1",
            "predicate": {
                "companionId": companion_id,
                "manifests": told,
                "cycle": cycle,
                "issuedAt": rfc3339(at),
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _shown(gi: Decimal | None) -> float | None:
    """Shown values are cut to four decimals, never rounded up (spec 3)."""
    return None if gi is None else float(gi.quantize(SHOWN_PLACES, rounding=ROUND_DOWN))
