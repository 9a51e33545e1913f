"""When a companion measures too little for its tier, and what the clocks of that lead to (spec sections 9, 10.4). Pure.

    below the minimum ─▶ alert ─▶ review after a day ─▶ fall after three        at or above it again ─▶ recover

Nothing falls because we failed to measure: a reading that is not sound opens nothing, stops nothing and lets nobody
fall. At the last hour the clock waits for a sound one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from charter.law import Law
from tiers.rules.measuring import HUNDRED, Measured

# Move of the standing at the end of the clocks, by whether there is a tier below.
SUSPEND = "suspend"


class Measure(StrEnum):
    """What may lie below a tier's minimum: GI in 0-1, or the constitutional mean in 0-100."""

    GI = "gi"
    CONSTITUTIONAL = "constitutional"


class Step(StrEnum):
    """What happens next to an open decline; the names of its moves."""

    RECOVER = "recover"
    FALL = "fall"
    REVIEW = "review"
    TO_STEWARD = "bring_to_steward"


@dataclass(frozen=True)
class Reading:
    """What one assessment measured, with the tier that it was made at; ``scored`` answers stand behind the mean."""

    computed_at: datetime
    tier: str
    gi: Decimal | None
    constitutional: Decimal | None
    coverage: Decimal | None
    scored: int


@dataclass(frozen=True)
class Shortfall:
    """A measure below what its tier asks; ``is_far`` where a steward looks at it at once."""

    measure: Measure
    value: Decimal
    asked: Decimal
    is_far: bool


@dataclass(frozen=True)
class Clock:
    """An open decline: since when it runs, and what was done."""

    measure: Measure
    tier: str
    began_at: datetime
    is_reviewed: bool = False
    is_with_steward: bool = False


@dataclass(frozen=True)
class Fall:
    """Where a fall leads: one tier down, or from the lowest one a suspension for ``span``."""

    move: str
    to: str
    span: timedelta | None = None


def reading_of(found: Measured) -> Reading:
    """The reading of a measured companion."""
    bundle = found.bundle
    return Reading(
        bundle.at, bundle.tier, found.gi, found.components.constitutional, found.coverage, bundle.scored_lately
    )


def is_sound(reading: Reading, law: Law) -> bool:
    """Whether enough was measured to judge by: both measures, the gate's coverage, and the law's scored answers."""
    if reading.gi is None or reading.constitutional is None or reading.coverage is None:
        return False
    return reading.coverage >= law.shadow.coverage_at_least and reading.scored >= law.falling.scored_n_least


def asked_of(measure: Measure, tier: str, law: Law) -> Decimal:
    """The least that ``tier`` asks of a measure, in the measure's own scale."""
    asked = law.tiers[tier]
    return asked.gi if measure is Measure.GI else Decimal(asked.constitutional_minimum)


def value_of(measure: Measure, reading: Reading) -> Decimal | None:
    """A measure as it was read, in its own scale."""
    if measure is Measure.GI:
        return reading.gi
    return None if reading.constitutional is None else HUNDRED * reading.constitutional


def shortfall(measure: Measure, reading: Reading, tier: str, law: Law) -> Shortfall | None:
    """How a sound reading lies below what ``tier`` asks; None where it does not, or where it is not sound."""
    value, asked = value_of(measure, reading), asked_of(measure, tier, law)
    if value is None or not is_sound(reading, law) or value >= asked:
        return None
    scale = Decimal(1) if measure is Measure.GI else HUNDRED
    far = value < asked - scale * law.falling.steward_below_minimum_by
    return Shortfall(measure, value, asked, far)


def shortfalls(reading: Reading, tier: str, law: Law) -> list[Shortfall]:
    """All measures of a sound reading that lie below what ``tier`` asks."""
    found = (shortfall(measure, reading, tier, law) for measure in Measure)
    return [it for it in found if it is not None]


def is_emergency(
    reading: Reading, law: Law, *, lifted_at: datetime | None = None, was_above_since: bool = False
) -> bool:
    """Whether the mean score lies so low that the companion is held still at once.

    A steward who lifted a freeze at ``lifted_at`` has judged this emergency: another one begins only after the mean
    was at or above the line in between, and with a reading of later.
    """
    mean = value_of(Measure.CONSTITUTIONAL, reading)
    if mean is None or not is_sound(reading, law) or mean >= law.falling.emergency_below:
        return False
    return lifted_at is None or (was_above_since and reading.computed_at >= lifted_at)


def review_due_at(clock: Clock, law: Law) -> datetime:
    return clock.began_at + law.falling.sentinel_after


def fall_due_at(clock: Clock, law: Law) -> datetime:
    return clock.began_at + law.falling.demotion_after


def rests_on_since(clock: Clock, law: Law) -> datetime:
    """A fall rests on a reading of after this time: no older, when the fall is due, than assessments are apart."""
    return fall_due_at(clock, law) - law.gi.every


def next_step(clock: Clock, reading: Reading | None, law: Law, *, at: datetime) -> Step | None:
    """The next step of an open decline by the latest sound reading; None where it waits.

    The first sweep after an outage of ours judges the same way: what the last sound reading says when a fall is due.
    """
    sound = reading is not None and is_sound(reading, law)
    below = shortfall(clock.measure, reading, clock.tier, law) if reading is not None else None
    if sound and below is None:
        return Step.RECOVER
    is_due = at >= fall_due_at(clock, law)
    if is_due and below and reading is not None and reading.computed_at > rests_on_since(clock, law):
        return Step.FALL
    if not clock.is_reviewed and at >= review_due_at(clock, law):
        return Step.REVIEW
    return Step.TO_STEWARD if below and below.is_far and not clock.is_with_steward else None


def fall_from(tier: str, law: Law) -> Fall:
    """One tier down; from the lowest tier a suspension."""
    below = law.tier_below(tier)
    if below is None:
        return Fall(SUSPEND, "suspended", law.falling.from_lowest)
    return Fall(f"fall_to_{below}", below)
