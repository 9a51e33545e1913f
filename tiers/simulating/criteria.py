"""What falls and penalties rest on, told as criteria, so that two laws can be read side by side. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from charter.law import Law
from tiers.rules.criteria import constitutional_minimum
from tiers.rules.criteria import gi as gi_criterion
from tiers.rules.falling import Clock, Measure, Reading, is_sound, value_of
from tiers.rules.ladder import Case, imposed, rung_of
from tiers.rules.measuring import Measured
from tiers.rules.verdicts import Criterion, Verdict


def rung(ref: str, case: Case, law: Law, *, at: datetime) -> Criterion:
    """The place of an offence, confirmed at ``at``, on the ladder, and what it brings."""
    found = imposed(case, law, at=at)
    place = rung_of(case.earlier, case.severity, law, at=at)
    brings = "no penalty" if found is None else place.kind or "a steward's choice"
    for_so_long = f" of {place.span // timedelta(hours=1)} h" if found is not None and place.span else ""
    return Criterion(
        name="offences that count",
        verdict=Verdict.PASS if found is None else Verdict.FAIL,
        value=Decimal(place.nth),
        threshold=None,
        unit="offences",
        at_least=False,
        why=f"{ref}, {case.severity}: {brings}{for_so_long}.",
        law="offences",
    )


def minimums(found: Measured, reading: Reading, clocks: Iterable[Clock], tier: str, law: Law) -> tuple[Criterion, ...]:
    """GI and constitutional mean against what the tier asks, and since when each lies below it."""
    since = {clock.measure: clock.began_at for clock in clocks}
    asked = (
        (Measure.GI, gi_criterion(found.evidence, law, tier)),
        (Measure.CONSTITUTIONAL, constitutional_minimum(found.evidence, law, tier)),
    )
    return tuple(replace(it, n=reading.scored, why=_since(since.get(measure))) for measure, it in asked)


def emergency_line(reading: Reading, law: Law, *, is_now: bool) -> Criterion:
    """The mean score against the line below which a companion is held still."""
    return Criterion(
        name="mean score, of emergency",
        verdict=Verdict.FAIL if is_now else Verdict.PASS if is_sound(reading, law) else Verdict.INCONCLUSIVE,
        value=value_of(Measure.CONSTITUTIONAL, reading),
        threshold=Decimal(law.falling.emergency_below),
        unit="score",
        n=reading.scored,
        law="falling.emergency_below",
    )


def _since(began_at: datetime | None) -> str:
    return f"Below it since {began_at:%Y-%m-%d %H:%M} UTC." if began_at else "Not below it."
