"""Nominations: a companion is named for the next tier, others give their words, and it ends (spec section 10.3).

Every word is another party's: who nominates, who seconds that, and who invites in place of a critical companion are
three people; nobody speaks for a companion of their own organisation.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from charter.models import LawVersion
from charter.queries import version_at
from ledger.actors import CHIEF, STEWARD, Actor, Forbidden, a_chief, a_steward, four_eyes
from ledger.decisions import Refused, decide
from ledger.sealing import sealed_atomic
from registry.actions import tell
from registry.models import Companion
from tiers.actions.nomination_words import keep_word, seal_birth, seal_word
from tiers.actions.standing import RULE
from tiers.models import Nomination, Standing
from tiers.models import standing as standings
from tiers.models.nomination import State, WordKind
from tiers.queries.nominating import critical_companions, unknown_links
from tiers.rules.nominating import Item, basis_of, faults, why_lapsed

NOT_OF_ONES_OWN = "Nobody decides on a matter of their own organisation; another steward may."


def nominate(
    standing: Standing, *, by: Actor, at: datetime, reason: str, evidence: Sequence[Item], version: int | None = None
) -> Nomination:
    """A steward names an active companion for the tier above its own, on evidence that links to what is sealed.

    Raises Forbidden for anybody else; Refused where it cannot rise by a nomination, while another one is open, and for
    evidence that is none. ``version`` is the standing's that the steward had read.
    """
    _ask_for_steward(standing, by)
    law = version_at(at)
    amiss = faults(evidence) or unknown_links(evidence)
    if amiss:
        raise Refused(*amiss)
    try:
        with sealed_atomic():
            row = Standing.objects.select_for_update().select_related("companion__provider").get(pk=standing.pk)
            tier = _next_tier(row, law, version)
            nomination = Nomination.objects.create(
                companion=row.companion,
                law=law,
                tier=tier,
                nominated_by_ref=by.ref,
                evidence=[{"kind": it.kind, "text": it.text, "link": it.link} for it in evidence],
                opened_at=at,
                lapses_at=at + law.law.nominations.lives,
                changed_at=at,
            )
            sealed = seal_birth(nomination, evidence, by=by, at=at, reason=reason)
            keep_word(nomination, WordKind.NOMINATION, sealed, by=by, at=at)
            _tell(nomination, "nominated", at=at)
    except IntegrityError:
        raise Refused("Another nomination of it is open already.") from None  # opened at the same moment
    return nomination


def second(nomination: Nomination, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Nomination:
    """Another steward than the one who nominated it stands behind it too. Raises Forbidden, Refused."""
    _ask_for_steward(nomination, by)
    if nomination.law.law.rising[nomination.tier].stewards <= 1:
        raise Refused(f"A rise to the {nomination.tier} tier asks for no second steward.")
    return _give(nomination, WordKind.SECOND, by=by, at=at, reason=reason, version=version)


def invite_for(
    nomination: Nomination, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Nomination:
    """A chief invites it, while no live critical companion could; the word says in whose place it stands.

    Raises Forbidden for anybody but a chief of another organisation, Refused while there is such a companion.
    """
    law = nomination.law.law
    if not a_chief(nomination, by):
        own = by.organisation is not None and by.organisation == nomination.organisation_slug
        raise Forbidden(NOT_OF_ONES_OWN if own else f"A chief invites, while there is no {law.highest_tier} companion.")
    able = critical_companions(law, other_than=nomination.companion.provider_id).first()
    if able is not None:
        raise Refused(f"A live {law.highest_tier} companion invites, such as {able.companion.ref}.")
    return _give(nomination, WordKind.INVITATION, by=by, at=at, reason=reason, version=version, in_place=True)


def invite(nomination: Nomination, *, inviting: Companion, at: datetime, reason: str = "") -> Nomination:
    """A live critical companion of another provider invites it; its key spoke for it.

    Raises Forbidden for any other companion, and Refused.
    """
    by = Actor("companion", inviting.ref, organisation=inviting.provider.slug)
    if inviting.provider_id == nomination.companion.provider_id:
        raise Forbidden("Nobody invites a companion of their own provider.")
    law = nomination.law.law
    if not critical_companions(law).filter(companion=inviting).exists():
        raise Forbidden(f"A {law.highest_tier} companion invites, while it is active and not frozen.")
    return _give(nomination, WordKind.INVITATION, by=by, at=at, reason=reason)


def decline(nomination: Nomination, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Nomination:
    """A steward finds against it; a new nomination may follow."""
    return _close(nomination, "decline", by=by, at=at, reason=reason, version=version)


def withdraw(nomination: Nomination, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Nomination:
    """Whoever nominated it takes that back."""
    return _close(nomination, "withdraw", by=by, at=at, reason=reason, version=version)


def lapse_if_due(nomination: Nomination, *, at: datetime) -> bool:
    """End a nomination whose time is over, or whose companion holds the tier below no more; whether it did."""
    standing, law = nomination.companion.standing, nomination.law.law
    below = law.tier_below(nomination.tier) or ""
    told: dict[str, Any] = {
        "tier_asked_from": below,
        "tier_held": str(standing.tier),
        "is_living": standing.state in standings.LIVING,
        "lapses_at": nomination.lapses_at,
    }
    why = why_lapsed(**told, at=at)
    if why is None:
        return False
    evidence = {"basis": basis_of(**told)}
    try:
        _close(nomination, "lapse", by=RULE, at=at, reason="", evidence=evidence, facts={"because": why})
    except Refused:
        return False  # somebody ended it meanwhile
    return True


def promoted(nomination: Nomination, *, at: datetime, evidence: Mapping[str, Any]) -> Nomination:
    """It led to what it was made for; the caller's transaction lets the companion rise."""
    return _close(nomination, "promote", by=RULE, at=at, reason="", evidence=evidence)


def _next_tier(row: Standing, law: LawVersion, version: int | None) -> str:
    if version is not None and row.version != version:
        raise Refused("This changed since you read it. Read it again, then decide.")
    tier = law.law.tier_above(row.tier) if row.tier else None
    if row.state != standings.State.ACTIVE or tier not in law.law.rising or tier is None:
        names = " and ".join(law.law.rising)
        raise Refused(f"An active companion is nominated for the tier above its own: {names} ask for that.")
    if Nomination.objects.filter(companion=row.companion, state=State.OPEN).exists():
        raise Refused("Another nomination of it is open already.")
    return tier


def _give(
    nomination: Nomination,
    kind: WordKind,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    version: int | None = None,
    in_place: bool = False,
) -> Nomination:
    """One party's word, sealed with its author; one of each kind, and each of another party."""
    with sealed_atomic():
        row = Nomination.objects.select_for_update().select_related("companion__provider", "law").get(pk=nomination.pk)
        if version is not None and row.version != version:
            raise Refused("This changed since you read it. Read it again, then decide.")
        if row.state != State.OPEN or at >= row.lapses_at:
            raise Refused("This nomination is not open any more.")
        if kind == WordKind.INVITATION and not row.law.law.rising[row.tier].invited:
            raise Refused(f"A rise to the {row.tier} tier asks for no invitation.")
        words = list(row.words.all())
        four_eyes(by, others=[word.by_ref for word in words])
        if kind == WordKind.INVITATION and any(word.kind == kind for word in words):
            raise Refused("It is invited already.")
        sealed = seal_word(row, kind, by=by, at=at, reason=reason, in_place=in_place)
        keep_word(row, kind, sealed, by=by, at=at, in_place=in_place)
        Nomination.objects.filter(pk=row.pk).update(version=row.version + 1, changed_at=at)
        nomination.version, nomination.changed_at = row.version + 1, at
        _tell(row, "spoken_for", at=at, word=kind.value)
    return nomination


def _close(nomination: Nomination, move: str, *, at: datetime, **told: Any) -> Nomination:
    def effect(row: Nomination) -> dict[str, Any]:
        row.closed_at = at
        return {"companion": row.companion.ref, "tier": row.tier}

    with sealed_atomic():
        decide(nomination, move, at=at, under=nomination.law.law, effect=effect, **told)
        _tell(nomination, nomination.state, at=at)
    return nomination


def _ask_for_steward(subject: Standing | Nomination, by: Actor) -> None:
    if a_steward(subject, by):
        return
    raise Forbidden(NOT_OF_ONES_OWN if by.has_role(STEWARD, CHIEF) else "That is a steward's word.")


def _tell(nomination: Nomination, what: str, *, at: datetime, **more: Any) -> None:
    companion = nomination.companion
    body = {"companionId": companion.ref, "tier": nomination.tier, **more}
    subject = (nomination.subject_kind, nomination.subject_ref)
    tell(f"nomination.{what}", provider=companion.provider, subject=subject, body=body, at=at)
