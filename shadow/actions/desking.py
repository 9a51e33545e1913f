"""Answers come to the desk and leave it; people are given one at a time. What they say of it is ``verdicts``."""

import uuid
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from charter.law import Law
from charter.models import Ruling
from charter.models import Score as StoredScore
from charter.models.golden import Sampled
from charter.models.judging import Source
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Score
from ledger.keys import derived_key
from shadow import sampling
from shadow.models import Answer, DeskItem, Hold, SuspiciousAnswer, Watch
from shadow.models.desk import ORDER, Closed
from shadow.queries.desk import Candidate, candidates, nearest, waiting_for

HELD_BY = "desk"
# How long an answer is one person's; whoever looks at it for longer than this gets it again, if nobody else has it.
LEASE = timedelta(minutes=15)
# Vetoes are swept within this time of being scored, so many to a sweep: the rest comes with the next.
LOOK_BACK = timedelta(days=2)
VETOES_AT_ONCE = 500
_TRIES = 5


def fill_desk(*, law: Law, at: datetime) -> None:
    """Bring to the desk what the law wants people to see, and close what waits in vain.

    Per watched companion: the draw of the uncertain answers of this week, and on its first day of the week before;
    a share of the passes; the uncertain ones below the incident line. Then every veto. Three queries and a few writes
    per companion and week, each over no more answers than ``candidates`` reads.
    """
    close_vain(at=at)
    weeks = {sampling.week_of(at), sampling.week_of(at - timedelta(days=1))}
    since = datetime.combine(min(weeks), time(), tzinfo=UTC)
    for watch in Watch.objects.filter(Q(closed_at=None) | Q(closed_at__gte=since)).order_by("pk"):
        for week in sorted(weeks):
            _fill_from(watch.companion_id, week, law=law, at=at)
    _bring_vetoes(law=law, at=at)


def put_on_desk(found: Iterable[Candidate], why: Sampled, *, law: Law, at: datetime) -> None:
    """Bring these answers to the desk and hold their texts; what is there already may rise in its order, never fall.

    An answer that left the desk does not come back.
    """
    wanted = {it.sample_id: it for it in found}
    if not wanted:
        return
    place = ORDER.index(why)
    with transaction.atomic():
        DeskItem.objects.bulk_create([_item(it, why, law=law, at=at) for it in wanted.values()], ignore_conflicts=True)
        waiting = DeskItem.objects.filter(sample_id__in=wanted, closed_at=None)
        waiting.filter(place__gt=place).update(place=place, why=why)
        hold_for_desk(waiting.values_list("sample_id", flat=True), at=at)


def hold_for_desk(samples: Iterable[uuid.UUID], *, at: datetime) -> None:
    """Hold each text by itself; one that was let go before is held again."""
    holds = [
        Hold(sample_id=one, reason="People are asked about it.", subject_kind=HELD_BY, subject_ref=str(one), held_at=at)
        for one in samples
    ]
    Hold.objects.bulk_create(
        holds,
        update_conflicts=True,
        unique_fields=["sample_id", "subject_kind", "subject_ref"],
        update_fields=["released_at"],
    )


def close(items: Iterable[DeskItem], how: Closed, *, at: datetime) -> None:
    """These wait no more, and nothing holds their texts for the desk."""
    samples = [it.sample_id for it in items]
    with transaction.atomic():
        DeskItem.objects.filter(sample_id__in=samples, closed_at=None).update(
            closed_at=at, closed=how, lease_until=None
        )
        _release(samples, at=at)


def close_vain(*, at: datetime) -> None:
    """Close what nobody can or need judge any more: texts that are gone, time that is over, words of judges."""
    waiting = DeskItem.objects.filter(closed_at=None)
    close(waiting.filter(~Exists(Answer.objects.filter(sample_id=OuterRef("sample_id")))), Closed.GONE, at=at)
    free = waiting.filter(Q(lease_until=None) | Q(lease_until__lte=at))
    close(free.filter(lapses_at__lte=at), Closed.LAPSED, at=at)
    ruled = Ruling.objects.filter(answer_id=OuterRef("sample_id"), source=Source.JUDGES)
    close(free.filter(Exists(ruled), why__in=[Sampled.UNCERTAIN, Sampled.WOULD_CHANGE]), Closed.SETTLED, at=at)


def room_for(companion_id: uuid.UUID, law: Law) -> int:
    """How many more answers on which a decision hangs this companion may have on the desk at a time."""
    there = DeskItem.objects.filter(companion_id=companion_id, closed_at=None, why=Sampled.WOULD_CHANGE).count()
    return max(law.scoring.people_see_a_week - there, 0)


def take(person: Any, *, at: datetime) -> DeskItem | None:
    """Give this person an answer for the time of a lease: the one in hand, or the next; None where nothing waits."""
    for pk in [held.pk] if (held := in_hand(person, at=at)) else _next(person, at):
        mine = DeskItem.objects.filter(
            Q(lease_until=None) | Q(lease_until__lte=at) | Q(leased_by=person), pk=pk, closed_at=None
        ).update(leased_by=person, lease_until=at + LEASE)
        if mine:
            return DeskItem.objects.select_related("companion__provider").get(pk=pk)
    return None


def in_hand(person: Any, *, at: datetime) -> DeskItem | None:
    """What this person holds at present."""
    held = DeskItem.objects.filter(leased_by=person, lease_until__gt=at, closed_at=None)
    return held.select_related("companion__provider").order_by("-lease_until").first()


def _next(person: Any, at: datetime) -> list[uuid.UUID]:
    return list(waiting_for(person, at=at).values_list("pk", flat=True)[:_TRIES])


def _fill_from(companion_id: uuid.UUID, week: date, *, law: Law, at: datetime) -> None:
    begins = datetime.combine(week, time(), tzinfo=UTC)
    found = candidates(
        companion_id, since=begins, until=begins + timedelta(days=sampling.DAYS), scorer=scorer_of(law).digest
    )
    scoring = law.scoring
    with transaction.atomic():
        serious = nearest(found, mark=scoring.incident_below, above=False, n=len(found))
        put_on_desk(serious[: room_for(companion_id, law)], Sampled.WOULD_CHANGE, law=law, at=at)
        _draw_uncertain(companion_id, week, found, law=law, at=at)
        key = derived_key("desk/passes")
        passes = [
            it
            for it in found
            if it.score >= scoring.compliant_at
            and it.is_final
            and sampling.falls_within(sampling.number_of(it.sample_id, key), scoring.people_see_passes)
        ]
        put_on_desk(passes, Sampled.RANDOM_PASS, law=law, at=at)


def _draw_uncertain(
    companion_id: uuid.UUID, week: date, found: Collection[Candidate], *, law: Law, at: datetime
) -> None:
    """The week's draw as it stands: a place keeps whom somebody looked at, all others are drawn anew."""
    there = DeskItem.objects.filter(companion_id=companion_id, week=week)
    untouched = Q(closed_at=None, leased_by=None)
    kept = set(there.filter(~untouched, why=Sampled.UNCERTAIN).values_list("sample_id", flat=True))
    elsewhere = set(there.exclude(why=Sampled.UNCERTAIN).values_list("sample_id", flat=True))
    by_id = {it.sample_id: it for it in found if it.is_open and it.sample_id not in elsewhere}
    places = sampling.places_open(week, a_week=law.scoring.people_see_a_week, at=at)
    chosen = sampling.drawn(by_id, places, taken=kept, key=derived_key("desk/uncertain"))
    displaced = list(there.filter(untouched, why=Sampled.UNCERTAIN).exclude(sample_id__in=chosen))
    _release([it.sample_id for it in displaced], at=at)
    there.filter(untouched, pk__in=[it.pk for it in displaced]).delete()
    put_on_desk([by_id[one] for one in chosen], Sampled.UNCERTAIN, law=law, at=at)


def _bring_vetoes(*, law: Law, at: datetime) -> None:
    """Every veto comes to the desk; a vetoed score lies at the cap or below, which spares reading the others."""
    on_desk = DeskItem.objects.filter(sample_id=OuterRef("sample_id"))
    text = Answer.objects.filter(sample_id=OuterRef("sample_id"))
    low = StoredScore.objects.filter(
        answer_id=OuterRef("sample_id"), scorer=OuterRef("scorer"), score__lte=law.scoring.veto_cap
    )
    rows = SuspiciousAnswer.objects.filter(
        ~Exists(on_desk), Exists(text), Exists(low), scored_at__gte=at - LOOK_BACK
    ).order_by("scored_at", "id")
    by_id = {row.sample_id: row for row in rows[:VETOES_AT_ONCE]}
    scores = StoredScore.objects.filter(answer_id__in=by_id).values_list("answer_id", "scorer", "score", "shape")
    vetoed = [
        Candidate(answer_id, by_id[answer_id].companion_id, by_id[answer_id].slot_at, score, is_open=False)
        for answer_id, scorer, score, shape in scores
        if score is not None and by_id[answer_id].scorer == scorer and Score.from_json(shape).vetoed
    ]
    put_on_desk(vetoed, Sampled.VETO, law=law, at=at)


def _item(it: Candidate, why: Sampled, *, law: Law, at: datetime) -> DeskItem:
    number = sampling.number_of(it.sample_id, derived_key("desk/second"))
    return DeskItem(
        sample_id=it.sample_id,
        companion_id=it.companion_id,
        why=why,
        place=ORDER.index(why),
        week=sampling.week_of(it.slot_at),
        wanted=2 if sampling.is_nth(number, law.scoring.second_person_every_nth) else 1,
        queued_at=at,
        lapses_at=at + law.scoring.texts_kept,
    )


def _release(samples: Iterable[uuid.UUID], *, at: datetime) -> None:
    refs = [str(one) for one in samples]
    Hold.objects.filter(subject_kind=HELD_BY, subject_ref__in=refs, released_at=None).update(released_at=at)
