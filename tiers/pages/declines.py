"""A decline drawn: since when a companion measures too little, what was done, and by when it would fall."""

from dataclasses import dataclass
from datetime import datetime

from charter.law import Law
from faces.figures.amounts import cut, cut4, in_words
from faces.figures.strip import Status, Step, Strip
from tiers.models import Decline
from tiers.models.decline import OPEN, Measure, State
from tiers.queries.clocks import fall_due_at, review_due_at


@dataclass(frozen=True)
class DeclineShown:
    """One decline: its clocks as a strip, and in a sentence; ``with_steward_at`` where it lies so far below."""

    decline: Decline
    strip: Strip
    says: str
    is_open: bool
    with_steward_at: datetime | None


def shown(decline: Decline, at: datetime) -> DeclineShown:
    """How a decline stands at ``at``, by the law that it began under."""
    law, is_open = decline.law.law, decline.state in OPEN
    steps = (_below(decline), _review(decline, law, at), _end(decline, law, at))
    return DeclineShown(decline, Strip(f"The clocks of {name(decline)}", steps), says(decline, at), is_open,
                        decline.with_steward_at)  # fmt: skip


def name(decline: Decline) -> str:
    return "GI" if decline.measure == Measure.GI else "the constitutional mean"


def number(decline: Decline, value: object) -> str:
    """A value of its measure: GI 0-1, the constitutional mean 0-100; cut, never rounded up."""
    return cut4(str(value)) if decline.measure == Measure.GI else cut(str(value), places=2)


def falls_to(decline: Decline) -> str:
    """What a fall would be: one tier down, or from the lowest a suspension of the law's length."""
    law: Law = decline.law.law
    below = law.tier_below(decline.tier)
    return f"falls to {below}" if below else f"is suspended for {in_words(law.falling.from_lowest)}"


def says(decline: Decline, at: datetime) -> str:
    """The decline in a sentence or two."""
    what, since = name(decline), f"{decline.began_at:%Y-%m-%d %H:%M} UTC"
    began = (
        f"{what[0].upper()}{what[1:]} was {number(decline, decline.value)} at {since}, below the "
        f"{number(decline, decline.asked)} that {decline.tier} asks."
    )
    if decline.state not in OPEN:
        return f"{began} {_ENDS[decline.state]}"
    due = fall_due_at(decline)
    if at < due:
        return f"{began} Unless it recovers, it {falls_to(decline)} at {due:%Y-%m-%d %H:%M} UTC."
    return (
        f"{began} Its time was over at {due:%Y-%m-%d %H:%M} UTC; the next assessment that measured enough decides, for "
        "nothing falls because we failed to measure."
    )


_ENDS = {
    State.RECOVERED: "It recovered, and the clocks stopped.",
    State.FELL: "It did not recover in time.",
    State.ENDED: "Something else settled it first.",
}


def _below(decline: Decline) -> Step:
    here = decline.state == State.ALERTED
    note = f"{number(decline, decline.value)}, asked {number(decline, decline.asked)}; its provider was told"
    return Step("below the minimum", "here" if here else "gone", at=decline.began_at, note=note,
                tone="inconclusive" if here else "")  # fmt: skip


def _review(decline: Decline, law: Law, at: datetime) -> Step:
    label = f"sentinel's review, after {in_words(law.falling.sentinel_after)}"
    if decline.reviewed_at:
        here = decline.state == State.REVIEWED
        return Step(label, "here" if here else "gone", at=decline.reviewed_at, tone="inconclusive" if here else "")
    if decline.state not in OPEN:
        return Step(label, "skipped")
    due = review_due_at(decline)
    return Step(label, "next", due_at=due, overdue=due <= at)


def _end(decline: Decline, law: Law, at: datetime) -> Step:
    after = f"after {in_words(law.falling.demotion_after)}"
    if decline.state == State.RECOVERED:
        return Step("recovered", "gone", at=decline.ended_at)
    if decline.state == State.FELL:
        return Step("fell", "gone", at=decline.ended_at, note=f"it {falls_to(decline)}")
    if decline.state == State.ENDED:
        return Step("ended without either", "gone", at=decline.ended_at)
    due = fall_due_at(decline)
    status: Status = "next" if decline.reviewed_at else "open"
    return Step(f"{falls_to(decline)}, {after}", status, due_at=due, overdue=due <= at, note="unless it recovers")
