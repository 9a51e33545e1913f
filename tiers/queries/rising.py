"""What is known of companions that could rise, at any time; and how near each of them is to the next tier.

Everything is as it was at ``at``: sums before it, and of words, incidents and runs only what was there by then.
``standings`` tell state, tier and times as they were then.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from charter.law import Law
from charter.models import LawVersion
from charter.queries import law_at, version_at
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from civic.queries import endorsements_counted
from shadow.queries.counted import score_counts
from shadow.rules import floor
from tiers.models import Nomination, RiseReview, Standing
from tiers.models.standing import Precaution, State
from tiers.queries.evidence import bundles
from tiers.queries.rise_words import (
    away_of,
    batteries_of,
    grave_incidents,
    monitorings_of,
    named_of,
    open_nominations,
    reviews_owed,
)
from tiers.rules.bundle import Counted
from tiers.rules.forecast import Forecast, Present, at_review, outlook, pace
from tiers.rules.measuring import MEASURED_AS, measure
from tiers.rules.readiness import readiness
from tiers.rules.rise_evidence import Grave, RiseEvidence
from tiers.rules.rising import Rise, judged, next_review
from tiers.rules.verdicts import Criterion, missing


@dataclass(frozen=True)
class Readiness:
    """How near a companion is to ``tier``: its criteria, each with its forecast, the review to come, and by when.

    ``tier`` is None where there is none above, and then nothing is asked. ``reachable_at`` is when it could have the
    tier at the present rate if all that hangs on people is done by then; None where that cannot be told.
    """

    tier: str | None
    criteria: tuple[Criterion, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    review_due_at: datetime | None = None
    reachable_at: datetime | None = None
    law: Law | None = None

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """The required criteria that do not pass."""
        return tuple(missing(list(self.criteria)))

    @property
    def lines(self) -> tuple[tuple[Criterion, Forecast], ...]:
        """Each criterion with its forecast."""
        return tuple(zip(self.criteria, self.forecasts, strict=True))


@dataclass(frozen=True)
class Judged:
    """How the tier above stands open to a companion, on which evidence, and by which law that was judged."""

    law: LawVersion
    rise: Rise
    evidence: RiseEvidence


def readiness_to_rise(standing: Standing, at: datetime) -> Readiness:
    """What the next tier asks of a companion, or in shadow mode the way out of it, as it stands at ``at``."""
    if standing.state == State.SHADOW:
        return _to_leave(standing, at)
    found = judged_at(standing, at) if standing.state in {State.ACTIVE, State.SUSPENDED} else None
    if found is None:
        return Readiness(None)
    law, tier, evidence = found.law.law, found.rise.tier, found.evidence
    told = outlook(found.rise.criteria, Present(at, pace(evidence.bundle, law), law, evidence))
    due_at, reachable_at = None, told.reachable_at
    if tier in law.rising:
        every = law.rising[tier].review_every
        due_at = next_review(evidence.tier_since, every, at)
        reachable_at = at_review(reachable_at, tier_since=evidence.tier_since, every=every, now=at)
    return Readiness(tier, found.rise.criteria, told.forecasts, due_at, reachable_at, law)


def judged_at(standing: Standing, at: datetime) -> Judged | None:
    """How the tier above stands open to a companion that holds one; None at the top.

    An open nomination is judged by the law that it began under, everything else by the law in force.
    """
    in_force, nominations = version_at(at), open_nominations([standing.companion_id], at)
    named = nominations.get(standing.companion_id)
    under = named.law if named else in_force
    tier = under.law.tier_above(standing.tier) if standing.tier else None
    if tier is None or standing.tier_since is None:
        return None
    scorer = scorer_of(in_force.law)
    found = rise_evidence([standing], law=under.law, at=at, scorer=scorer, nominations=nominations)[standing]
    return Judged(under, judged(found, under.law, tier), found)


def rise_evidence(
    standings: Sequence[Standing],
    *,
    law: Law,
    at: datetime,
    scorer: Scorer | None = None,
    nominations: Mapping[uuid.UUID, Nomination] | None = None,
) -> dict[Standing, RiseEvidence]:
    """The evidence of companions that hold a tier, judged under ``law``; queries do not grow with their number.

    ``nominations`` are those open at ``at``, where the caller has read them already.
    """
    as_of, scorer = floor(at, law.shadow.bucket), scorer or scorer_of(law)
    began = {it.companion_id: it.tier_since or at for it in standings}
    refs = {it.companion.ref: it.companion_id for it in standings}
    tiers = {it.companion_id: law.tier_above(it.tier) for it in standings}
    counts = score_counts(began, until=as_of, scorer=scorer.digest)
    away, grave = away_of(refs, began, at=at), grave_incidents(began, law=law, at=at)
    owed, monitored = reviews_owed(began, at), monitorings_of(began, at)
    batteries, endorsed = batteries_of(_batteries(tiers, law), at), endorsements_counted(began, at)
    named = named_of(open_nominations(began, at) if nominations is None else nominations, at)
    return {
        standing: RiseEvidence(
            at=at,
            bundle=bundle,
            tier_since=began[pk],
            away=away.get(pk, timedelta(0)),
            counted=Counted(counts[pk].scored, counts[pk].compliant, counts[pk].unscored),
            grave=grave.get(pk, Grave()),
            owed_since=owed.get(pk),
            monitored_until=monitored.get(pk),
            battery=batteries.get(pk),
            nomination=named.get(pk),
            endorsements=endorsed[pk],
        )
        for standing, bundle in bundles(standings, law=law, at=as_of, scorer=scorer, known_at=at)
        for pk in (standing.companion_id,)
    }


def reviews_due(*, law: Law, tier: str, at: datetime) -> QuerySet[Standing]:
    """Active, free companions below ``tier`` whose latest review for it fell due by ``at`` and was not held.

    The grid of reviews begins with the tier, so one period holds one due time: it is not held exactly if the last
    period of the law has none.
    """
    every = law.rising[tier].review_every
    held = RiseReview.objects.filter(companion=OuterRef("companion"), tier=tier, due_at__gt=at - every)
    rows = Standing.objects.filter(
        state=State.ACTIVE, precaution=Precaution.FREE, tier=law.tier_below(tier), tier_since__lte=at - every
    )
    return rows.filter(~Exists(held)).select_related("companion__provider", "law").order_by("id")


def _to_leave(standing: Standing, at: datetime) -> Readiness:
    """The exit from shadow mode, at the tier that was kept or the one that it enters."""
    law, tier = standing.law.law, standing.tier or MEASURED_AS
    scorer, as_of = scorer_of(law_at(at)), floor(at, law.shadow.bucket)
    (_, bundle), = bundles([standing], law=law, at=as_of, scorer=scorer, known_at=at)  # fmt: skip
    criteria = tuple(readiness(measure(bundle, law).evidence, law, tier=tier))
    found = outlook(criteria, Present(at, pace(bundle, law), law))
    return Readiness(tier, criteria, found.forecasts, None, found.reachable_at, law)


def _batteries(tiers: Mapping[uuid.UUID, str | None], law: Law) -> dict[str, list[uuid.UUID]]:
    """By battery of the law, the companions of whom it is asked."""
    asked: dict[str, list[uuid.UUID]] = {}
    for companion, tier in tiers.items():
        if tier in law.rising:
            asked.setdefault(law.rising[tier].battery, []).append(companion)
    return asked
