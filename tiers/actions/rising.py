"""Companions rise: by rule from the lowest tier, at the law's reviews to all others, or by a steward between two.

Nobody rises past a criterion: a steward's word adds to what the next tier asks and takes nothing from it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from charter.law import Law
from charter.models import LawVersion
from charter.queries import law_at, version_at
from charter.scoring.registry import scorer_of
from ledger.actors import STEWARD, Actor, Forbidden, a_steward
from ledger.decisions import AlreadyDecided, Refused
from ledger.models import Decision
from ledger.queries import last_decision
from ledger.sealing import seal, sealed_atomic
from registry.actions import tell
from tiers.actions.nominating import NOT_OF_ONES_OWN, promoted
from tiers.actions.standing import RULE, raise_tier
from tiers.models import Nomination, RiseReview, Standing
from tiers.models.nomination import State as NominationState
from tiers.models.standing import Precaution, State
from tiers.queries.rising import judged_at, rise_evidence
from tiers.rules import rise_words as words
from tiers.rules.rise_evidence import RiseEvidence
from tiers.rules.rising import MOVE, NOMINATION, REVIEW, REVIEWED, Rise, basis_of, judged, latest_review, reviewed

BY_RULE = "Everything that the tier asks is there."
_FORBID_ANY = {words.REVIEW, words.MONITORING}


def climb(standings: Sequence[Standing], *, at: datetime) -> list[Standing]:
    """Let active companions of tiers above which no review stands rise as soon as every criterion holds (10.3)."""
    law = version_at(at)
    able = [it for it in standings if _may_climb(it, law.law, at)]
    if not able:
        return []
    found = rise_evidence(able, law=law.law, at=at, scorer=scorer_of(law.law))
    return [it for it in able if _climbs(it, found[it], law.law, at=at)]


def hold_review(standing: Standing, *, at: datetime) -> RiseReview | None:
    """Hold the latest review that fell due for the tier above, on the evidence there is now; None if it was held.

    All that the tier asks is there: the nomination has led to what it was made for, and the companion rises, in one
    transaction with the review. Else the review says what is missing. Reviews that nobody held in time are not made up.
    """
    tier, due_at = _due(standing, law_at(at), at)
    found = judged_at(standing, at) if due_at else None
    if due_at is None or found is None or found.rise.tier != tier:
        return None
    rise, evidence, under = found.rise, found.evidence, found.law
    try:
        with sealed_atomic():
            row = Standing.objects.select_for_update().get(pk=standing.pk)
            moved = (row.state, row.tier, row.precaution, row.tier_since) != _as_read(standing)
            if moved or RiseReview.objects.filter(companion=standing.companion, tier=tier, due_at=due_at).exists():
                return None
            review = _write(standing, rise, evidence, due_at=due_at, under=under, at=at)
            if not rise.missing:
                _rise(standing, rise, evidence, by=RULE, at=at, under=under.law, reason=BY_RULE, due_at=due_at)
    except Refused:
        return None  # a word was taken back while it was judged: the next sweep sees how it stands now
    return review


def promote(standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Standing:
    """A steward lets it rise before the next review; only where everything that the next tier asks is there.

    From a tier above which no review stands, a steward may promote with the criteria in view, unless a review is owed
    or a closer watch runs. Raises Refused with what is missing, Forbidden, AlreadyDecided.
    """
    _ask_whether_may(standing, by, version)
    found = judged_at(standing, at) if standing.state == State.ACTIVE else None
    if found is None:
        raise Refused("Only an active companion below the highest tier can rise.")
    rise, under = found.rise, found.law.law
    missing = [it for it in rise.criteria if it.name in rise.missing and _binds_stewards(it.name, rise.tier, under)]
    if missing:
        raise Refused(*(f"{it.name}: {it.verdict.value}. {it.why}" for it in missing))
    with sealed_atomic():
        return _rise(standing, rise, found.evidence, by=by, at=at, under=under, reason=reason, version=version)


def _rise(
    standing: Standing,
    rise: Rise,
    evidence: RiseEvidence,
    *,
    by: Actor,
    at: datetime,
    under: Law,
    reason: str,
    due_at: datetime | None = None,
    version: int | None = None,
) -> Standing:
    """The nomination's end, where there is one, and the companion's rise, on one basis."""
    basis = basis_of(evidence, rise.tier, due_at=due_at)
    if rise.tier in under.rising:
        nomination = Nomination.objects.select_related("law", "companion__provider").get(
            companion=standing.companion, state=NominationState.OPEN
        )
        promoted(nomination, at=at, evidence={"basis": {**basis, "step": NOMINATION}})
    told = {"basis": {**basis, "step": MOVE}, "criteria": _criteria(rise)}
    return raise_tier(standing, by=by, at=at, under=under, reason=reason, evidence=told, version=version)


def _write(
    standing: Standing, rise: Rise, evidence: RiseEvidence, *, due_at: datetime, under: LawVersion, at: datetime
) -> RiseReview:
    companion, facts = standing.companion, reviewed(rise, due_at)
    sealed = _seal(standing, facts, rise, evidence, due_at=due_at, under=under.law, at=at)
    tell(
        "companion.reviewed_for_rise",
        provider=companion.provider,
        subject=("companion", companion.ref),
        body={"tier": rise.tier, "rose": not rise.missing, "missing": list(rise.missing)},
        at=at,
    )
    return RiseReview.objects.create(
        companion=companion,
        tier=rise.tier,
        due_at=due_at,
        reviewed_at=at,
        rose=not rise.missing,
        criteria=_criteria(rise),
        law_digest=under.digest,
        sealed_as=sealed,
    )


def _seal(
    standing: Standing,
    facts: dict[str, Any],
    rise: Rise,
    evidence: RiseEvidence,
    *,
    due_at: datetime,
    under: Law,
    at: datetime,
) -> Decision:
    basis = {**basis_of(evidence, rise.tier, due_at=due_at), "step": REVIEW}
    return seal(
        "companion.reviewed_for_rise",
        subject=(standing.subject_kind, standing.subject_ref),
        actor=(RULE.kind, RULE.ref),
        move=REVIEWED,
        at=at,
        law=(under.version, under.digest),
        facts=facts,
        evidence={"basis": basis, "criteria": _criteria(rise)},
    )


def _climbs(standing: Standing, evidence: RiseEvidence, law: Law, *, at: datetime) -> bool:
    rise = judged(evidence, law, law.tier_above(standing.tier) or "")
    if rise.missing:
        return False
    try:
        with sealed_atomic():
            row = Standing.objects.select_for_update().get(pk=standing.pk)
            if (row.state, row.tier, row.precaution, row.tier_since) != _as_read(standing):
                return False
            _rise(standing, rise, evidence, by=RULE, at=at, under=law, reason=BY_RULE)
    except Refused:
        return False  # it moved while it was judged: the next assessment sees how it stands now
    return True


def _may_climb(standing: Standing, law: Law, at: datetime) -> bool:
    """Before a whole window has passed at the tier nothing needs to be read: clean time alone forbids it."""
    if standing.state != State.ACTIVE or standing.precaution != Precaution.FREE or standing.tier_since is None:
        return False
    above = law.tier_above(standing.tier)
    return above is not None and above not in law.rising and at - standing.tier_since >= law.shadow.window


def _due(standing: Standing, law: Law, at: datetime) -> tuple[str, datetime | None]:
    """The tier above and the review for it that fell due last; no time where none is asked for or it does not count."""
    tier = law.tier_above(standing.tier) if standing.tier else None
    if tier is None or tier not in law.rising or not standing.counts or standing.tier_since is None:
        return "", None
    return tier, latest_review(standing.tier_since, law.rising[tier].review_every, at)


def _as_read(standing: Standing) -> tuple[Any, ...]:
    return standing.state, standing.tier, standing.precaution, standing.tier_since


def _binds_stewards(name: str, tier: str, law: Law) -> bool:
    """To a tier with reviews every criterion binds; below it a steward is bound by what forbids any rise at all."""
    return tier in law.rising or name in _FORBID_ANY


def _ask_whether_may(standing: Standing, by: Actor, version: int | None) -> None:
    """Who may not decide is told so before anything is read, and so is who decides on an old page."""
    if version is not None and Standing.objects.get(pk=standing.pk).version != version:
        last = last_decision(standing.subject_kind, standing.subject_ref)
        raise AlreadyDecided("This changed since you read it. Read it again, then decide.", last)
    if not a_steward(standing, by):
        own = by.has_role(STEWARD) and by.organisation == standing.organisation_slug
        raise Forbidden(NOT_OF_ONES_OWN if own else "A promotion is a steward's word.")


def _criteria(rise: Rise) -> list[dict[str, Any]]:
    return [criterion.as_json() for criterion in rise.criteria]
