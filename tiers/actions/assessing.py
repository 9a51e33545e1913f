"""Companions are assessed: GI and readiness are written down with their evidence, and the rule's exit is decided."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from charter.law import Law
from charter.models import LawVersion
from charter.queries import law_at
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from ledger.decisions import Refused
from ledger.evidence import keep_named
from registry.models import Companion
from tiers.actions import standing as standings_actions
from tiers.models import Assessment, Standing
from tiers.models.standing import Precaution, State
from tiers.queries.evidence import bundles
from tiers.rules.exiting import Exit, basis_of, exit_of
from tiers.rules.gi import trend
from tiers.rules.measuring import MEASURED_AS, Measured, measure
from tiers.rules.readiness import readiness

# So many are measured and written together: enough for few statements, few enough for memory to stay flat.
AT_ONCE = 200


def assess(standings: Sequence[Standing], *, law: Law, at: datetime) -> list[Assessment]:
    """Assess these companions as of the last whole bucket before ``at``; assessing one twice changes nothing.

    Each is judged under the law that its window began under; ``law`` (in force now) says where the buckets lie
    and which scorer's sums are read. A batch of ``AT_ONCE`` costs some ten statements.
    """
    as_of, scorer = _whole_buckets(at, law.shadow.bucket), scorer_of(law)
    written = []
    for under, group in _by_law(standings):
        for batch in _batches(group):
            found = dict(_measured(batch, law=under, at=as_of, scorer=scorer, known_at=at))
            written += _write(found, law=under, at=as_of)
    return written


def judge_exit(standing: Standing, *, at: datetime) -> str | None:
    """Let a companion leave shadow mode if everything that its law asks is there; the tier it got, or None."""
    return judge_exits([standing], at=at).get(standing)


def judge_exits(standings: Sequence[Standing], *, at: datetime) -> dict[Standing, str]:
    """Let those leave shadow mode for whom everything that their law asks is there; the tier that each of them got."""
    waiting = [it for it in standings if it.state == State.SHADOW and it.precaution != Precaution.FROZEN]
    scorer = scorer_of(law_at(at)) if waiting else None
    left = {}
    for law, group in _by_law(waiting):
        as_of = _whole_buckets(at, law.shadow.bucket)
        for batch in _batches(group):
            for standing, found in _measured(batch, law=law, at=as_of, scorer=scorer, known_at=at):
                named = standings_actions.registered(standing)
                leaving = exit_of(found, law, registered=named)
                if leaving and _leave(standing, leaving, basis_of(found.bundle, registered=named), at=at):
                    left[standing] = str(standing.tier)
    return left


def _leave(standing: Standing, leaving: Exit, basis: Mapping[str, Any], *, at: datetime) -> bool:
    try:
        standings_actions.graduate(
            standing,
            tier=leaving.passed_as,
            by=standings_actions.RULE,
            at=at,
            reason="Every criterion for leaving shadow mode is met.",
            evidence={"basis": basis, "readiness": [criterion.as_json() for criterion in leaving.criteria]},
        )
    except Refused:
        return False  # it moved while it was judged: the next sweep sees how it stands now
    return True


def _measured(
    standings: Sequence[Standing], *, law: Law, at: datetime, scorer: Scorer | None, known_at: datetime
) -> list[tuple[Standing, Measured]]:
    found = bundles(standings, law=law, at=at, scorer=scorer, known_at=known_at)
    return [(standing, measure(bundle, law)) for standing, bundle in found]


def _write(found: Mapping[Standing, Measured], *, law: Law, at: datetime) -> list[Assessment]:
    """Keep the bundles, and write the assessments that rest on them."""
    kept = keep_named({_name(standing): it.bundle.as_json() for standing, it in found.items()})
    digests = {it["name"]: it["sha256"] for it in kept}
    before = _earlier(found, at=at - law.gi.trend_over)
    rows = [
        _row(standing, it, law=law, at=at, before=before.get(standing.companion_id), sha256=digests[_name(standing)])
        for standing, it in found.items()
    ]
    return Assessment.objects.bulk_create(rows, ignore_conflicts=True)


def _row(
    standing: Standing, found: Measured, *, law: Law, at: datetime, before: Decimal | None, sha256: str
) -> Assessment:
    parts = found.components
    return Assessment(
        companion_id=standing.companion_id,
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
        trend=trend(now=found.gi, before=before, law=law.gi),
        criteria=[it.as_json() for it in readiness(found.evidence, law, tier=standing.tier or MEASURED_AS)],
        law_digest=law.digest,
        evidence_sha256=sha256,
    )


def _name(standing: Standing) -> str:
    return standing.companion_id.hex


def _earlier(standings: Iterable[Standing], *, at: datetime) -> dict[uuid.UUID, Decimal | None]:
    """The GI of each one's last assessment until ``at``."""
    last = Assessment.objects.filter(companion=OuterRef("pk"), computed_at__lte=at).order_by("-computed_at")
    rows = Companion.objects.filter(pk__in=[it.companion_id for it in standings])
    return dict(rows.values_list("pk", Subquery(last.values("gi")[:1])))


def _batches(standings: Sequence[Standing]) -> Iterable[Sequence[Standing]]:
    return (standings[start : start + AT_ONCE] for start in range(0, len(standings), AT_ONCE))


def _by_law(standings: Sequence[Standing]) -> list[tuple[Law, list[Standing]]]:
    """Those of one law together; a law's document is long and shared by many, so each is read once."""
    groups: dict[str, tuple[Law, list[Standing]]] = {}
    unread = [it for it in standings if not Standing.law.is_cached(it)]
    versions = LawVersion.objects.in_bulk({it.law_id for it in unread})
    for standing in unread:
        standing.law = versions[standing.law_id]
    for standing in standings:
        law = standing.law.law
        groups.setdefault(law.digest, (law, []))[1].append(standing)
    return list(groups.values())


def _whole_buckets(at: datetime, bucket: timedelta) -> datetime:
    return at - timedelta(seconds=at.timestamp() % bucket.total_seconds())
