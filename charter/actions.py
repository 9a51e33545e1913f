"""What can happen to the law: it is enacted. Amendments by draft, simulation and second person build on this."""

from datetime import datetime
from typing import Any

from charter.law import parse
from charter.models import LawVersion
from ledger.actors import Actor
from ledger.sealing import seal, sealed_atomic


def enact(document: dict[str, Any], *, by: Actor, at: datetime, reason: str) -> LawVersion:
    """Put a whole law document in force from ``at`` on; the same document again changes nothing.

    Raises LawMalformed, and ValueError for a version number that names another document already.
    """
    law = parse(document)
    with sealed_atomic():
        known = LawVersion.objects.filter(digest=law.digest).first()
        if known:
            return known
        if LawVersion.objects.filter(version=law.version).exists():
            raise ValueError(
                f"Version {law.version} of the law is another document; give this one a version of its own."
            )
        decision = seal(
            "policy.changed",
            subject=("law", law.version),
            actor=(by.kind, by.ref),
            move="enact",
            at=at,
            law=(law.version, law.digest),
            to_state="in_force",
            evidence={"law": document},
            private={"reason": reason},
        )
        return LawVersion.objects.create(
            version=law.version, digest=law.digest, document=document, effective_from=at, enacted_by=decision
        )
