"""What a simulation reads: how companions stood, what happened to them, what was measured before each step."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from charter.law import Law
from charter.queries import law_at
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import UnknownScorer, scorer_of
from ledger.models import Decision
from registry.models import Companion
from tiers.actions.standing import registered
from tiers.models import Decline, Incident, Monitoring, Nomination, Standing
from tiers.models.nomination import State as NominationState
from tiers.queries.evidence import bundles
from tiers.queries.rise_words import named_of
from tiers.queries.rising import rise_evidence
from tiers.rules.bundle import Bundle
from tiers.rules.falling import Clock
from tiers.rules.falling import Measure as Declining
from tiers.rules.ladder import is_offence
from tiers.rules.measuring import measure
from tiers.rules.rise_evidence import RiseEvidence, time_away
from tiers.simulating.judging import Offence, Seen, may_rise
from tiers.simulating.places import ACTIVE, Happening, Place, moved

_WITH_UNTIL = frozenset({"suspend", "change_suspension", "end_suspension"})


@dataclass(frozen=True)
class Told:
    """What happened to one companion until the end of a simulation, in the order of time."""

    happenings: tuple[Happening, ...]
    offences: tuple[Offence, ...]

    def between(self, after: datetime, to: datetime) -> list[Happening | Offence]:
        """All of it in (``after``, ``to``]; what people said goes before what the rules make of an offence."""
        found: list[Happening | Offence] = [it for it in self.happenings if after < it.at <= to and not it.is_ruled]
        found += [it for it in self.offences if after < it.at <= to]
        return sorted(found, key=lambda it: (it.at, isinstance(it, Offence)))


def told_of(companions: Sequence[Companion], *, until: datetime) -> dict[UUID, Told]:
    """The sealed decisions about these companions, and their confirmed offences; two queries."""
    happened, offended = _happenings(companions, until), _offences(companions, until)
    return {it.pk: Told(tuple(happened[it.ref]), tuple(offended[it.pk])) for it in companions}


def places_at(companions: Sequence[Companion], told: Mapping[UUID, Told], *, at: datetime) -> dict[UUID, Place]:
    """How each stood at ``at``, folded from its sealed decisions, with the clocks that ran; two queries more."""
    clocks, watched = _clocks(companions, at), _watched(companions, at)
    found = {}
    for companion in companions:
        place = Place(companion.pk, companion.ref, reviewed_until=at)
        for it in told[companion.pk].happenings:
            place = moved(place, it) if it.at <= at else place
        running = tuple(it for it in clocks[companion.pk] if it.tier == place.tier) if place.state == ACTIVE else ()
        found[companion.pk] = replace(place, clocks=running, monitored_until=watched.get(companion.pk))
    return found


class Reader:
    """What was measured of companions at one step, by one law; what two laws read alike is read once."""

    def __init__(self, companions: Iterable[Companion], *, at: datetime, otherwise: Law) -> None:
        self.companions = {it.pk: it for it in companions}
        self.at = at
        self.scorer = _scorer_at(at, otherwise=otherwise)
        self._read: dict[tuple[Any, ...], Bundle] = {}

    def seen(self, places: Iterable[Place], law: Law) -> dict[UUID, Seen]:
        """What the rules are asked with, of every place that is probed."""
        probed = [it for it in places if it.is_probed]
        self._read_missing(probed, law)
        rises = self._rises([it for it in probed if may_rise(it, law, at=self.at)], law)
        return {
            it.companion: Seen(
                measure(self._read[_key(it, law)], law),
                rises.get(it.companion),
                registered(_standing(it, self.companions[it.companion])),
            )
            for it in probed
        }

    def _read_missing(self, places: Iterable[Place], law: Law) -> None:
        missing = {_key(it, law): it for it in places if _key(it, law) not in self._read}
        standings = {_standing(it, self.companions[it.companion]): key for key, it in missing.items()}
        for standing, bundle in bundles(list(standings), law=law, at=self.at, scorer=self.scorer, known_at=self.at):
            self._read[standings[standing]] = bundle

    def _rises(self, places: Sequence[Place], law: Law) -> dict[UUID, RiseEvidence]:
        """What is known for a rise; time away and closer watch are those of the run."""
        if not places:
            return {}
        standings = {_standing(it, self.companions[it.companion]): it for it in places}
        found = rise_evidence(list(standings), law=law, at=self.at, scorer=self.scorer)
        led = named_of(_led_to_a_rise([it.companion for it in places], self.at), self.at)
        return {
            place.companion: replace(
                found[standing],
                away=time_away(place.moves, since=place.tier_since or self.at, at=self.at),
                monitored_until=place.monitored_until,
                nomination=found[standing].nomination or led.get(place.companion),
            )
            for standing, place in standings.items()
        }


def _key(place: Place, law: Law) -> tuple[Any, ...]:
    """What a bundle hangs on: the standing as far as it is read, and the law's buckets, windows and units."""
    standing = (
        place.state,
        place.tier,
        place.state_since,
        place.tier_since,
        place.shadow_since,
        place.window_opened_at,
    )
    windows = tuple(sorted(law.gi.windows.items()))
    spans = (law.shadow.bucket, law.shadow.window, law.gi.decay_unit)
    return place.companion, standing, spans, windows, law.scoring.compliant_at


def _standing(place: Place, companion: Companion) -> Standing:
    """A standing as the queries read it, of no row: it is never saved."""
    assert place.state_since is not None, "who is probed stands somewhere since some time"
    return Standing(
        pk=place.companion,
        companion=companion,
        state=place.state,
        tier=place.tier,
        precaution=place.precaution,
        state_since=place.state_since,
        tier_since=place.tier_since,
        shadow_since=place.shadow_since,
        window_opened_at=place.window_opened_at,
    )


def _happenings(companions: Iterable[Companion], until: datetime) -> dict[str, list[Happening]]:
    rows = Decision.objects.filter(
        subject_kind="companion", subject_ref__in=[it.ref for it in companions], at__lte=until
    ).select_related("seal")
    found: dict[str, list[Happening]] = defaultdict(list)
    for row in rows.order_by("at", "seal__idx"):
        facts = json.loads(bytes(row.seal.entry))["decision"] if row.move in _WITH_UNTIL else {}
        until_text = facts.get("until")
        found[row.subject_ref].append(
            Happening(
                at=row.at,
                move=row.move,
                from_state=row.from_state,
                to_state=row.to_state,
                by_kind=row.actor_kind,
                by_ref=row.actor_ref,
                until=datetime.fromisoformat(until_text) if until_text else None,
                is_early=bool(facts.get("early")),
            )
        )
    return found


def _offences(companions: Iterable[Companion], until: datetime) -> dict[UUID, list[Offence]]:
    """Confirmed incidents in their order, each with those before it; what an appeal voided never counted."""
    rows = Incident.objects.filter(companion__in=[it.pk for it in companions], confirmed_at__lte=until)
    found: dict[UUID, list[Offence]] = defaultdict(list)
    for row in rows.exclude(state="voided").order_by("confirmed_at", "number"):
        if is_offence(row.kind) and row.confirmed_at is not None:
            earlier = tuple(it.at for it in found[row.companion_id])
            found[row.companion_id].append(Offence(row.confirmed_at, row.public_id, row.kind, row.severity, earlier))
    return found


def _clocks(companions: Iterable[Companion], at: datetime) -> dict[UUID, list[Clock]]:
    rows = Decline.objects.filter(companion__in=[it.pk for it in companions], began_at__lte=at)
    found: dict[UUID, list[Clock]] = defaultdict(list)
    for row in rows.order_by("began_at"):
        if row.ended_at is None or row.ended_at > at:
            reviewed = row.reviewed_at is not None and row.reviewed_at <= at
            shown = row.with_steward_at is not None and row.with_steward_at <= at
            found[row.companion_id].append(Clock(Declining(row.measure), row.tier, row.began_at, reviewed, shown))
    return found


def _watched(companions: Iterable[Companion], at: datetime) -> dict[UUID, datetime]:
    rows = Monitoring.objects.filter(companion__in=[it.pk for it in companions], began_at__lte=at, until__gt=at)
    return dict(rows.order_by("until").values_list("companion_id", "until"))


def _led_to_a_rise(companions: Iterable[UUID], at: datetime) -> dict[UUID, Nomination]:
    """Nominations that ended with a rise by ``at``: in a run in which nobody rose they stand until they lapse."""
    rows = Nomination.objects.filter(
        companion__in=list(companions),
        state=NominationState.PROMOTED,
        opened_at__lte=at,
        closed_at__lte=at,
        lapses_at__gt=at,
    )
    return {row.companion_id: row for row in rows.prefetch_related("words").order_by("opened_at")}


def _scorer_at(at: datetime, *, otherwise: Law) -> Scorer:
    """The scorer that was in force, by whose sums everybody was judged; where this host has it no more, another."""
    try:
        return scorer_of(law_at(at))
    except UnknownScorer:
        return scorer_of(otherwise)
