"""What can happen to the law: it is enacted. Amendments by draft, simulation and second person build on this."""

import uuid
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from charter.law import parse
from charter.models import LawVersion
from charter.numbering import next_patch
from charter.queries import latest_version, numbers_taken
from faces.figures.amounts import exact_utc
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.sealing import seal, sealed_atomic


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

    ``at`` is when the decision takes effect and may lie ahead: until then the law of before is found in force.
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
        the_last_one_enacted(replaces, at=at, again="Try the scorer again under the law that is in force.")
        scoring = replaces.document["scoring"]
        if (scoring["scorer"], scoring["scorer_version"]) == (name, version):
            raise Refused(f"The law names the scorer {name} {version} already.")
        document = deepcopy(replaces.document)
        document["version"] = next_patch(replaces.version, taken=numbers_taken())
        document["scoring"] |= {"scorer": name, "scorer_version": version}
        return enact(document, by=by, at=at, reason=reason, evidence=evidence, author=author, approver=approver)


def the_last_one_enacted(version: LawVersion, *, at: datetime, again: str) -> None:
    """Hold ``version`` for this transaction; ``again`` is the remedy where another one was enacted after it.

    Whoever changes the law in view of the same version waits here, and then finds another last one. Raises Refused.
    """
    LawVersion.objects.select_for_update().get(pk=version.pk)
    last = latest_version()
    if last == version:
        return
    if last.effective_from > at:
        raise Refused(
            f"Law {last.version} is enacted already and takes effect at {exact_utc(last.effective_from)}: what is "
            "changed now would be undone by it. Wait until it binds."
        )
    raise Refused(f"Another law was enacted meanwhile. {again}")
