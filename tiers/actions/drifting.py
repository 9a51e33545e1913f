"""Companions that changed go back to shadow mode, as a precaution: measured by sums, or declared by themselves."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from charter.law import Law
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.decisions import Refused
from ledger.replaying import BASIS
from shadow.rules import floor
from tiers.actions.moving import RULE
from tiers.actions.returning import return_to_shadow
from tiers.models import DriftLook, Standing
from tiers.queries.drift import Compared, comparable, compared, declared_changes
from tiers.rules.discoveries import discoveries
from tiers.rules.drift import Measure, Shift, chance_of, is_large, is_ours, looks_a_day, shifts
from tiers.rules.returning import (
    Changed,
    Look,
    change_in_words,
    declared_basis,
    found_in,
    measured_basis,
    replay_declared,
    replay_measured,
    shifts_in_words,
)

log = logging.getLogger(__name__)


def return_declared(*, at: datetime) -> list[Standing]:
    """Those who declared another identity since they became active go back to shadow mode."""
    return [
        standing
        for standing, changed, since in declared_changes()
        if _return_declared(standing, changed, active_since=since, at=at)
    ]


def look_for_drift(*, at: datetime) -> DriftLook:
    """Compare every active companion with itself, and let those who drifted go back to shadow mode.

    All are read by whole days first; phase by phase only those of whom a measure moved beyond the law's floor.
    """
    law = law_at(at)
    until, scorer = floor(at, law.shadow.bucket), scorer_of(law).digest
    wanted = comparable(law=law, until=until)
    tests, large = _surveyed(compared(wanted, law=law, scorer=scorer, whole_days=True), law)
    suspects = list(compared({it: wanted[it] for it in large}, law=law, scorer=scorer))
    look, withheld = _family(suspects, tests, law)
    returned = [it for it in suspects if _return_measured(it, look, law, at=at)]
    return DriftLook.objects.update_or_create(
        looked_at=at,
        defaults={"tests": look.tests, "found": look.found, "withheld": withheld, "returned": len(returned)},
    )[0]


def _surveyed(rows: Iterable[Compared], law: Law) -> tuple[dict[Measure, int], list[Standing]]:
    """How many tests there are of each measure, and of whom any moved beyond the floor."""
    tests, large = dict.fromkeys(Measure, 0), []
    for it in rows:
        found = shifts(it.before, it.after, law.drift)
        for shift in found:
            tests[shift.measure] += 1
        if any(is_large(shift, law.drift) for shift in found):
            large.append(it.standing)
    return tests, large


def _family(suspects: Sequence[Compared], tests: dict[Measure, int], law: Law) -> tuple[Look, int]:
    """What is found among all tests of this look; latencies that moved for too many at once are ours and left out."""
    moved = [
        (shift, it) for it in suspects for shift in shifts(it.before, it.after, law.drift) if is_large(shift, law.drift)
    ]
    slow = sum(shift.measure is Measure.LATENCY for shift, _ in moved)
    ours = is_ours(slow, tests[Measure.LATENCY])
    if ours:
        log.warning("latencies moved at once and are taken for our own: moved=%s of=%s", slow, tests[Measure.LATENCY])
        moved = [(shift, it) for shift, it in moved if shift.measure is not Measure.LATENCY]
    n = sum(count for measure, count in tests.items() if not (ours and measure is Measure.LATENCY))
    chances = [chance_of(shift, it.before, it.after) for shift, it in moved]
    found = discoveries(chances, tests=n, rate=_rate(law))
    return Look(found.tests, found.found, ours), slow if ours else 0


def _rate(law: Law) -> Decimal:
    return law.drift.false_discoveries / looks_a_day(law.drift)


def _return_measured(it: Compared, look: Look, law: Law, *, at: datetime) -> bool:
    found: list[Shift] = found_in(it.before, it.after, look, law.drift)
    if not found:
        return False
    basis = measured_basis(it.before, it.after, look)
    facts = replay_measured(basis, law=law, at=at).facts
    return _return(it.standing, reason=shifts_in_words(found), basis=basis, facts=facts, at=at)


def _return_declared(standing: Standing, changed: Changed, *, active_since: datetime, at: datetime) -> bool:
    basis = declared_basis(changed, active_since=active_since)
    facts = replay_declared(basis, law=law_at(at), at=at).facts
    return _return(standing, reason=change_in_words(changed), basis=basis, facts=facts, at=at)


def _return(
    standing: Standing, *, reason: str, basis: dict[str, object], facts: dict[str, object], at: datetime
) -> bool:
    try:
        return_to_shadow(standing, by=RULE, at=at, reason=reason, evidence={BASIS: basis}, facts=facts)
    except Refused:
        return False  # it moved while it was looked at
    return True
