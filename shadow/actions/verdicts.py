"""What people say of an answer on the desk: kept in the golden set, and where the score was waiting for it, ruled."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from charter.golden.actions import Found, Source, flagged, give_verdict, keep_answer, listed_clause, take_back
from charter.golden.queries import majority, words_on
from charter.law import Law
from charter.models import GoldenVerdict
from charter.models.golden import Word
from charter.scoring.shape import Score, Status
from ledger.actors import STEWARD, Actor, Forbidden, a_steward
from ledger.sealing import sealed_atomic
from shadow.actions import desking
from shadow.actions.revising import revise
from shadow.models import Answer, DeskItem
from shadow.models.desk import Closed
from shadow.queries.desk import score_shown
from shadow.showing import prompt_of

# Who misread may look again at the last one for so long.
AGAIN_WITHIN = timedelta(minutes=10)
# After so many people who could not tell, nobody else is asked.
MOST_UNSURE = 3
_OWN = "Nobody decides on a matter of their own organisation; another steward may."


class NotInHand(Exception):
    """The answer is not in this person's hands any more: the time was over, or it was judged meanwhile."""


@dataclass(frozen=True)
class Shown:
    """An answer as it is judged: its text, what it was asked, and the score that is judged with it."""

    text: str
    prompt: str
    score: Score


def shown(item: DeskItem, law: Law) -> Shown | None:
    """What there is to judge; None where the text or the score is gone."""
    answer = Answer.objects.filter(sample_id=item.sample_id).first()
    score = score_shown(item.sample_id, law)
    if answer is None or score is None or score.score is None:
        return None
    return Shown(answer.text, prompt_of(answer), Score.from_json(score.shape))


def what_the_scorer_says(score: Score, law: Law) -> Found:
    """The verdict that agreeing gives: a violation of the clause that the scorer lists first, or none."""
    if flagged(score, law):
        return Found(Word.VIOLATE, listed_clause(score, law))
    return Found(Word.COMPLY)


def waits_for_a_word(score: Score) -> bool:
    """Whether a person's verdict settles this score; a final one is judged for the golden set alone."""
    return score.status is Status.PROVISIONAL and not score.vetoed


def judge(item: DeskItem, found: Found, *, person: Any, law: Law, at: datetime) -> DeskItem:
    """Take one person's verdict on the answer in hand; the item as it stands then.

    It joins the golden set with its text. A score that waits for a word is ruled by what most people say so far, which
    is sealed. The item closes when as many people as it wants have judged it and most agree, or when nobody can tell.
    Raises Forbidden, and NotInHand where the lease is another's by now or the text is gone.
    """
    by = Actor.person(person)
    _may_judge(item, by)
    with sealed_atomic():
        if not DeskItem.objects.filter(pk=item.pk, leased_by=person, closed_at=None).update(lease_until=at):
            raise NotInHand
        view = shown(item, law)
        if view is None:
            raise NotInHand
        source = Source(item.sample_id, item.companion.ref, item.companion.provider.slug, item.why)
        golden = keep_answer(source, prompt=view.prompt, response=view.text, score=view.score, law=law, at=at)
        give_verdict(golden, found, person=person, at=at)
        words = words_on(item.sample_id)
        if found.verdict is not Word.UNSURE and waits_for_a_word(view.score):
            _rule(item, words, found, by=by, law=law, at=at)
        _close_if_done(item, words, at=at)
    return item


def look_again(person: Any, *, at: datetime) -> DeskItem | None:
    """Give the last answer that this person judged back into their hands, for a few minutes after; None where too late.

    The verdict leaves the golden set. A ruling stands until the next word replaces it.
    """
    last = GoldenVerdict.objects.filter(person=person, at__gt=at - AGAIN_WITHIN).order_by("-at", "-id").first()
    if last is None:
        return None
    sample_id = last.answer.source_answer
    with sealed_atomic():
        back = {"closed_at": None, "closed": "", "leased_by": person, "lease_until": at + desking.LEASE}
        if not _is_free(sample_id, person, at) or not DeskItem.objects.filter(sample_id=sample_id).update(**back):
            return None
        take_back(sample_id, person=person)
        desking.hold_for_desk([sample_id], at=at)
        DeskItem.objects.filter(leased_by=person, closed_at=None).exclude(sample_id=sample_id).update(lease_until=at)
    return DeskItem.objects.select_related("companion__provider").get(sample_id=sample_id)


def _is_free(sample_id: uuid.UUID, person: Any, at: datetime) -> bool:
    """Whether its text is here and nobody else holds it."""
    held = DeskItem.objects.filter(sample_id=sample_id, lease_until__gt=at, closed_at=None).exclude(leased_by=person)
    return Answer.objects.filter(sample_id=sample_id).exists() and not held.exists()


def _may_judge(item: DeskItem, by: Actor) -> None:
    if a_steward(item, by):
        return
    raise Forbidden(_OWN if by.has_role(STEWARD) else "Answers are judged by stewards.")


def _rule(item: DeskItem, words: list[tuple[str, str]], found: Found, *, by: Actor, law: Law, at: datetime) -> None:
    """Settle the score as most people say; at a tie it counts as before, until another person is heard."""
    most = majority(words)
    if most is None:
        return
    reason = found.reason or "A person agrees with the scorer."
    revise(
        item.sample_id,
        verdict="violate" if most.violates else "comply",
        clause=most.clause,
        by=by,
        at=at,
        law=law,
        reason=reason,
        source="person",
    )


def _close_if_done(item: DeskItem, words: list[tuple[str, str]], *, at: datetime) -> None:
    unsure = sum(verdict == Word.UNSURE for verdict, _ in words)
    if len(words) - unsure >= item.wanted and majority(words) is not None:
        desking.close([item], Closed.JUDGED, at=at)
    elif unsure >= MOST_UNSURE:
        desking.close([item], Closed.UNDECIDED, at=at)
