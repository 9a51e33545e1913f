"""What may be appealed, by whom, and until when (spec section 12). Pure."""

from datetime import datetime, timedelta

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
