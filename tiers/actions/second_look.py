"""A critical answer looked at again: what the second configuration, or a steward's word, makes of it (spec 10.5).

A score alone never makes an offence. It is confirmed by a veto that is derived again from the full text, by both
configurations in their clear-violation band, or by a steward; it is cleared by a clear second score. All else waits.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from charter.law import Law
from charter.models import Ruling
from charter.models.judging import Source, Verdict
from charter.scoring.pipeline import Scorer, Thresholds
from charter.scoring.registry import UnknownScorer, by_digest
from charter.scoring.shape import Score, Violation
from ledger.actors import Actor
from registry.models import Person
from shadow.models import Answer
from shadow.prompts import UnknownPrompt, by_id
from shadow.queries import Suspicion
from tiers.actions.incidents import ATLAS
from tiers.rules.second_look import Look, Word, facts_of, reason_of, word_on

_PERSON = "urn:uuid:"


@dataclass(frozen=True)
class Finding:
    """A word, whose it is and why; ``evidence`` is what it rests on beside the first score.

    ``look`` are both readings, where it was machines that looked: the word follows from them and a law.
    """

    word: Word
    by: Actor = ATLAS
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    look: Look | None = None

    def by_law(self, law: Law) -> "Finding":
        """The same readings by another law, such as the one that an incident began under; a person's word stays."""
        return self if self.look is None else _found(self.look, law, self.evidence)


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
    first = facts_of(suspicion.score)
    if veto:
        look = Look(first, veto=veto.rule, derived=scorer.confirms_veto(*text, veto))
        return _found(look, law, {})
    again = facts_of(scorer.second_opinion(*text, id=str(suspicion.sample_id)))
    return _found(Look(first, again), law, {"second": again})


def ruling_on(suspicion: Suspicion) -> Ruling | None:
    """What judges or a person ruled about this answer's score, where it was uncertain."""
    return Ruling.objects.filter(answer_id=suspicion.sample_id, scorer=suspicion.score.scorer).first()


def worst_veto(score: Score) -> Violation | None:
    return next((it for it in score.violations if it.veto), None)


def _found(look: Look, law: Law, told: Mapping[str, Any]) -> Finding:
    word = word_on(look, law)
    return Finding(word, reason=reason_of(look, word), evidence=told, look=look)


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
