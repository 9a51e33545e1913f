"""What runs beside a companion's state, as the API shows it at a time: declines, penalties, watch, nomination."""

from datetime import datetime
from typing import Any

from charter.law import Law
from ledger.canonical import plain
from tiers.api.shown import time
from tiers.models import Decline, Monitoring, Nomination, NominationWord, Penalty
from tiers.models.decline import State as DeclineState
from tiers.models.penalty import State as PenaltyState
from tiers.queries.clocks import fall_due_at, offence_until, review_due_at
from tiers.queries.words import missing_words, whose


def decline_json(row: Decline, at: datetime) -> dict[str, Any]:
    """An open decline with its clocks, by the law that it began under."""
    reviewed = row.reviewed_at is not None and row.reviewed_at <= at
    return {
        "measure": row.measure,
        "state": DeclineState.REVIEWED.value if reviewed else DeclineState.ALERTED.value,
        "tier": row.tier,
        "asked": plain(row.asked),
        "value": plain(row.value),
        "beganAt": time(row.began_at),
        "reviewDueAt": time(review_due_at(row)),
        "reviewedAt": time(row.reviewed_at) if reviewed else None,
        "fallDueAt": time(fall_due_at(row)),
        "withStewardAt": time(_until(row.with_steward_at, at)),
        "lawDigest": row.law.digest,
    }


def penalty_json(row: Penalty, law: Law) -> dict[str, Any]:
    """A penalty whose offence counts, and until when; ``law`` is the one in force."""
    choosing = row.state == PenaltyState.CHOOSING
    return {
        "incidentId": row.incident.public_id,
        "nth": row.nth,
        "kind": row.kind or None,
        "state": PenaltyState.CHOOSING.value if choosing else PenaltyState.IMPOSED.value,
        "imposedAt": time(row.imposed_at),
        "until": time(row.until),
        "countsUntil": time(offence_until(row.incident, law)),
        "lawDigest": row.law.digest,
    }


def monitoring_json(row: Monitoring, at: datetime) -> dict[str, Any]:
    """A closer watch; the plan itself is between its provider and the stewards."""
    return {
        "because": row.because,
        "beganAt": time(row.began_at),
        "until": time(row.until),
        "planGivenAt": time(_until(row.plan_given_at, at)),
    }


def nomination_json(row: Nomination, *, endorsements: int) -> dict[str, Any]:
    """An open nomination with its words, and those that are missing; persons are told by their office."""
    words = list(row.words.all())
    return {
        "tier": row.tier,
        "openedAt": time(row.opened_at),
        "lapsesAt": time(row.lapses_at),
        "evidence": [{name: str(item.get(name, "")) for name in ("kind", "text", "link")} for item in row.evidence],
        "words": [_word(word) for word in words],
        "missing": list(missing_words(words, row.tier, row.law.law, endorsements=endorsements)),
        "endorsements": endorsements,
        "lawDigest": row.law.digest,
    }


def _word(word: NominationWord) -> dict[str, Any]:
    return {
        "kind": word.kind,
        "by": whose(word),
        "inPlaceOfCritical": word.in_place_of_critical,
        "at": time(word.given_at),
        "decisionId": word.sealed_as.public_id,
    }


def _until(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment <= at else None
