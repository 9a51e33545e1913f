"""What tells a changed companion: its sums lately and before, and what its answers and its provider declare."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, QuerySet

from charter.law import Law
from ledger.models import Decision
from registry.models import Endpoint
from shadow.models import IdentityChange
from shadow.queries.drifting import BlockSums, block_sums
from tiers.models import DriftLook, Standing
from tiers.models.standing import State
from tiers.rules.drift import PHASES, Phase, Side, Spans, spans
from tiers.rules.returning import Changed


@dataclass(frozen=True)
class Compared:
    """One companion's days before, in which the latest is the first, and what it did lately."""

    standing: Standing
    before: tuple[Side, ...]
    after: Side


def comparable(*, law: Law, until: datetime) -> dict[Standing, Spans]:
    """Every active companion with what of it can be compared at ``until``, the end of a whole bucket.

    Nothing reaches before its present stay, nor before its endpoint was given. Two queries.
    """
    rows = list(active())
    given = dict(
        Endpoint.objects.filter(companion__in=[it.companion_id for it in rows], replaced_at=None).values_list(
            "companion_id", "created_at"
        )
    )
    found = {}
    for row in rows:
        stay = row.shadow_since or row.state_since
        cut = spans(stay=max(stay, given.get(row.companion_id, stay)), until=until, drift=law.drift)
        if cut:
            found[row] = cut
    return found


def compared(
    wanted: Mapping[Standing, Spans], *, law: Law, scorer: str, whole_days: bool = False
) -> Iterator[Compared]:
    """What each did by ``scorer`` (digest), day by day and phase by phase; ``whole_days`` have one phase each."""
    by_end: dict[datetime, dict[uuid.UUID, Standing]] = defaultdict(dict)
    for standing, cut in wanted.items():
        by_end[cut.until][standing.companion_id] = standing
    phases = 1 if whole_days else max(1, min(PHASES, law.drift.recent // law.shadow.bucket))
    for until, standings in by_end.items():
        since = {pk: wanted[standing].since for pk, standing in standings.items()}
        for pk, sums in block_sums(since, until=until, block=law.drift.recent / phases, scorer=scorer):
            days = _days(sums, phases)
            last = (wanted[standings[pk]].until - since[pk]) // law.drift.recent
            yield Compared(
                standings[pk], tuple(days.get(day, Side({})) for day in range(1, last)), days.get(0, Side({}))
            )


def active() -> QuerySet[Standing]:
    """Whose change would matter: those who count, and those who are only held still."""
    return Standing.objects.filter(state=State.ACTIVE).select_related("companion__provider").order_by("pk")


def declared_changes() -> list[tuple[Standing, Changed, datetime]]:
    """Active companions that declared another identity since they became active: (standing, what, active since).

    The first change of each. A suspension between does not hide one: what counts is when shadow mode was left last.
    """
    found: dict[uuid.UUID, Changed] = {}
    rows = IdentityChange.objects.filter(
        companion__standing__state=State.ACTIVE, seen_at__gt=F("companion__standing__shadow_since")
    )
    ends = Endpoint.objects.filter(
        companion__standing__state=State.ACTIVE,
        replaced_at=None,
        created_at__gt=F("companion__standing__shadow_since"),
    )
    candidates = [(it.companion_id, Changed(it.kind, it.before, it.after, it.seen_at)) for it in rows]
    candidates += [
        (it.companion_id, Changed("endpoint", "the one before", f"version {it.version}", it.created_at))
        for it in ends
        if it.companion_id
    ]
    if not candidates:
        return []
    standings = {it.companion_id: it for it in active().filter(companion__in=[pk for pk, _ in candidates])}
    since = _active_since(standings.values())
    for pk, changed in sorted(candidates, key=lambda each: each[1].seen_at):
        if pk in standings and changed.seen_at > since[standings[pk]]:
            found.setdefault(pk, changed)
    return [(standings[pk], changed, since[standings[pk]]) for pk, changed in found.items()]


def latest_look() -> DriftLook | None:
    return DriftLook.objects.order_by("-looked_at").first()


def _active_since(standings: Iterable[Standing]) -> dict[Standing, datetime]:
    """When each left shadow mode last."""
    by_ref = {it.subject_ref: it for it in standings}
    rows = Decision.objects.filter(subject_kind=Standing.subject_kind, subject_ref__in=by_ref, move="activate")
    left = dict(rows.values_list("subject_ref").annotate(Max("at")).order_by())
    return {it: left.get(ref, it.state_since) for ref, it in by_ref.items()}


def _days(sums: Mapping[int, BlockSums], phases: int) -> dict[int, Side]:
    """Blocks by day, the latest being 0, and within it by phase."""
    found: dict[int, dict[int, Phase]] = defaultdict(dict)
    for block, it in sums.items():
        found[block // phases][block % phases] = _phase(it)
    return {day: Side(blocks) for day, blocks in found.items()}


def _phase(sums: BlockSums) -> Phase:
    return Phase(
        scored=sums.scored,
        score_sum=sums.score_sum,
        score_square_sum=sums.score_square_sum,
        asked=sums.closed_asked,
        right=sums.closed_correct,
        latency=sums.latency,
    )
