"""What a companion's state means to a reader: what happened, by which line of the law, what comes next, who can act."""

from collections.abc import Sequence
from dataclasses import dataclass

from charter.law import Law
from faces.figures.amounts import in_words
from faces.figures.criterion import CriterionLine
from tiers.models import Standing
from tiers.models.standing import Precaution, State


@dataclass(frozen=True)
class Telling:
    """Sentences for the head of a page; ``law_path`` is the line that the state rests on."""

    what: str
    next: str
    who: str
    law_path: str


def telling(standing: Standing, open_now: Sequence[CriterionLine], law: Law) -> Telling:
    """The present state in words."""
    if standing.precaution == Precaution.FROZEN and standing.state in {State.SHADOW, State.ACTIVE}:
        return Telling(
            "It is frozen as a precaution, without fault: it is asked, and counts for nothing.",
            "It goes on where it stopped once the precaution is lifted.",
            "A steward lifts it.",
            "falling.emergency_below",
        )
    return _BY_STATE[State(standing.state)](standing, open_now, law)


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
    if standing.with_steward_at:
        after = in_words(law.shadow.to_steward_after)
        what = f"It has been in shadow mode for longer than {after}: a steward looks at it."
    names = ", ".join(line.name for line in open_now)
    still = f"Still open: {names}." if names else "Nothing required is open."
    return Telling(
        what,
        f"It becomes active by rule once {window} have passed without a critical failure and every required "
        f"criterion passes. {still}",
        "Nobody needs to act: the rule decides. Incidents that wait are looked at by a steward.",
        "shadow.window",
    )


def _active(standing: Standing, _open: Sequence[CriterionLine], law: Law) -> Telling:
    return Telling(
        f"It is active at the tier {standing.tier}: its votes weigh {standing.vote_weight.normalize():f}.",
        f"Its GI is computed every {in_words(law.gi.every)} and must stay at or above {law.tiers[standing.tier].gi}.",
        "A steward may promote it by the ladder below; below its minimum it falls by rule.",
        f"tiers.{standing.tier}.gi",
    )


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


_BY_STATE = {
    State.MOUNTED: _mounted,
    State.SHADOW: _shadow,
    State.ACTIVE: _active,
    State.SUSPENDED: _suspended,
    State.REMOVED: _removed,
    State.RETIRED: _retired,
}
