"""Both runs of a batch of companions, step by step; memory grows with the batch and with what differs alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from charter.law import Law
from registry.models import Companion
from tiers.simulating.effects import Comparison
from tiers.simulating.judging import Judged, at_step, between
from tiers.simulating.places import Place
from tiers.simulating.planning import CannotBeTried, Plan
from tiers.simulating.reading import Reader, Told, places_at, told_of
from tiers.simulating.readonly import reading_only

AT_ONCE = 200
_Places = dict[UUID, Place]
_Decided = dict[UUID, Judged]


def simulated(plan: Plan, refs: Sequence[str], *, at_once: int = AT_ONCE) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """After each batch of companions, how many it held and every effect on them; nothing is written.

    Four queries and a few more for each batch and step: what both laws read alike is read once. Raises CannotBeTried
    where a number of either law lets nothing be computed.
    """
    for start in range(0, len(refs), at_once):
        some = refs[start : start + at_once]
        with reading_only():
            effects = _judged(plan, some)
        yield len(some), effects


def _judged(plan: Plan, refs: Sequence[str]) -> list[dict[str, Any]]:
    try:
        return _effects(plan, refs)
    except (ArithmeticError, ValueError) as error:
        raise CannotBeTried(
            f"Companions cannot be judged by its numbers ({type(error).__name__}): one of them is out of range."
        ) from error


def _effects(plan: Plan, refs: Sequence[str]) -> list[dict[str, Any]]:
    companions = list(Companion.objects.filter(ref__in=list(refs)).select_related("provider").order_by("ref"))
    told = told_of(companions, until=plan.until)
    places = places_at(companions, told, at=plan.since)
    of_law, of_draft = places, dict(places)
    compared = {it.pk: Comparison(it.ref) for it in companions}
    before = plan.since
    for at in plan.steps:
        reader = Reader(companions, at=at, otherwise=plan.against)
        both = [
            _stepped(run, law, told, reader, after=before)
            for run, law in ((of_law, plan.against), (of_draft, plan.draft))
        ]
        for pk, comparison in compared.items():
            comparison.add(both[0][pk], both[1][pk], before=(of_law[pk], of_draft[pk]))
        of_law, of_draft = ({pk: it.place for pk, it in one.items()} for one in both)
        before = at
    return [effect for comparison in compared.values() for effect in comparison.effects()]


def _stepped(run: _Places, law: Law, told: dict[UUID, Told], reader: Reader, *, after: datetime) -> _Decided:
    """All places of a run after one step: what happened since the last one, then what is measured now."""
    at = reader.at
    found = {pk: between(place, told[pk].between(after, at), law, to=at) for pk, place in run.items()}
    seen = reader.seen([it.place for it in found.values()], law)
    for pk, measured in seen.items():
        since, now = found[pk], at_step(found[pk].place, measured, law, at=at)
        answers = {**since.answers, **now.answers}
        found[pk] = replace(now, events=(*since.events, *now.events), answers=answers)
    return found
