"""What the clocks of falling read: new assessments, the last sound reading, the declines that are open."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from charter.law import Law
from ledger.models import Decision, Evidence
from tiers.models import Assessment, Decline, Standing
from tiers.models.decline import OPEN
from tiers.models.decline import State as DeclineState
from tiers.models.standing import Precaution, State
from tiers.rules import falling
from tiers.rules.bundle import Bundle
from tiers.rules.falling import Clock, Measure, Reading
from tiers.rules.measuring import HUNDRED, measure

# SQLite keeps fifteen digits of a number: what lies this near a minimum is judged from the sums, which are exact.
NEAR = Decimal("0.000001")
READ_BACK = 100


@dataclass(frozen=True)
class Read:
    """An assessment with the reading that its sums give by one law; ``is_new`` until somebody read it."""

    reading: Reading
    bundle: Bundle
    is_new: bool


@dataclass(frozen=True)
class Unread:
    """An assessment nobody read yet: whose it is, and whether anything may follow from it."""

    pk: uuid.UUID
    companion_id: uuid.UUID
    matters: bool


def unread_assessments(*, law: Law, at: datetime, most: int, but: Iterable[uuid.UUID] = ()) -> list[Unread]:
    """The newest assessments that nobody read yet, ``but`` those of these companions; one query."""
    rows = Assessment.objects.filter(is_read=False, computed_at__lte=at).exclude(companion_id__in=list(but))
    columns = ("pk", "companion_id", "gi", "constitutional", "law_digest")
    standing = ("companion__standing__state", "companion__standing__precaution", "companion__standing__tier")
    return [
        Unread(pk, companion, _counts(*now) and (digest != law.digest or _is_near(gi, mean, now[2], law)))
        for pk, companion, gi, mean, digest, *now in rows.order_by("-computed_at").values_list(*columns, *standing)[
            :most
        ]
    ]


def last_sound(standing: Standing, law: Law, *, at: datetime) -> Read | None:
    """The last reading that is sound by ``law``, of assessments since it stands as it stands; None without one."""
    since = max(standing.state_since, standing.tier_since or standing.state_since)
    rows = Assessment.objects.filter(
        companion=standing.companion_id,
        computed_at__gte=since,
        computed_at__lte=at,
        gi__isnull=False,
        constitutional__isnull=False,
        coverage__gte=law.shadow.coverage_at_least - NEAR,
    )
    found = rows.order_by("-computed_at").values_list("evidence_sha256", "is_read")[:READ_BACK]
    reads = (_read(digest, law, is_new=not is_read) for digest, is_read in found)
    return next((it for it in reads if it is not None and _holds(it, standing, law)), None)


def open_declines(*companions: uuid.UUID) -> list[Decline]:
    """Declines whose clocks run, of these companions or of all."""
    rows = Decline.objects.filter(state__in=OPEN).select_related("law", "companion__standing", "companion__provider")
    return list((rows.filter(companion_id__in=companions) if companions else rows).order_by("began_at", "pk"))


def clock_of(decline: Decline) -> Clock:
    """The clock of an open decline, as the rules read it."""
    return Clock(
        Measure(decline.measure),
        decline.tier,
        decline.began_at,
        is_reviewed=decline.state == DeclineState.REVIEWED,
        is_with_steward=decline.with_steward_at is not None,
    )


def is_due(decline: Decline, *, at: datetime) -> bool:
    """Whether its clock has something to do at ``at``, or its companion stands otherwise now."""
    standing, clock, law = decline.companion.standing, clock_of(decline), decline.law.law
    if standing.state != State.ACTIVE or standing.tier != decline.tier:
        return True
    if standing.precaution != Precaution.FREE:
        return False
    due = falling.fall_due_at(clock, law) if clock.is_reviewed else falling.review_due_at(clock, law)
    return bool(at >= due)


def lifted_at(standing: Standing) -> datetime | None:
    """When a steward last lifted a freeze."""
    rows = Decision.objects.filter(
        subject_kind=standing.subject_kind, subject_ref=standing.subject_ref, move="unfreeze"
    )
    return rows.order_by("-seal__idx").values_list("at", flat=True).first()


def was_above(standing: Standing, law: Law, *, since: datetime) -> bool:
    """Whether its mean score was at or above the line of an emergency after ``since``."""
    line = Decimal(law.falling.emergency_below) / HUNDRED
    rows = Assessment.objects.filter(companion=standing.companion_id, computed_at__gt=since, constitutional__gte=line)
    return rows.exists()


def _counts(state: str, precaution: str, _tier: str) -> bool:
    return state == State.ACTIVE and precaution == Precaution.FREE


def _is_near(gi: Decimal | None, mean: Decimal | None, tier: str, law: Law) -> bool:
    """Whether a measure lies below a line that matters, or so near that only the sums tell."""
    if gi is None or mean is None or tier not in law.tiers:
        return False
    least = max(law.tiers[tier].constitutional_minimum, law.falling.emergency_below)
    return gi < law.tiers[tier].gi + NEAR or HUNDRED * (mean - NEAR) < least


def _read(digest: str, law: Law, *, is_new: bool) -> Read | None:
    """What was kept for an assessment, measured by ``law``; None for what releases before kept otherwise."""
    row = Evidence.objects.filter(pk=digest).first()
    if row is None:
        return None
    try:
        bundle = Bundle.from_json(json.loads(row.content))
    except (KeyError, TypeError, ValueError):
        return None
    return Read(falling.reading_of(measure(bundle, law)), bundle, is_new)


def _holds(read: Read, standing: Standing, law: Law) -> bool:
    return read.reading.tier == standing.tier and falling.is_sound(read.reading, law)


def companions_of(rows: Iterable[Unread]) -> Iterator[uuid.UUID]:
    """Each companion once, in the order in which it comes."""
    return iter(dict.fromkeys(row.companion_id for row in rows))
