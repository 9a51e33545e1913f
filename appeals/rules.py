"""What may be appealed, until when, and what a review's readings come to (spec section 12). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from charter.articles import Appeals

SUSPENSION, DEMOTION, REMOVAL, VIOLATION, REJECTION = "suspension", "demotion", "removal", "violation", "rejection"
BY_MOVE = {
    "suspend": SUSPENSION,
    "fall_to_high": DEMOTION,
    "fall_to_standard": DEMOTION,
    "fall_to_research": DEMOTION,
    "remove": REMOVAL,
    "confirm": VIOLATION,
    "reject": REJECTION,
}


def what_is_contested(move: str) -> str | None:
    """The kind of decision that a party may appeal, or None."""
    return BY_MOVE.get(move)


def in_time(decided_at: datetime, *, at: datetime, penalty_until: datetime | None, law: Appeals) -> bool:
    """Within the law's days of the decision, or while its penalty runs."""
    return at <= decided_at + law.submitted_within or (penalty_until is not None and at <= penalty_until)


def due(state: str, *, since: datetime, law: Appeals) -> datetime | None:
    """When this stage of an appeal is due."""
    spans: dict[str, timedelta] = {
        "self_review": law.self_review_within,
        "sentinel_review": law.sentinel_within,
        "steward_review": law.steward_within,
    }
    return since + spans[state] if state in spans else None


@dataclass(frozen=True)
class Finding:
    """What the sentinel's review found: ``holds`` is True, False, or None where a steward has to rule."""

    holds: bool | None
    reason: str


def finding_on(about_move: str, answers: Sequence[Mapping[str, Any]]) -> Finding:
    """What both scorers' readings of the contested answers come to; only where both say the same is it a ruling."""
    if what_is_contested(about_move) != VIOLATION:
        return Finding(None, "This rests on a judgement that no scorer can repeat: a steward rules on it.")
    if not answers:
        return Finding(None, "It rests on no answer that could be read again: a steward rules on it.")
    if any(it["ruled"] for it in answers):
        reason = "A word about an answer made it so, which no scorer can repeat: a steward rules on it."
        return Finding(None, reason)
    then, now = (holds_by([it[side] for it in answers]) for side in ("then", "now"))
    reason = f"{_told('then', answers, then)} {_told('now', answers, now)}"
    if then is None or then != now:
        return Finding(None, f"{reason} A steward rules on it.")
    return Finding(then, reason)


def ruling(holds: bool | None, *, against_person: bool) -> str:
    """The move that a finding leads to: the sentinel rules on a machine's decision, and only advises on a person's."""
    if against_person or holds is None:
        return "bring_to_steward"
    return "deny_by_sentinel" if holds else "grant_by_sentinel"


def holds_by(readings: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether one answer at least is critical; None where none is and one of them could not be read."""
    if any(it["critical"] for it in readings):
        return True
    return None if any(it["critical"] is None for it in readings) else False


def _told(side: str, answers: Sequence[Mapping[str, Any]], holds: bool | None) -> str:
    readings = [it[side] for it in answers]
    which = "the scorer that judged them" if side == "then" else "the scorer in force now"
    names = ", ".join(sorted({it["scorer"] for it in readings}))
    if holds is None:
        return f"By {which} ({names}) it cannot be said: {_silence(readings)}."
    critical = sum(bool(it["critical"]) for it in readings)
    verb = "is" if critical == 1 else "are"
    still = "critical" if side == "then" else "critical today"
    return f"By {which} ({names}), {critical} of {len(readings)} answers {verb} {still}."


def _silence(readings: Collection[Mapping[str, Any]]) -> str:
    return "; ".join(sorted({it["why"] for it in readings if it["why"]}))
