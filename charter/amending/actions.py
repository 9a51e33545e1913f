"""What can happen to an amendment: it is drafted, changed, tried, proposed, and approved by a second person or not."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from charter.actions import enact, the_last_one_enacted
from charter.amending.drafting import as_it_would_be
from charter.amending.queries import changes_of, objections_to
from charter.law import Law, parse
from charter.models import Amendment, LawVersion
from charter.models.amendment import State
from charter.queries import latest_version, law_at, numbers_taken
from faces.figures.amounts import exact_utc, in_words
from ledger.actors import STEWARD, Actor, Forbidden, four_eyes
from ledger.canonical import plain
from ledger.decisions import Refused, decide
from ledger.sealing import seal, sealed_atomic

_PERSON = "urn:uuid:"
# A version stands before all later ones until it binds, so none may be put off without end.
MOST_AHEAD = timedelta(days=366)


def draft(changes: Mapping[str, Any], *, title: str, rationale: str = "", by: Actor, at: datetime) -> Amendment:
    """A steward writes down what the law should say instead; nothing is proposed yet.

    ``changes`` are lines to lay over the version that was enacted last (``charter.amending.drafting``). Raises
    LawMalformed, naming the field, and Forbidden for anybody but a steward.
    """
    if by.kind != "human" or not by.has_role(STEWARD):
        raise Forbidden("An amendment is drafted by a steward.")
    base, law = latest_version(), law_at(at)
    document = as_it_would_be(changes, base.document, taken=numbers_taken())
    with sealed_atomic():
        amendment = Amendment.objects.create(
            number=_next_number(base),
            title=title,
            rationale=rationale,
            base=base,
            document=document,
            author_id=_account(by),
            author_ref=by.ref,
            drafted_at=at,
            changed_at=at,
        )
        seal(
            "amendment.drafted",
            subject=(amendment.subject_kind, amendment.subject_ref),
            actor=(by.kind, by.ref),
            move="draft",
            at=at,
            law=(law.version, law.digest),
            to_state=State.DRAFT.value,
            facts=_names(amendment),
        )
    return amendment


def redraft(
    amendment: Amendment,
    changes: Mapping[str, Any],
    *,
    title: str,
    rationale: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Amendment:
    """Its author changes it, over the version of the law that was enacted last; it is to be tried anew.

    Raises LawMalformed, naming the field.
    """
    base = latest_version()
    document = as_it_would_be(changes, base.document, taken=numbers_taken())

    def effect(row: Amendment) -> dict[str, Any]:
        row.title, row.rationale, row.base, row.document = title, rationale, base, document
        if parse(document).digest != row.simulated_digest:
            row.simulated_digest, row.simulated_at, row.simulation = "", None, None
        return _names(row)

    return _decide(amendment, "redraft", by=by, at=at, effect=effect, version=version)


def keep_simulation(amendment: Amendment, report: Mapping[str, Any], *, at: datetime) -> bool:
    """Keep the report of trying it; False where it was changed or settled while it was tried."""
    with transaction.atomic():
        row = Amendment.objects.select_for_update().get(pk=amendment.pk)
        digest = report["draft"]["digest"]
        if row.state not in {State.DRAFT, State.PROPOSED} or row.law.digest != digest:
            return False
        # Beside decide: no state moves, and whoever reads the page meanwhile decides on the same document.
        Amendment.objects.filter(pk=row.pk).update(simulation=plain(report), simulated_digest=digest, simulated_at=at)
    amendment.simulation, amendment.simulated_digest, amendment.simulated_at = plain(report), digest, at
    return True


def propose(amendment: Amendment, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Amendment:
    """Hand it to a second person, with the report of trying it. Raises Refused with all that stands against it."""
    law = law_at(at)

    def effect(row: Amendment) -> dict[str, Any]:
        _nothing_against(row, law, at)
        row.proposed_at = at
        return _names(row)

    return _with_evidence(amendment, "propose", by=by, at=at, reason=reason, effect=effect, version=version)


def take_back(amendment: Amendment, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Amendment:
    """Take the proposal back, to change it."""

    def effect(row: Amendment) -> None:
        row.proposed_at = None

    return _decide(amendment, "take_back", by=by, at=at, reason=reason, effect=effect, version=version)


def approve(
    amendment: Amendment,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    effective_from: datetime | None = None,
    version: int | None = None,
) -> Amendment:
    """Enact it, as the second person: it binds from ``effective_from`` on, without one as soon as its notice is over.

    What runs by then keeps the law that it began under. Raises Refused with all that stands against it, and for a time
    before the law's notice is over; Forbidden for its author.
    """
    four_eyes(by, others=[amendment.author_ref])
    law = law_at(at)
    binds_at = effective_from or at + law.amendments.notice

    def effect(row: Amendment) -> dict[str, Any]:
        the_last_one_enacted(row.base, at=at, again="It is drafted over the law that is in force, and tried again.")
        _nothing_against(row, law, at)
        _gives_notice(row.base, binds_at, law=law, at=at)
        row.enacted = _enacted(row, by=by, at=binds_at, reason=reason)
        row.effective_from, row.approver_id, row.closed_at = binds_at, _account(by), at
        return {**_names(row), "effective_from": binds_at}

    return _with_evidence(amendment, "approve", by=by, at=at, reason=reason, effect=effect, version=version)


def reject(amendment: Amendment, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Amendment:
    """Find against it, as the second person: the law stays as it is."""
    return _decide(amendment, "reject", by=by, at=at, reason=reason, effect=_closed(at), version=version)


def withdraw(amendment: Amendment, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Amendment:
    """Let it go, as its author."""
    return _decide(amendment, "withdraw", by=by, at=at, reason=reason, effect=_closed(at), version=version)


def _decide(amendment: Amendment, move: str, *, at: datetime, **more: Any) -> Amendment:
    return decide(amendment, move, at=at, under=law_at(at), **more)


def _with_evidence(amendment: Amendment, move: str, **more: Any) -> Amendment:
    """Decide on the report as it stands under the lock: it may have been tried again since it was read."""
    with sealed_atomic():
        row = Amendment.objects.select_for_update().select_related("base").get(pk=amendment.pk)
        return _decide(amendment, move, evidence=_evidence(row), **more)


def _closed(at: datetime) -> Any:
    def effect(row: Amendment) -> None:
        row.closed_at = at

    return effect


def _nothing_against(amendment: Amendment, law: Law, at: datetime) -> None:
    if objections := objections_to(amendment, law=law, at=at):
        raise Refused(*objections)


def _gives_notice(base: LawVersion, binds_at: datetime, *, law: Law, at: datetime) -> None:
    notice = law.amendments.notice
    if binds_at < at + notice:
        raise Refused(
            f"It binds from {exact_utc(at + notice)} on at the earliest: the law asks for a notice of "
            f"{in_words(notice)}."
        )
    if binds_at <= base.effective_from:
        raise Refused(f"It changes law {base.version}, which binds only from {exact_utc(base.effective_from)} on.")
    if binds_at > at + MOST_AHEAD:
        raise Refused(f"It may be put off for {in_words(MOST_AHEAD)} at most: no other law could be made meanwhile.")


def _enacted(amendment: Amendment, *, by: Actor, at: datetime, reason: str) -> LawVersion:
    try:
        return enact(
            amendment.document,
            by=by,
            at=at,
            reason=reason,
            evidence=_evidence(amendment),
            author=amendment.author_id,
            approver=_account(by),
        )
    except ValueError as error:
        raise Refused(str(error)) from error


def _names(amendment: Amendment) -> dict[str, Any]:
    """What an entry says of it: the version that it changes, and the law that it would be."""
    document = parse(amendment.document)
    return {"base": amendment.base.version, "version": document.version, "digest": document.digest}


def _evidence(amendment: Amendment) -> dict[str, Any]:
    """What is sealed beside a decision about it: what it changes and why, the document, and the report of trying it."""
    told = {
        "title": amendment.title,
        "rationale": amendment.rationale,
        "base": amendment.base.version,
        "changes": [change.as_json() for change in changes_of(amendment)],
    }
    report = {"simulation": amendment.simulation} if amendment.simulation else {}
    return {"amendment": told, "document": amendment.document, **report}


def _next_number(base: LawVersion) -> int:
    """Numbers follow each other: whoever drafts at the same moment waits here."""
    LawVersion.objects.select_for_update().get(pk=base.pk)
    last = Amendment.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _account(by: Actor) -> uuid.UUID:
    return uuid.UUID(by.ref.removeprefix(_PERSON))
