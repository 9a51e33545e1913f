"""Companions are assessed: GI and readiness are written down with their evidence, and the rule's exit is decided."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from charter.law import Law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.canonical import plain
from ledger.decisions import Refused
from ledger.evidence import keep
from tiers.actions import standing as standings_actions
from tiers.models import Assessment, Standing
from tiers.models.standing import Precaution, State
from tiers.queries.evidence import Measured, measured
from tiers.rules.gi import trend
from tiers.rules.readiness import readiness, tier_at_exit


def assess(standings: Sequence[Standing], *, law: Law, at: datetime) -> list[Assessment]:
    """Assess these companions as of the last whole bucket before ``at``; assessing one twice changes nothing.

    Each is judged under the law that its window began under; ``law`` (in force now) says where the buckets lie
    and which scorer's sums are read.
    """
    as_of, scorer = _whole_buckets(at, law.shadow.bucket), scorer_of(law)
    written = []
    for under, group in _by_law(standings):
        found = measured(group, law=under, at=as_of, scorer=scorer)
        written += [_write(standing, found[standing], law=under, at=as_of) for standing in group]
    rows = [row for row in written if row is not None]
    return Assessment.objects.bulk_create(rows, ignore_conflicts=True)


def judge_exit(standing: Standing, *, at: datetime) -> str | None:
    """Let a companion leave shadow mode if everything that its law asks is there; the tier it got, or None."""
    if standing.state != State.SHADOW or standing.precaution == Precaution.FROZEN:
        return None
    law = standing.law.law
    as_of = _whole_buckets(at, law.shadow.bucket)
    found = measured([standing], law=law, at=as_of, scorer=scorer_of(law_at(at)))[standing]
    tier = tier_at_exit(found.evidence, law)
    if tier is None:
        return None
    try:
        standings_actions.graduate(
            standing,
            tier=tier,
            by=standings_actions.RULE,
            at=at,
            reason="Every criterion for leaving shadow mode is met.",
            evidence={"measured": facts(found), "readiness": _criteria(found, law, tier)},
        )
    except Refused:
        return None  # it moved while it was judged: the next sweep sees how it stands now
    return str(standing.tier)


def facts(found: Measured) -> dict[str, Any]:
    """The evidence as JSON facts: what a replay of the decision begins from."""
    return {"components": plain(asdict(found.components)), "gi": plain(found.gi), "gate": plain(asdict(found.evidence))}


def _write(standing: Standing, found: Measured, *, law: Law, at: datetime) -> Assessment:
    before = (
        standing.companion.assessments.filter(computed_at__lte=at - law.gi.trend_over).order_by("-computed_at").first()
    )
    parts = found.components
    return Assessment(
        companion=standing.companion,
        computed_at=at,
        gi=found.gi,
        gi_low=found.evidence.gi_low,
        gi_high=found.evidence.gi_high,
        constitutional=parts.constitutional,
        consensus=parts.consensus,
        reliability=parts.reliability,
        efficiency=parts.efficiency,
        trust=parts.trust,
        coverage=found.coverage,
        trend=trend(now=found.gi, before=before.gi if before else None, law=law.gi),
        criteria=_criteria(found, law, standing.tier or "standard"),
        law_digest=law.digest,
        evidence_sha256=keep(facts(found)),
    )


def _criteria(found: Measured, law: Law, tier: str) -> list[dict[str, Any]]:
    return [criterion.as_json() for criterion in readiness(found.evidence, law, tier=tier)]


def _by_law(standings: Sequence[Standing]) -> list[tuple[Law, list[Standing]]]:
    groups: dict[str, tuple[Law, list[Standing]]] = {}
    for standing in standings:
        law = standing.law.law
        groups.setdefault(law.digest, (law, []))[1].append(standing)
    return list(groups.values())


def _whole_buckets(at: datetime, bucket: timedelta) -> datetime:
    return at - timedelta(seconds=at.timestamp() % bucket.total_seconds())
