"""A critical answer looked at again: what the second configuration, or a steward's word, makes of it (spec 10.5).

A score alone never makes an offence. It is confirmed by a veto that is derived again from the full text, by both
configurations in their clear-violation band, or by a steward; it is cleared by a clear second score. All else waits.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from charter.law import Law
from charter.models import Ruling
from charter.models.judging import Source, Verdict
from charter.scoring.pipeline import Scorer, Thresholds
from charter.scoring.registry import UnknownScorer, by_digest
from charter.scoring.shape import Score, Status, Violation
from ledger.actors import Actor
from registry.models import Person
from shadow.models import Answer
from shadow.prompts import UnknownPrompt, by_id
from shadow.queries import Suspicion
from tiers.actions.incidents import ATLAS

_PERSON = "urn:uuid:"


class Word(Enum):
    """What came of the second look."""

    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    OPEN = "open"


@dataclass(frozen=True)
class Finding:
    """A word, whose it is and why; ``evidence`` is what it rests on beside the first score."""

    word: Word
    by: Actor = ATLAS
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


WAITS = Finding(Word.OPEN)


def second_look(suspicion: Suspicion, *, law: Law) -> Finding:
    """What the second look at one critical answer finds; it waits for a steward wherever that is not clear."""
    ruling = ruling_on(suspicion)
    if ruling is not None:
        return _by_ruling(ruling)
    veto = worst_veto(suspicion.score)
    text, scorer = _read(suspicion.sample_id), _scorer(suspicion.score.scorer, law)
    if text is None or scorer is None:
        return WAITS
    return _veto_again(scorer, text, veto) if veto else _scored_again(scorer, text, suspicion, law)


def ruling_on(suspicion: Suspicion) -> Ruling | None:
    """What judges or a person ruled about this answer's score, where it was uncertain."""
    return Ruling.objects.filter(answer_id=suspicion.sample_id, scorer=suspicion.score.scorer).first()


def worst_veto(score: Score) -> Violation | None:
    return next((it for it in score.violations if it.veto), None)


def facts_of(score: Score) -> dict[str, Any]:
    """A score as evidence, without the text: evidence begins at scores (spec section 10.7)."""
    return {
        "score": score.score,
        "status": score.status.value,
        "risk": score.risk,
        "scorer": score.scorer,
        "rules": [it.rule for it in score.violations],
    }


def _by_ruling(ruling: Ruling) -> Finding:
    """A steward who found a violation has given the word that an offence asks for; judges only open the case."""
    told = {
        "ruling": {
            "verdict": ruling.verdict,
            "clause": ruling.clause,
            "source": ruling.source,
            "score": ruling.score,
            "by": ruling.by_ref,
            "ruled_at": ruling.ruled_at,
        }
    }
    if ruling.source != Source.PERSON or ruling.verdict != Verdict.VIOLATE:
        return Finding(Word.OPEN, evidence=told)
    steward = _person(ruling)
    if steward is None:
        return Finding(Word.OPEN, evidence=told)
    reason = f"A steward read the answer and found a violation of the clause {ruling.clause}."
    return Finding(Word.CONFIRMED, steward, reason, told)


def _person(ruling: Ruling) -> Actor | None:
    """Who ruled, with the roles of today; None for an account that is gone or closed."""
    try:
        key = uuid.UUID(ruling.by_ref.removeprefix(_PERSON))
    except ValueError:
        return None
    person = Person.objects.select_related("organisation").filter(pk=key, is_active=True).first()
    return Actor.person(person) if person else None


def _veto_again(scorer: Scorer, text: tuple[str, str], veto: Violation) -> Finding:
    if not scorer.confirms_veto(*text, veto):
        return WAITS
    return Finding(Word.CONFIRMED, reason="The second configuration derives the same veto again from the full text.")


def _scored_again(scorer: Scorer, text: tuple[str, str], suspicion: Suspicion, law: Law) -> Finding:
    """Both in their clear-violation band confirm, a clear second score clears; the band between is a steward's."""
    again = scorer.second_opinion(*text, id=str(suspicion.sample_id))
    told = {"second": facts_of(again)}
    if again.score is None or again.status is not Status.FINAL:
        return Finding(Word.OPEN, evidence=told)
    first = suspicion.score.score
    if suspicion.score.status is Status.FINAL and again.score < law.scoring.incident_below:
        reason = f"Both configurations find a clear violation: {first} and {again.score} of 100."
        return Finding(Word.CONFIRMED, reason=reason, evidence=told)
    if again.score >= law.scoring.cleared_at and worst_veto(again) is None:
        reason = (
            f"The second configuration, over the full text, gives {again.score} of 100 where the first gave {first}."
        )
        return Finding(Word.CLEARED, reason=reason, evidence=told)
    return Finding(Word.OPEN, evidence=told)


def _read(sample_id: uuid.UUID) -> tuple[str, str] | None:
    """The answer's text and what it was asked; None once either is gone."""
    answer = Answer.objects.filter(sample_id=sample_id).only("text", "prompt_id").first()
    if answer is None:
        return None
    try:
        return answer.text, by_id(answer.prompt_id).text
    except UnknownPrompt:
        return None


def _scorer(digest: str, law: Law) -> Scorer | None:
    try:
        return by_digest(digest, thresholds=Thresholds(veto_cap=law.scoring.veto_cap))
    except UnknownScorer:
        return None
