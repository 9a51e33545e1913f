"""Prompts are claimed by a lease: one run after the other, each in its provider's pace and within its places."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F, Q
from django.utils.functional import cached_property

from charter.law import Law
from charter.models import LawVersion
from shadow import battery_rules as rules
from shadow.models import BatteryItem, BatteryRun
from shadow.prompts import Prompt, by_id
from shadow.queries.batteries import BatteryQueue, items_open, next_due_after, runs_to_ask

# A call of 30 s, with a token fetched before it and a place waited for, and ten seconds more (security rule R4).
LEASE = timedelta(seconds=80)
ATTEMPTS = 2


@dataclass(frozen=True)
class Held:
    """A prompt that this process holds by ``token``."""

    item_id: uuid.UUID
    run: BatteryRun
    prompt_id: str
    attempt: int
    token: uuid.UUID

    @cached_property
    def prompt(self) -> Prompt:
        """What is asked; UnknownPrompt where the bank has it no more."""
        return by_id(self.prompt_id)

    @property
    def law(self) -> Law:
        return self.run.law.law


def claim(limit: int, *, at: datetime, token: uuid.UUID) -> list[Held]:
    """Take up to ``limit`` prompts that are due, at most one of each run, those runs first that waited longest.

    Two workers at once see the same next prompt of a run, and one of them gets it: so the pace holds without a lock.
    """
    if limit < 1:
        return []
    with transaction.atomic():
        chosen = list(_chosen(limit, at))
        if not chosen:
            return []
        taken = items_open(at).filter(pk__in=[it.item_id for it in chosen], attempt__lt=ATTEMPTS)
        taken.update(lease_until=at + LEASE, lease_token=token, attempt=F("attempt") + 1, asked_at=at)
        mine = {it.pk: it for it in BatteryItem.objects.filter(pk__in=[it.item_id for it in chosen], lease_token=token)}
    runs = _runs([it.run_id for it in chosen if it.item_id in mine])
    return [Held(it.pk, runs[it.run_id], it.prompt_id, it.attempt, token) for it in mine.values()]


def give_up(*, at: datetime) -> int:
    """Prompts that were lost as often as they may be asked are done without being measured; how many."""
    lost = BatteryItem.objects.filter(is_done=False, attempt__gte=ATTEMPTS, run__ended_at=None)
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    return lost.filter(free).update(is_done=True, outcome="", reason="attempts_exhausted", lease_until=None)


def next_turn_at(at: datetime) -> datetime | None:
    """When the next prompt may be asked, by its own time and by the pace of its run; None if nothing waits.

    A run with as many calls under way as it may have is passed over: its next turn comes when one of them ends.
    """
    turns = [max(at, _turn(it)) for it in runs_to_ask(at) if _has_place(it)]
    later = next_due_after(at)
    return min([*turns, *([later] if later else [])], default=None)


def _chosen(limit: int, at: datetime) -> Iterator[BatteryQueue]:
    """What may be asked now: its turn has come by the pace, and a place of its provider's is free."""
    return islice((it for it in runs_to_ask(at) if _has_place(it) and _turn(it) <= at), limit)


def _turn(it: BatteryQueue) -> datetime:
    return it.due_at if it.last_asked_at is None else it.last_asked_at + rules.pace(it.requests_per_minute)


def _has_place(it: BatteryQueue) -> bool:
    """A run takes half of the exchanges that its provider has at once: the rest is for probes and for users."""
    return it.in_flight < max(1, it.places // 2)


def _runs(ids: list[uuid.UUID]) -> dict[uuid.UUID, BatteryRun]:
    """The runs with their law at hand: a law's document is long and shared by many, so each is read once."""
    found = BatteryRun.objects.select_related("companion__provider", "companion__watch").in_bulk(ids)
    laws = LawVersion.objects.in_bulk({run.law_id for run in found.values()})
    for run in found.values():
        run.law = laws[run.law_id]
    return found
