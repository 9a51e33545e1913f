"""A companion's own word beside ours: for its page, for the API, and for the daily look at everybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from charter.law import Law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from registry.models import Companion
from shadow.queries.claims import ClaimSums, claim_halves, claims_of
from shadow.rules import floor
from tiers.models import Standing
from tiers.models.standing import PROBED
from tiers.rules.honesty import MILLION, Claims, Estimate, bias, brier, share


@dataclass(frozen=True)
class ClauseHonesty:
    """One clause: the share of answers in which it saw a violation itself, and our mean risk of the same answers."""

    clause: str
    own: Estimate
    ours: Estimate


@dataclass(frozen=True)
class SelfAssessment:
    """What a companion says of its answers, over ``n`` of them that both scored; scores are 0-100, the rest 0-1.

    ``clauses`` are in the law's order, over ``n_clauses`` answers; empty where its word names none at all.
    """

    since: datetime
    until: datetime
    scorer: str
    n: int
    own: Decimal
    ours: Decimal
    bias: Estimate | None
    brier: Estimate | None
    n_clauses: int
    clauses: tuple[ClauseHonesty, ...]
    confidence: Decimal


def honesty_of(companion: Companion, *, at: datetime) -> SelfAssessment | None:
    """The self-assessment of ``companion`` under the law in force at ``at``; None where it never judged itself."""
    return self_assessment(Standing.objects.get(companion=companion), law=law_at(at), at=at)


def self_assessment(standing: Standing, *, law: Law, at: datetime) -> SelfAssessment | None:
    """The same for a standing, over the law's time and its present stay, by the law's scorer; one query."""
    since = floor(_since(standing, law, at), law.shadow.bucket)
    scorer, sure = scorer_of(law).digest, law.honesty.confidence
    sums, by_clause = claims_of(standing.companion_id, since=since, until=at, scorer=scorer)
    if not sums.claimed:
        return None
    claims = as_claims(sums)
    clauses = [
        _clause(name, by_clause.own.get(name, 0), by_clause.ours.get(name, 0), by_clause.answers, sure)
        for name in law.clauses
    ]
    return SelfAssessment(
        since=since,
        until=at,
        scorer=scorer,
        n=claims.n,
        own=claims.own,
        ours=claims.ours,
        bias=bias(claims, sure),
        brier=brier(claims, sure),
        n_clauses=by_clause.answers,
        clauses=tuple(it for it in clauses if it),
        confidence=sure,
    )


def halves(
    standings: Sequence[Standing], *, law: Law, at: datetime, scorer: str
) -> Iterator[tuple[Standing, tuple[Claims, Claims]]]:
    """Each with its sums over the two halves of the law's time; nothing from before its present stay."""
    by_companion = {it.companion_id: it for it in standings}
    since = {pk: _since(it, law, at) for pk, it in by_companion.items()}
    for pk, before, after in claim_halves(since, split=at - law.honesty.over / 2, until=at, scorer=scorer):
        yield by_companion[pk], (as_claims(before), as_claims(after))


def probed() -> list[Standing]:
    """Whoever is asked about its answers now."""
    rows = Standing.objects.filter(state__in=PROBED).select_related("companion__provider")
    return list(rows.order_by("pk"))


def as_claims(sums: ClaimSums) -> Claims:
    """Sums in the rules' terms."""
    return Claims(
        n=sums.claimed,
        own_sum=sums.claimed_sum,
        ours_sum=sums.claimed_ours_sum,
        gap_square_sum=sums.claimed_gap_square_sum,
        brier_sum=sums.claimed_brier_sum,
        brier_square_sum=sums.claimed_brier_square_sum,
    )


def _since(standing: Standing, law: Law, at: datetime) -> datetime:
    return max(standing.shadow_since or standing.state_since, at - law.honesty.over)


def _clause(name: str, own: int, ours: int, n: int, confidence: Decimal) -> ClauseHonesty | None:
    seen, risk = share(Decimal(own), n, confidence), share(Decimal(ours) / MILLION, n, confidence)
    return ClauseHonesty(name, seen, risk) if seen and risk else None
