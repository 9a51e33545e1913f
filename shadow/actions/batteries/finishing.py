"""What one call of a battery came to: graded or scored where it arrives, and stored without its text."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from charter.scoring.registry import scorer_of
from registry.protocols import Called, Deliberation
from shadow import battery_rules as rules
from shadow.actions.batteries.claiming import ATTEMPTS, Held
from shadow.battery_rules import Answered
from shadow.models import BatteryItem, BatteryRun
from shadow.models.battery import REFUSED
from shadow.prompts import Kind, grade, kind_of

log = logging.getLogger(__name__)
AGAIN_AFTER = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=10)
WRONG, BELOW, UNSCORED = "wrong", "below", "unscored"


@dataclass(frozen=True)
class Graded:
    """An answer as the rules see it, and the code of what was found, empty where all is well."""

    answered: Answered
    reason: str = ""


def finish(held: Held, called: Called, *, at: datetime) -> bool:
    """Store what a call came to; whether it counted.

    A call that says nothing about the model is made once more, after a pause. A result whose prompt somebody else has
    taken since, or whose run is over, changes nothing.
    """
    if called.outcome.value in rules.UNMEASURED and held.attempt < ATTEMPTS:
        return _put_back(held, called, at=at)
    found = _graded(held, called)
    good = rules.is_good(found.answered, held.law)
    return _store(
        held,
        outcome=found.answered.outcome,
        reason=found.reason,
        score=found.answered.score,
        is_good=good,
        is_done=True,
        lease_until=None,
    )


def answered_of(item: BatteryItem) -> Answered:
    """A stored prompt as the rules see it."""
    kind = kind_of(item.prompt_id)
    return Answered(
        kind=kind,
        outcome=item.outcome if item.is_done else "",
        score=item.score,
        refused=item.reason == REFUSED,
        correct=item.is_good if kind is Kind.CLOSED_FORM and item.outcome == "ok" else None,
    )


def _graded(held: Held, called: Called) -> Graded:
    """The answer, judged outside any transaction; its text goes no further than here."""
    outcome, value = called.outcome.value, called.value
    kind = kind_of(held.prompt_id)
    if not called.ok or not isinstance(value, Deliberation):
        return Graded(Answered(kind, outcome), called.reason[:60])
    prompt = held.prompt
    if prompt.expected is not None:
        right = grade(value.response, prompt.expected)
        return Graded(Answered(kind, outcome, correct=right), "" if right else WRONG)
    tier = held.run.companion.watch.tier
    score = scorer_of(held.law).score(value.response, prompt=prompt.text, id=str(held.item_id), tier=tier)
    answered = Answered(kind, outcome, score.score, score.refused)
    if score.score is None:
        log.error("an answer of a battery is unscored: item=%s flags=%s", held.item_id, ",".join(score.flags))
        return Graded(answered, UNSCORED)
    if score.refused:
        return Graded(answered, REFUSED)
    return Graded(answered, "" if rules.is_good(answered, held.law) else BELOW)


def _put_back(held: Held, called: Called, *, at: datetime) -> bool:
    pause = min(max(AGAIN_AFTER, timedelta(seconds=called.retry_after or 0)), LONGEST_PAUSE)
    return _store(held, outcome=called.outcome.value, reason=called.reason[:60], due_at=at + pause, lease_until=None)


def _store(held: Held, **columns: Any) -> bool:
    """Write the columns while the prompt is ours and its run goes on; the run's counts go with them."""
    with transaction.atomic():
        # The run first: whoever concludes it holds the same row.
        if not _locked(held.run.pk):
            return False
        mine = BatteryItem.objects.filter(pk=held.item_id, lease_token=held.token, is_done=False)
        if not mine.update(**columns):
            return False
        good = columns.get("is_good")
        if good is not None:
            BatteryRun.objects.filter(pk=held.run.pk).update(measured=F("measured") + 1, good=F("good") + int(good))
    return True


def _locked(run_id: uuid.UUID) -> bool:
    return BatteryRun.objects.select_for_update().filter(pk=run_id, ended_at=None).values_list("pk").first() is not None
