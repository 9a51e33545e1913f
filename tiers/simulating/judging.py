"""What the rules decide at one step of a run, and between two: the same pure functions that decide in earnest. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from charter.law import Law
from tiers.rules.exiting import Registered, exit_of
from tiers.rules.falling import (
    SUSPEND,
    Clock,
    Reading,
    Step,
    fall_from,
    is_emergency,
    is_sound,
    next_step,
    reading_of,
    shortfalls,
    value_of,
)
from tiers.rules.falling import Measure as Declining
from tiers.rules.ladder import Case, imposed
from tiers.rules.measuring import MEASURED_AS, Measured
from tiers.rules.readiness import readiness
from tiers.rules.rise_evidence import RiseEvidence
from tiers.rules.rising import judged, latest_review
from tiers.rules.verdicts import Criterion
from tiers.simulating.criteria import emergency_line, minimums, rung
from tiers.simulating.places import (
    ACTIVE,
    FROZEN,
    SHADOW,
    SUSPENDED,
    Happening,
    Place,
    activated,
    fallen,
    held_still,
    moved,
    released,
    risen,
    suspended,
)

PROMOTED, DEMOTED, SUSPENDS, FREEZES = "promoted", "demoted", "suspended", "frozen"
EXIT, RISE, CLOCKS, EMERGENCY, LADDER = "exit", "rise", "decline", "emergency", "ladder"
Answers = Mapping[str, tuple[Criterion, ...]]


@dataclass(frozen=True)
class Offence:
    """A confirmed incident that no appeal voided, and when the companion's earlier ones were confirmed."""

    at: datetime
    ref: str
    kind: str
    severity: str
    earlier: tuple[datetime, ...]


@dataclass(frozen=True)
class Event:
    """What a run decided: ``to`` is the tier or state reached, ``until`` the end of a suspension."""

    kind: str
    at: datetime
    rule: str
    to: str
    until: datetime | None = None


@dataclass(frozen=True)
class Judged:
    """A place after a step, what was decided, and every criterion that was asked, by the rule that asked it."""

    place: Place
    events: tuple[Event, ...] = ()
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What was measured of a companion at one step; ``rise`` where a rise is asked for."""

    found: Measured
    rise: RiseEvidence | None = None
    registered: Registered | None = None


def between(place: Place, things: Iterable[Happening | Offence], law: Law, *, to: datetime) -> Judged:
    """Up to the time of the next step: words of people, offences with their penalties, suspensions that end."""
    events: list[Event] = []
    answers: dict[str, tuple[Criterion, ...]] = {}
    for it in things:
        place = _over(place, it.at)
        if isinstance(it, Happening):
            place = moved(place, it)
            continue
        punished = _penalised(place, it, law)
        place, events, answers = punished.place, [*events, *punished.events], {**answers, **punished.answers}
    return Judged(_over(place, to), tuple(events), answers)


def at_step(place: Place, seen: Seen, law: Law, *, at: datetime) -> Judged:
    """What is decided of a companion that is measured at ``at``."""
    if place.state == SHADOW:
        return _leaving(place, seen, law, at)
    if place.state != ACTIVE or place.precaution == FROZEN:
        return Judged(place)
    reading = reading_of(seen.found)
    fell = _declining(place, seen, reading, law, at)
    if fell.events:
        return fell
    stilled = _emergency(fell.place, reading, law, at)
    answers = {**fell.answers, **stilled.answers}
    if stilled.events or seen.rise is None:
        return replace(stilled, answers=answers)
    rose = _rising(stilled.place, seen.rise, law, at)
    return replace(rose, answers={**answers, **rose.answers})


def may_rise(place: Place, law: Law, *, at: datetime) -> bool:
    """Whether a rise is asked for at this step: a review fell due since the last one, or the tier above has none."""
    above = law.tier_above(place.tier) if place.tier else None
    if not place.counts or above is None or place.tier_since is None:
        return False
    if above not in law.rising:
        return at - place.tier_since >= law.shadow.window
    due_at = latest_review(place.tier_since, law.rising[above].review_every, at)
    return due_at is not None and due_at > place.reviewed_until


def _over(place: Place, at: datetime) -> Place:
    until = place.suspended_until
    return released(place, until) if place.state == SUSPENDED and until is not None and until <= at else place


def _penalised(place: Place, it: Offence, law: Law) -> Judged:
    case = Case(it.kind, it.severity, place.state, place.state_before, place.suspended_until, it.earlier)
    found = imposed(case, law, at=it.at)
    answers = {LADDER: (rung(it.ref, case, law, at=it.at),)}
    if found is None or not found.move or found.until is None:
        return Judged(place, (), answers)
    event = Event(SUSPENDS, it.at, LADDER, SUSPENDED, found.until)
    after = (
        suspended(place, it.at, found.until) if found.move == SUSPEND else replace(place, suspended_until=found.until)
    )
    return Judged(after, (event,), answers)


def _leaving(place: Place, seen: Seen, law: Law, at: datetime) -> Judged:
    if place.precaution == FROZEN:
        return Judged(place)
    found = exit_of(seen.found, law, registered=seen.registered)
    if found is None:
        asked = readiness(seen.found.evidence, law, tier=place.tier or MEASURED_AS)
        return Judged(place, (), {EXIT: tuple(asked)})
    entered = place if place.tier else risen(place, found.tier, at)
    event = Event(PROMOTED, at, EXIT, found.tier)
    return Judged(activated(entered, at), (event,), {EXIT: tuple(found.criteria)})


def _emergency(place: Place, reading: Reading, law: Law, at: datetime) -> Judged:
    line, mean = law.falling.emergency_below, value_of(Declining.CONSTITUTIONAL, reading)
    sound = is_sound(reading, law)
    is_now = is_emergency(reading, law, lifted_at=place.lifted_at, was_above_since=place.was_above)
    asked = emergency_line(reading, law, is_now=is_now)
    if is_now:
        return Judged(held_still(place), (Event(FREEZES, at, EMERGENCY, FROZEN),), {EMERGENCY: (asked,)})
    above = place.was_above or (sound and mean is not None and mean >= line)
    return Judged(replace(place, was_above=above), (), {EMERGENCY: (asked,)})


def _declining(place: Place, seen: Seen, reading: Reading, law: Law, at: datetime) -> Judged:
    kept: list[Clock] = []
    fell: Clock | None = None
    for clock in place.clocks:
        step = next_step(clock, reading, law, at=at)
        if step is Step.RECOVER:
            continue
        fell = clock if step is Step.FALL and fell is None else fell
        kept.append(
            replace(
                clock,
                is_reviewed=clock.is_reviewed or step is Step.REVIEW,
                is_with_steward=clock.is_with_steward or step is Step.TO_STEWARD,
            )
        )
    running = {clock.measure for clock in kept}
    below = [it for it in shortfalls(reading, place.tier, law) if it.measure not in running]
    kept += [Clock(it.measure, place.tier, at, is_with_steward=it.is_far) for it in below]
    answers = {CLOCKS: minimums(seen.found, reading, kept, place.tier, law)}
    if fell is None:
        return Judged(replace(place, clocks=tuple(kept)), (), answers)
    return replace(_fallen(place, law, at), answers=answers)


def _fallen(place: Place, law: Law, at: datetime) -> Judged:
    fall = fall_from(place.tier, law)
    watched = replace(place, monitored_until=at + law.falling.monitoring)
    if fall.span is None:
        return Judged(fallen(watched, fall.to, at), (Event(DEMOTED, at, CLOCKS, fall.to),))
    until = at + fall.span
    return Judged(suspended(watched, at, until), (Event(SUSPENDS, at, CLOCKS, SUSPENDED, until),))


def _rising(place: Place, evidence: RiseEvidence, law: Law, at: datetime) -> Judged:
    tier = law.tier_above(place.tier) or ""
    rise = judged(evidence, law, tier)
    after = replace(place, reviewed_until=at) if tier in law.rising else place
    if rise.missing:
        return Judged(after, (), {RISE: rise.criteria})
    return Judged(risen(after, tier, at), (Event(PROMOTED, at, RISE, tier),), {RISE: rise.criteria})
