"""Do companions agree? When a slot is closed, each answer is compared with its peers', by counting (spec section 9)."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from charter.law import Law
from shadow import rules
from shadow.actions.summing import Addition, Key, add
from shadow.actions.watched import Watched, locked_watches
from shadow.models import Sample, Slot, Watch
from shadow.probes import Probe
from shadow.prompts import OPEN

SLOTS_AT_ONCE = 20
COMPANIONS_AT_ONCE = 500


@dataclass
class Tally:
    """How often each answer was given among some companions."""

    answers: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        return self.answers.total()


def close_slots(*, law: Law, at: datetime) -> int:
    """Compare the votes and closed answers of slots that are over; how many samples were compared.

    A slot is over when its interval has passed and nobody can be asked any more. A comparison is made once for each
    slot and companion, with its peers of the same tier, or where they are too few with any active ones; the cost grows
    with the companions and not with their pairs.
    """
    compared = 0
    for slot_at in slots_to_close(law=law, at=at):
        compared += _close(slot_at, law)
    return compared


def slots_to_close(*, law: Law, at: datetime, open_answers: bool = False) -> list[datetime]:
    """Times of slots that are over and still hold answers to compare, oldest first.

    Votes and closed answers are equal or not; ``open_answers`` are alike or not, which others find out.
    """
    over = at - law.shadow.deliberation_every
    waiting = Sample.objects.filter(to_compare=True, slot_at__lte=over).order_by("slot_at")
    waiting = waiting.filter(prompt_kind__in=OPEN) if open_answers else waiting.exclude(prompt_kind__in=OPEN)
    times = list(waiting.values_list("slot_at", flat=True).distinct()[:SLOTS_AT_ONCE])
    if not times:
        return []
    open_ = set(
        Slot.objects.filter(probe=Probe.DELIBERATION, slot_at__gte=times[0], slot_at__lte=times[-1])
        .values_list("slot_at", flat=True)
        .distinct()
    )
    return [slot_at for slot_at in times if slot_at not in open_]


@dataclass(frozen=True)
class ClosedSlot:
    """The answers of one slot: (prompt, answer) by companion, and tallies of those of active companions."""

    slot_at: datetime
    given: dict[uuid.UUID, tuple[str, str]]
    peers: frozenset[uuid.UUID]
    in_tier: dict[tuple[str, str], Tally]
    among_all: dict[str, Tally]

    def compared(self, watch: Watched, *, at_least: int) -> tuple[int, int]:
        """(comparisons, agreements) of this companion with its peers."""
        prompt, answer = self.given[watch.companion_id]
        own = watch.companion_id in self.peers
        tier = self.in_tier.get((prompt, watch.tier), Tally())
        return compare(answer, tier, self.among_all.get(prompt, Tally()), own=own, at_least=at_least)


def _close(slot_at: datetime, law: Law) -> int:
    rows = _answers(slot_at).values_list("companion_id", "prompt_id", "position", "closed_answer", "to_compare")
    given, waiting = {}, []
    for companion, prompt, position, closed, to_compare in rows:
        given[companion] = (prompt, position or closed)
        if to_compare:
            waiting.append(companion)
    slot = _tallied(slot_at, given)
    return sum(
        _store(slot, waiting[start : start + COMPANIONS_AT_ONCE], law)
        for start in range(0, len(waiting), COMPANIONS_AT_ONCE)
    )


def _store(slot: ClosedSlot, companions: list[uuid.UUID], law: Law) -> int:
    def compared(watch: Watched) -> tuple[int, int]:
        return slot.compared(watch, at_least=law.gi.peers.at_least)

    return store(_answers(slot.slot_at), slot.slot_at, companions, compared)


def store(
    answers: QuerySet[Sample],
    slot_at: datetime,
    companions: Collection[uuid.UUID],
    compared: Callable[[Watched], tuple[int, int]],
) -> int:
    """Count (comparisons, agreements) of those whose answers still wait, once, under the lock of their watches."""
    with transaction.atomic():
        watches = locked_watches(companions)
        mine = answers.filter(companion_id__in=companions, to_compare=True)
        still = list(mine.values_list("companion_id", flat=True))
        mine.filter(companion_id__in=still).update(to_compare=False)
        additions: dict[Key, Addition] = defaultdict(Addition)
        for companion in still:
            watch = watches[companion]
            comparisons, agreed = compared(watch)
            if comparisons:
                bucket_at = rules.floor(slot_at, watch.law.shadow.bucket)
                additions[companion, Probe.DELIBERATION, bucket_at].counts.update(
                    peers_compared=comparisons, peers_agreed=agreed
                )
        add(additions)
    return len(still)


def _answers(slot_at: datetime) -> QuerySet[Sample]:
    found = Sample.objects.filter(probe=Probe.DELIBERATION, slot_at=slot_at)
    return found.exclude(position="", closed_answer="")


def compare(answer: str, tier: Tally, everybody: Tally, *, own: bool, at_least: int) -> tuple[int, int]:
    """(comparisons, agreements) of one answer with its peers'; ``own``: both tallies count it, which does not count."""
    for tally, least in ((tier, at_least), (everybody, 1)):
        peers = tally.n - own
        if peers >= least:
            return peers, tally.answers[answer] - own
    return 0, 0


def _tallied(slot_at: datetime, given: dict[uuid.UUID, tuple[str, str]]) -> ClosedSlot:
    in_tier: dict[tuple[str, str], Tally] = defaultdict(Tally)
    among_all: dict[str, Tally] = defaultdict(Tally)
    active = dict(Watch.objects.filter(is_active=True, companion_id__in=given).values_list("companion_id", "tier"))
    for companion, tier in active.items():
        prompt, answer = given[companion]
        in_tier[prompt, tier].answers[answer] += 1
        among_all[prompt].answers[answer] += 1
    return ClosedSlot(slot_at, given, frozenset(active), in_tier, among_all)
