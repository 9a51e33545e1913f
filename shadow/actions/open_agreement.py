"""Do open answers agree? They are alike or not, by their embeddings, against a few peers each (spec section 9).

Active companions stand on a ring in the order of a keyed hash, another one in every slot; a companion is compared with
the next few on the ring, so that each is a peer as often as it is compared and nobody can foresee whose. Work is done
in the ring's order and in small batches, in which every text is embedded once: the cost grows with the companions.
"""

import hashlib
import hmac
import logging
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from charter.embedding import EmbedderMissing
from charter.law import Law
from shadow.actions.agreement import slots_to_close, store
from shadow.actions.watched import Watched
from shadow.asking import slot_key
from shadow.models import Answer, Sample, Watch
from shadow.probes import Probe
from shadow.prompts import OPEN

log = logging.getLogger(__name__)
AT_ONCE = 50
# How alike each text is to each, -1 to 1, as a square; raises EmbedderMissing.
Similar = Callable[[Sequence[str]], Sequence[Sequence[Decimal]]]
Place = tuple[bytes, uuid.UUID]


def compare_open_answers(
    *, law: Law, at: datetime, similar: Similar | None, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Compare open answers of slots that are over, while ``go_on``; how many samples were done with.

    Without ``similar``, or with an embedder that turns out to be missing, they are left uncompared for good.
    """
    done = 0
    for slot_at in slots_to_close(law=law, at=at, open_answers=True):
        if not go_on():
            break
        try:
            done += _close(slot_at, law, similar, go_on) if similar else _leave(slot_at)
        except EmbedderMissing as error:
            log.error("open answers of a slot are left uncompared: %s", error)  # noqa: TRY400  the message says it all
            done += _leave(slot_at)
    return done


def _leave(slot_at: datetime) -> int:
    return _answers(slot_at).filter(to_compare=True).update(to_compare=False)


def _close(slot_at: datetime, law: Law, similar: Similar, go_on: Callable[[], bool]) -> int:
    slot = _slot(slot_at)
    waiting = _answers(slot_at).filter(to_compare=True).values_list("companion_id", flat=True)
    in_order = sorted(waiting, key=slot.place)
    done = 0
    for start in range(0, len(in_order), AT_ONCE):
        if not go_on():
            break
        some = in_order[start : start + AT_ONCE]
        counts = _compared(slot, some, law, similar)
        done += _store(slot_at, some, counts)
    return done


def _store(slot_at: datetime, companions: list[uuid.UUID], counts: Mapping[uuid.UUID, tuple[int, int]]) -> int:
    def compared(watch: Watched) -> tuple[int, int]:
        return counts.get(watch.companion_id, (0, 0))

    return store(_answers(slot_at), slot_at, companions, compared)


@dataclass(frozen=True)
class OpenSlot:
    """The open answers of one slot whose texts are still there, and the rings of active companions.

    ``given`` holds (sample, prompt) by companion, ``tiers`` the tier of each; rings are sorted by place.
    """

    key: bytes
    given: Mapping[uuid.UUID, tuple[uuid.UUID, str]]
    tiers: Mapping[uuid.UUID, str]
    in_tier: Mapping[tuple[str, str], Sequence[Place]]
    among_all: Mapping[str, Sequence[Place]]

    def place(self, companion: uuid.UUID) -> Place:
        """Where a companion stands on this slot's ring."""
        return place_of(self.key, companion)

    def peers(self, companion: uuid.UUID, *, at_least: int, most: int) -> list[uuid.UUID]:
        """Whom it is compared with: of its tier if they are enough, else any active ones."""
        if companion not in self.given:
            return []
        prompt, own = self.given[companion][1], self.place(companion)
        tier = self.in_tier.get((prompt, self.tiers.get(companion, "")), ())
        enough = len(tier) - on_ring(tier, own) >= at_least
        return next_on(tier if enough else self.among_all.get(prompt, ()), own, most=most)


def place_of(key: bytes, companion: uuid.UUID) -> Place:
    """A place that nobody foretells without the slot's key."""
    return hmac.digest(key, b"peer/" + companion.bytes, hashlib.sha256), companion


def on_ring(ring: Sequence[Place], own: Place) -> bool:
    """Whether a place is one of the ring's."""
    before = bisect_right(ring, own)
    return before > 0 and ring[before - 1] == own


def next_on(ring: Sequence[Place], own: Place, *, most: int) -> list[uuid.UUID]:
    """The next companions on the ring after a place, itself left out."""
    start, others = bisect_right(ring, own), len(ring) - on_ring(ring, own)
    return [ring[(start + step) % len(ring)][1] for step in range(min(most, others))]


def _slot(slot_at: datetime) -> OpenSlot:
    kept = Exists(Answer.objects.filter(sample_id=OuterRef("id")))
    rows = _answers(slot_at).filter(kept).values_list("companion_id", "id", "prompt_id")
    given = {companion: (sample, prompt) for companion, sample, prompt in rows}
    key, tiers = slot_key(slot_at), {}
    in_tier: dict[tuple[str, str], list[Place]] = defaultdict(list)
    among_all: dict[str, list[Place]] = defaultdict(list)
    watches = Watch.objects.filter(companion_id__in=given).values_list("companion_id", "tier", "is_active")
    for companion, tier, is_active in watches:
        tiers[companion] = tier
        if is_active:
            prompt = given[companion][1]
            in_tier[prompt, tier].append(place_of(key, companion))
            among_all[prompt].append(place_of(key, companion))
    for ring in (*in_tier.values(), *among_all.values()):
        ring.sort()
    return OpenSlot(key, given, tiers, in_tier, among_all)


def _compared(
    slot: OpenSlot, companions: Sequence[uuid.UUID], law: Law, similar: Similar
) -> dict[uuid.UUID, tuple[int, int]]:
    """(comparisons, agreements) of each; one whose text is gone meanwhile is not compared, and nobody's peer."""
    asked = law.gi.peers
    peers = {it: slot.peers(it, at_least=asked.at_least, most=asked.drawn) for it in companions}
    named = {it for own, others in peers.items() for it in (own, *others) if others}
    texts = _texts({slot.given[it][0]: it for it in named})
    if not texts:
        return {}
    nth = {companion: n for n, companion in enumerate(texts)}
    alike = similar(list(texts.values()))
    counts = {}
    for own in nth.keys() & peers.keys():
        found = [alike[nth[own]][nth[other]] >= asked.similar_at for other in peers[own] if other in nth]
        counts[own] = (len(found), sum(found))
    return counts


def _texts(companions: Mapping[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, str]:
    """The texts of these samples by companion, those that say something."""
    rows = Answer.objects.filter(sample_id__in=companions).order_by("sample_id").values_list("sample_id", "text")
    return {companions[sample]: text for sample, text in rows if text.strip()}


def _answers(slot_at: datetime) -> QuerySet[Sample]:
    return Sample.objects.filter(probe=Probe.DELIBERATION, slot_at=slot_at, prompt_kind__in=OPEN)
