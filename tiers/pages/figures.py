"""A companion's standing as figures: the strip of its life, its GI with trend, the ladder."""

from collections.abc import Sequence
from datetime import datetime

from charter.law import Law
from faces.figures.gi import GiBar, GiPart, Spark, SparkEvent, SparkPoint
from faces.figures.strip import Step, Strip
from ledger.queries import Told
from tiers.models import Assessment, Standing
from tiers.models.standing import Precaution, State
from tiers.queries.evidence import clean_since
from tiers.queries.story import is_over, state_now

_WAY = (State.MOUNTED, State.SHADOW, State.ACTIVE)
_EVENTS = {
    "enter_research": "entered research",
    "enter_standard": "entered standard",
    "enter_high": "entered high",
    "enter_critical": "entered critical",
    "suspend": "suspended",
    "end_suspension": "suspension ended",
    "freeze": "frozen",
    "unfreeze": "unfrozen",
    "return_to_shadow": "back to shadow mode",
}
PARTS = {
    "constitutional": "C: mean score of its answers / 100, recent ones weighing more",
    "consensus": "K: how often it answers as its peers do on the same question",
    "reliability": "R: uptime x (1 - error rate)",
    "efficiency": "E: its tier's budget / its actual cost for 1,000 tokens, at most 1",
    "trust": "T: feedback and endorsements of people, smoothed towards one half",
}


def strip(standing: Standing, told: Sequence[Told], law: Law, at: datetime) -> Strip:
    """The life of a companion from left to right, with when it reached each state and what ends the present one.

    A suspension is over when its time is, even before anybody came to write that down.
    """
    moves = [row for row in sorted(told, key=lambda row: row.at) if row.to_state != row.from_state]
    reached = {row.to_state: row for row in moves if row.to_state in State.values}
    here = state_now(standing, at)
    if here in _WAY:
        since = standing.suspended_until if is_over(standing, at) else standing.state_since
        steps = [_step(state, here, reached, standing, law, since=since) for state in _WAY]
        return Strip(f"The life of {standing.companion.ref}", tuple(steps), ("suspended", "removed", "retired"))
    before = State(standing.state_before) if here is State.SUSPENDED else None
    gone = [Step(state.label.lower(), "gone", at=reached[state].at) for state in _WAY if state in reached]
    ending = Step(here.label.lower(), "here", at=standing.state_since, tone="fail" if here != State.RETIRED else "")
    if before is None:
        return Strip(f"The life of {standing.companion.ref}", (*gone, ending))
    back = Step(before.label.lower(), "next", due_at=standing.suspended_until, note="ends by itself")
    if standing.suspended_until is None:
        back = Step(before.label.lower(), "next", note="waits for a steward's word")
    return Strip(f"The life of {standing.companion.ref}", (*gone, ending, back), ("removed", "retired"))


def _step(
    state: State, here: State, reached: dict[str, Told], standing: Standing, law: Law, *, since: datetime | None
) -> Step:
    place, now_at = _WAY.index(state), _WAY.index(here)
    told = reached.get(state)
    at = since if state is here else told.at if told else None
    if place < now_at:
        return Step(state.label.lower(), "gone", at=at)
    if state is here:
        frozen = standing.precaution == Precaution.FROZEN
        return Step(
            state.label.lower(), "here", at=at, tone="frozen" if frozen else "", note="frozen" if frozen else ""
        )
    if place == now_at + 1 and here is State.SHADOW and standing.window_opened_at:
        return Step(state.label.lower(), "next", note=_earliest(clean_since(standing) + law.shadow.window))
    return Step(state.label.lower(), "next" if place == now_at + 1 else "open")


def _earliest(at: datetime) -> str:
    return f"at the earliest {at:%Y-%m-%d %H:%M:%S} UTC, once all criteria pass"


def gi_bar(standing: Standing, latest: Assessment | None, law: Law) -> GiBar:
    """GI by its five parts; hatched where a part has no evidence."""
    parts = tuple(
        GiPart(name, weight, getattr(latest, name) if latest else None, PARTS[name])
        for name, weight in law.gi.weights.items()
    )
    return GiBar(
        parts=parts,
        score=latest.gi if latest else None,
        low=latest.gi_low if latest else None,
        high=latest.gi_high if latest else None,
        least=law.tiers[standing.tier].gi if standing.tier else None,
        computed_at=latest.computed_at if latest else None,
    )


def trend(standing: Standing, assessments: Sequence[Assessment], law: Law, *, told: Sequence[Told] = ()) -> Spark:
    """The course of GI, with what happened on the way."""
    points = tuple(SparkPoint(row.computed_at, row.gi) for row in assessments)
    since = points[0].at if points else None
    events = tuple(
        SparkEvent(row.at, _event(row))
        for row in sorted(told, key=lambda row: row.at)
        if since is not None and row.at >= since and _event(row)
    )
    return Spark(
        f"GI of {standing.companion.ref}",
        points,
        events,
        least=law.tiers[standing.tier].gi if standing.tier else None,
        trend=assessments[-1].trend if assessments else "",
    )


def _event(row: Told) -> str:
    if row.subject[0] != "companion":
        return ""
    if row.move.startswith(("rise_to_", "fall_to_")):
        return row.move.replace("_", " ")
    return _EVENTS.get(row.move, "")
