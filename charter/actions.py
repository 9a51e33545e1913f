"""What can happen to the law: it is enacted. Amendments by draft, simulation and second person build on this."""

import re
import uuid
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from charter.law import parse
from charter.models import LawVersion
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.sealing import seal, sealed_atomic

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(.*)", re.DOTALL)


def enact(
    document: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    author: uuid.UUID | None = None,
    approver: uuid.UUID | None = None,
) -> LawVersion:
    """Put a whole law document in force from ``at`` on; the same document again changes nothing.

    ``evidence`` is sealed beside the document; ``author`` and ``approver`` are accounts. Raises LawMalformed, and
    ValueError for a version number that names another document already.
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
            evidence={**(evidence or {}), "law": document},
            private={"reason": reason},
        )
        return LawVersion.objects.create(
            version=law.version,
            digest=law.digest,
            document=document,
            effective_from=at,
            enacted_by=decision,
            author_id=author,
            approver_id=approver,
        )


def promote_scorer(
    name: str,
    version: str,
    *,
    replaces: LawVersion,
    by: Actor,
    at: datetime,
    reason: str,
    evidence: Mapping[str, Any],
    author: uuid.UUID | None = None,
    approver: uuid.UUID | None = None,
) -> LawVersion:
    """Enact the law in force with this scorer in the place of its own, under the next number; nothing else differs.

    ``replaces`` is the version that the decision was taken in view of. Raises Refused where a later one was enacted by
    now, or where the law names this scorer already.
    """
    with sealed_atomic():
        # Whoever promotes another scorer at this moment waits here, and then finds another law in force.
        LawVersion.objects.select_for_update().get(pk=replaces.pk)
        if LawVersion.objects.order_by("-effective_from", "-id").first() != replaces:
            raise Refused("Another law was enacted meanwhile. Try the scorer again under the law that is in force.")
        scoring = replaces.document["scoring"]
        if (scoring["scorer"], scoring["scorer_version"]) == (name, version):
            raise Refused(f"The law names the scorer {name} {version} already.")
        document = deepcopy(replaces.document)
        document["version"] = next_patch(replaces.version)
        document["scoring"] |= {"scorer": name, "scorer_version": version}
        return enact(document, by=by, at=at, reason=reason, evidence=evidence, author=author, approver=approver)


def next_patch(version: str) -> str:
    """The next free version number: ``1.0.0-demo`` gives ``1.0.1-demo``; one of another form gets a number of its own.

    What was enacted before keeps its number, so numbers that are taken are passed over.
    """
    parts = _VERSION.fullmatch(version)
    head, number, tail = (f"{parts[1]}.{parts[2]}.", int(parts[3]), parts[4]) if parts else (f"{version}.", 0, "")
    taken = set(LawVersion.objects.values_list("version", flat=True))
    while f"{head}{number + 1}{tail}" in taken:
        number += 1
    return f"{head}{number + 1}{tail}"
