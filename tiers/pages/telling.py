"""What a companion's state means to a reader: what happened, by which line of the law, what comes next, who can act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from charter.law import Law
from faces.figures.amounts import in_words
from faces.figures.criterion import CriterionLine
from tiers.models import Standing
from tiers.models.standing import Precaution, State
from tiers.queries.story import is_over, state_now


@dataclass(frozen=True)
class Telling:
    """Sentences for the head of a page; ``law_path`` is the line that the state rests on.

    ``also`` are what else is under way, a sentence each.
    """

    what: str
    next: str
    who: str
    law_path: str
    also: tuple[str, ...] = ()


def telling(
    standing: Standing, open_now: Sequence[CriterionLine], law: Law, *, at: datetime, also: Sequence[str] = ()
) -> Telling:
    """The state at ``at`` in words, with what else is under way; a suspension is over when its time is."""
    state = state_now(standing, at)
    if standing.precaution == Precaution.FROZEN and state in {State.SHADOW, State.ACTIVE}:
        frozen = Telling(
            "It is frozen as a precaution, without fault: it is asked, and counts for nothing.",
            "It goes on where it stopped once the precaution is lifted.",
            "A steward lifts it.",
            "falling.emergency_below",
        )
        return replace(frozen, also=tuple(also))
    over = ["Its suspension is over by the clock; the sweep seals that with the time at which it was due."]
    return replace(_BY_STATE[state](standing, open_now, law), also=(*(over if is_over(standing, at) else ()), *also))


def _mounted(standing: Standing, _open: Sequence[CriterionLine], _law: Law) -> Telling:
    asked = standing.companion.asked_before_shadow
    if standing.companion.is_reference:
        return Telling(
            "It came with the shipped register and has no endpoint yet.",
            "With an endpoint its shadow mode opens, as anyone's does. Until then it is never counted.",
            "An operator gives the endpoint.",
            "shadow.window",
        )
    missing = f"Still asked: {', '.join(asked)}." if asked else "Everything asked is given; the next sweep opens it."
    return Telling(
        "It is mounted: it has its id and its key, and shadow mode has not opened.",
        f"Shadow mode opens as soon as price, limits and commitments are given. {missing}",
        "Its provider gives them.",
        "shadow.window",
    )


def _shadow(standing: Standing, open_now: Sequence[CriterionLine], law: Law) -> Telling:
    window = in_words(law.shadow.window)
    what = "It is in shadow mode: asked real questions, scored, and never counted."
    if standing.tier:
        what = (
            f"It is back in shadow mode because it changed: it keeps its tier {standing.tier}, and its vote is off. "
            "That is a precaution, and no fault."
        )
    if standing.with_steward_at:
        after = in_words(law.shadow.to_steward_after)
        what = f"It has been in shadow mode for longer than {after}: a steward looks at it."
    names = ", ".join(line.name for line in open_now)
    still = f"Still open: {names}." if names else "Nothing required is open."
    becomes = f"has its vote at the tier {standing.tier} again" if standing.tier else "becomes active"
    return Telling(
        what,
        f"It {becomes} by rule once {window} have passed without a critical failure and every required "
        f"criterion passes. {still}",
        "Nobody needs to act: the rule decides. Incidents that wait are looked at by a steward.",
        "shadow.window",
    )


def _active(standing: Standing, _open: Sequence[CriterionLine], law: Law) -> Telling:
    tier, falling = law.tiers[standing.tier], law.falling
    weight = standing.vote_weight or tier.vote_weight
    below = law.tier_below(standing.tier)
    falls = f"it falls to {below}" if below else f"it is suspended for {in_words(falling.from_lowest)}"
    return Telling(
        f"It is active at the tier {standing.tier}: its votes weigh {weight.normalize():f}.",
        f"Its GI is computed every {in_words(law.gi.every)} and must stay at or above {tier.gi}; after "
        f"{in_words(falling.demotion_after)} below that {falls}.",
        _who_rises(standing, law),
        f"tiers.{standing.tier}.gi",
    )


def _who_rises(standing: Standing, law: Law) -> str:
    above = law.tier_above(standing.tier)
    if above is None:
        return "It stands on the highest rung; its own answers keep it there."
    if above not in law.rising:
        return "Nobody needs to act: it rises by rule once every criterion of the next rung passes."
    return "A steward nominates it for the next rung, its provider has the battery run; the review decides by rule."


def _suspended(standing: Standing, _open: Sequence[CriterionLine], _law: Law) -> Telling:
    ends = "It ends by itself at the time shown." if standing.suspended_until else "It ends by a steward's word."
    return Telling(
        "It is suspended: barred from every operation, and not probed.",
        f"{ends} Then it is {standing.state_before} again.",
        "Its provider may appeal while the suspension runs; a steward may end it earlier.",
        "offences.suspensions",
    )


def _removed(_standing: Standing, _open: Sequence[CriterionLine], law: Law) -> Telling:
    return Telling(
        "It was removed by a steward; its keys ended with it.",
        f"The same provider and model may apply again after {in_words(law.onboarding.removed_waits)}, and then state "
        "their improvements.",
        "Its provider may appeal in the time that the law names.",
        "onboarding.removed_waits",
    )


def _retired(_standing: Standing, _open: Sequence[CriterionLine], _law: Law) -> Telling:
    return Telling(
        "Its provider took it back; no reason is asked.",
        "Its record stays. The model may apply again at any time.",
        "Nothing is left to do.",
        "onboarding.proposable_tiers",
    )


_BY_STATE: dict[State, Callable[[Standing, Sequence[CriterionLine], Law], Telling]] = {
    State.MOUNTED: _mounted,
    State.SHADOW: _shadow,
    State.ACTIVE: _active,
    State.SUSPENDED: _suspended,
    State.REMOVED: _removed,
    State.RETIRED: _retired,
}
