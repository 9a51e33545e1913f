"""What befell a companion beside its state: incidents, declines, penalties, monitoring, nominations, batteries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from charter.models import LawVersion
from civic.queries import endorsements_of
from ledger.models import Decision
from ledger.queries import Told, told
from registry.models import Companion
from shadow.models import BatteryRun
from tiers.models import Decline, Incident, Monitoring, Nomination, NominationWord, Penalty, RiseReview, Standing
from tiers.models.decline import OPEN
from tiers.models.nomination import State as NominationState
from tiers.models.penalty import Kind
from tiers.models.standing import State
from tiers.queries.rise_words import reviews_owed
from tiers.rules.access import Subject, state_at

MOST = 50
DECISIONS = 200


@dataclass(frozen=True)
class Story:
    """Rows about one companion, newest first, each with the law that it runs under at hand."""

    incidents: tuple[Incident, ...]
    declines: tuple[Decline, ...]
    penalties: tuple[Penalty, ...]
    monitorings: tuple[Monitoring, ...]
    nominations: tuple[Nomination, ...]
    reviews: tuple[RiseReview, ...]
    batteries: tuple[BatteryRun, ...]
    endorsements: int

    @property
    def open_declines(self) -> tuple[Decline, ...]:
        return tuple(row for row in self.declines if row.state in OPEN)

    @property
    def nomination(self) -> Nomination | None:
        """The open one, if there is one."""
        return next((row for row in self.nominations if row.state == NominationState.OPEN), None)

    def monitoring(self, at: datetime) -> Monitoring | None:
        """The one that runs longest at ``at``."""
        running = [row for row in self.monitorings if row.began_at <= at < row.until]
        return max(running, key=lambda row: row.until, default=None)

    def subjects(self, companion: Companion) -> list[tuple[str, str]]:
        """What the sealed decisions about all of this are about."""
        rows: list[Any] = [*self.incidents, *self.declines, *self.penalties, *self.nominations]
        return [("companion", companion.ref), *((row.subject_kind, row.subject_ref) for row in rows)]


def story_of(companion: Companion) -> Story:
    """The last rows of every kind; as many queries for a long story as for a short one."""
    incidents = list(Incident.objects.filter(companion=companion)[:MOST])
    declines = list(Decline.objects.filter(companion=companion)[:MOST])
    penalties = list(Penalty.objects.filter(companion=companion).select_related("incident")[:MOST])
    words = Prefetch("words", NominationWord.objects.select_related("sealed_as"))
    nominations = list(Nomination.objects.filter(companion=companion).prefetch_related(words)[:MOST])
    batteries = list(BatteryRun.objects.filter(companion=companion)[:MOST])
    with_their_law([*incidents, *declines, *penalties, *nominations, *batteries])
    reviews = RiseReview.objects.filter(companion=companion).select_related("sealed_as")
    return Story(
        incidents=tuple(incidents),
        declines=tuple(declines),
        penalties=tuple(penalties),
        monitorings=tuple(Monitoring.objects.filter(companion=companion).order_by("-began_at")[:MOST]),
        nominations=tuple(nominations),
        reviews=tuple(reviews[:MOST]),
        batteries=tuple(batteries),
        endorsements=endorsements_of(companion).count(),
    )


def with_their_law(rows: Iterable[Any]) -> None:
    """Give rows the law they name: its document is long and shared by many, so each version is read once."""
    found = list(rows)
    laws = LawVersion.objects.in_bulk({row.law_id for row in found})
    for row in found:
        row.law = laws[row.law_id]


def decisions_about(subjects: Sequence[tuple[str, str]], *, most: int = DECISIONS) -> list[Told]:
    """The sealed decisions about any of ``subjects`` (kind, ref), newest first; as many queries for many kinds."""
    by_kind: dict[str, list[str]] = {}
    for kind, ref in subjects:
        by_kind.setdefault(kind, []).append(ref)
    asked = Q(pk__in=[])
    for kind, refs in by_kind.items():
        asked |= Q(subject_kind=kind, subject_ref__in=refs)
    return told(list(Decision.objects.filter(asked).select_related("seal").order_by("-seal__idx")[:most]))


def owed_since(companion: Companion, story: Story, at: datetime) -> datetime | None:
    """Since when it owes a review that a warning asked for; None where it owes none."""
    warned = any(row.kind == Kind.WARNING for row in story.penalties)
    return reviews_owed([companion.pk], at).get(companion.pk) if warned else None


def laws_between(since: datetime, until: datetime) -> list[tuple[datetime, str]]:
    """Versions of the law that began to bind in this time, and when; the oldest first."""
    rows = LawVersion.objects.filter(effective_from__gt=since, effective_from__lte=until).order_by("effective_from")
    return list(rows.values_list("effective_from", "version"))


def is_over(standing: Standing, at: datetime) -> bool:
    """Whether its suspension's time is over at ``at``, even before anybody came to write that down."""
    return bool(standing.state == State.SUSPENDED and state_now(standing, at) != State.SUSPENDED)


def state_now(standing: Standing, at: datetime) -> State:
    """Its state at ``at``, as whoever asks for access is told it."""
    subject = Subject(
        ref=standing.companion.ref,
        state=str(standing.state),
        tier=str(standing.tier),
        returns_to=standing.state_before,
        suspended_until=standing.suspended_until,
    )
    return State(state_at(subject, at))


def counts_now(standing: Standing, at: datetime) -> bool:
    """Whether its votes and its GI count at ``at``."""
    return bool(state_now(standing, at) == State.ACTIVE and standing.precaution == "free")
