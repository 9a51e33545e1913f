"""Slots are claimed by a lease, and finished by the transaction that stores what they came to."""

import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Sum, Value, When

from registry.egress import Outcome
from shadow import rows, rules
from shadow.actions.failing import note_failing
from shadow.actions.identity import note_identities
from shadow.actions.judging_themselves import ask_about_answers, count_claims
from shadow.actions.results import UNKNOWN, Claimed, Result, sample_of
from shadow.actions.summing import Addition, Key, add
from shadow.actions.watched import Watched, locked_watches
from shadow.models import Answer, Sample, Slot
from shadow.probes import Probe
from shadow.queries.queue import claimable, expired

AT_ONCE = 500
PAUSE_SECONDS = 0.005
A_MINUTE = timedelta(minutes=1)
_FIELDS = ("id", "companion_id", "probe", "slot_at", "due_at", "lease_until", "lease_token", "about_answer")


def claim(limit: int, *, at: datetime, token: uuid.UUID) -> list[Claimed]:
    """Take up to ``limit`` due slots, longest due first; they are ours until deadline + 10 s have passed.

    ``token`` is new for every claim: whoever claims a slot after us invalidates it.
    """
    if limit < 1:
        return []
    leases = [When(probe=probe, then=Value(at + rules.lease_of(probe))) for probe in Probe]
    with transaction.atomic():
        due = claimable(at).order_by("due_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("id", flat=True)[: min(limit, AT_ONCE)])
        if not ids:
            return []
        taken = claimable(at).filter(id__in=ids)
        taken.update(lease_until=Case(*leases), lease_token=token, attempt=F("attempt") + 1)
        mine = list(Slot.objects.filter(id__in=ids, lease_token=token).order_by("due_at").values_list(*_FIELDS))
    return [Claimed(*row) for row in mine]


def finish(results: Sequence[Result], *, at: datetime) -> int:
    """Store results: samples, answers and sums, and the slots go; how many counted.

    One transaction for each 500. A result whose lease another has taken since, whose watch was closed or whose slot
    has a sample already, changes nothing.
    """
    counted = 0
    for start in range(0, len(results), AT_ONCE):
        if start:
            time.sleep(PAUSE_SECONDS)  # So that other writers of SQLite get a turn.
        with transaction.atomic():
            counted += _finish(results[start : start + AT_ONCE], at)
    return counted


def expire(*, at: datetime) -> int:
    """Slots that nobody could ask in time are unknown: our own outage counts against nobody."""
    missed = 0
    while slots := list(expired(at).order_by("expires_at").values_list(*_FIELDS)[:AT_ONCE]):
        with transaction.atomic():
            watches = locked_watches({row[1] for row in slots})
            still = expired(at).filter(id__in=[row[0] for row in slots]).values_list(*_FIELDS)
            results = [Result(Claimed(*row), asked_at=at, reason="missed") for row in still]
            Slot.objects.filter(id__in=[result.slot.slot_id for result in results]).delete()
            _settle(results, watches, at)
        missed += len(results)
    return missed


def _finish(results: Sequence[Result], at: datetime) -> int:
    watches = locked_watches({result.slot.companion_id for result in results})
    ids, tokens = [it.slot.slot_id for it in results], {it.slot.token for it in results if it.slot.token}
    ours = rows.take_away(Slot, ids, tokens=tokens)
    return _settle([it for it in results if it.slot.slot_id in ours], watches, at)


def _settle(results: Sequence[Result], watches: dict[uuid.UUID, Watched], at: datetime) -> int:
    if not results:
        return 0
    try:
        with transaction.atomic():
            new, samples = results, _stored_samples(results, watches)
    except IntegrityError:  # Some slot was laid out twice, which is rare: leave out what has a sample already.
        new = _without_sample(results)
        samples = _stored_samples(new, watches)
    rows.insert([_answer(it, at) for it in new if it.answer])
    ask_about_answers(new, watches, at=at)
    additions: dict[Key, Addition] = defaultdict(Addition)
    for sample in samples:
        bucket_at = rules.floor(sample.slot_at, watches[sample.companion_id].law.shadow.bucket)
        count(sample, additions[sample.companion_id, sample.probe, bucket_at])
    note_failing(samples, watches, additions)
    add(additions)
    count_claims(samples, watches)
    note_identities(new, watches)
    return len(new)


def _stored_samples(results: Sequence[Result], watches: dict[uuid.UUID, Watched]) -> list[Sample]:
    samples = [
        sample_of(it, watches[it.slot.companion_id], within_limits=_within_limits(it, results, watches))
        for it in results
    ]
    rows.insert(samples)
    return samples


def count(sample: Sample, sums: Addition) -> None:
    """Add one sample to the sums of its bucket."""
    ours = sample.outcome in (UNKNOWN, Outcome.OUR_FAULT)
    good = sample.outcome == Outcome.OK
    sums.outcomes[sample.outcome] += 1
    sums.counts.update(
        expected=1,
        unknown=ours,
        our_fault=sample.outcome == Outcome.OUR_FAULT,
        done=not ours,
        ok=good,
        errors=sample.counts_against,
        throttled=sample.counts_against and sample.outcome == Outcome.THROTTLED,
        input_tokens=sample.input_tokens or 0,
        output_tokens=sample.output_tokens or 0,
    )
    if sample.is_correct is not None:
        sums.counts.update(closed_asked=1, closed_correct=sample.is_correct)
    if sample.cost is not None:
        sums.cost += sample.cost
        sums.counts["costed_tokens"] += (sample.input_tokens or 0) + (sample.output_tokens or 0)
    if good and sample.latency_ms is not None and not sample.latency_void:
        sums.latencies.append(sample.latency_ms)


def _without_sample(results: Sequence[Result]) -> list[Result]:
    """Results whose slot has no sample yet; a slot that was laid out twice is counted once."""
    companions, times = {it.slot.companion_id for it in results}, {it.slot.slot_at for it in results}
    stored = set(
        Sample.objects.filter(companion_id__in=companions, slot_at__in=times).values_list(
            "companion_id", "probe", "slot_at"
        )
    )
    return [it for it in results if (it.slot.companion_id, it.slot.probe, it.slot.slot_at) not in stored]


def _answer(result: Result, at: datetime) -> Answer:
    slot, answer = result.slot, result.answer
    assert answer is not None
    return Answer(
        sample_id=slot.slot_id,
        companion_id=slot.companion_id,
        slot_at=slot.slot_at,
        prompt_id=result.prompt.id if result.prompt else "",
        text=answer.response,
        stored_at=at,
    )


def _within_limits(result: Result, batch: Iterable[Result], watches: dict[uuid.UUID, Watched]) -> bool:
    """Whether our calls of the minute before kept the limits that the provider declared; none declared, none kept."""
    if result.outcome != Outcome.THROTTLED:
        return True
    declared = watches[result.slot.companion_id]
    if declared.requests_per_minute is None or declared.tokens_per_minute is None:
        return False
    since = result.asked_at - A_MINUTE
    stored = Sample.objects.filter(
        companion_id=declared.companion_id,
        slot_at__gte=since - A_MINUTE * 15,
        asked_at__gt=since,
        asked_at__lte=result.asked_at,
    ).exclude(outcome=UNKNOWN)
    tokens = stored.aggregate(n=Sum(F("input_tokens") + F("output_tokens")))["n"] or 0
    beside = [
        it
        for it in batch
        if it.slot.companion_id == declared.companion_id and it.called and since < it.asked_at <= result.asked_at
    ]
    tokens += sum(it.answer.input_tokens + it.answer.output_tokens for it in beside if it.answer)
    return stored.count() + len(beside) <= declared.requests_per_minute and tokens <= declared.tokens_per_minute
