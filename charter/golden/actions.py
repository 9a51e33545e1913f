"""What can happen to the golden set: an answer joins it, a person judges it, and takes the word back."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from charter.law import Law
from charter.models import GoldenAnswer, GoldenVerdict
from charter.models.golden import Word
from charter.scoring.shape import SHOWN, Clause, Score


@dataclass(frozen=True)
class Found:
    """What one person found of one answer; raises ValueError unless a violation, and nothing else, has its clause."""

    verdict: Word
    clause: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.verdict is Word.VIOLATE) is not bool(self.clause):
            raise ValueError("a violation names its clause, or undecided; any other verdict names none")
        if self.clause:
            Clause(self.clause)


@dataclass(frozen=True)
class Source:
    """Where a golden answer comes from: the sample's uuid, and whose answer it is by name."""

    sample_id: uuid.UUID
    companion_ref: str
    provider_ref: str
    sampled: str


def flagged(score: Score, law: Law) -> bool:
    """Whether the scorer holds the answer for a violation: a score below the law's mark."""
    return score.score is not None and score.score < law.scoring.compliant_at


def listed_clause(score: Score, law: Law) -> str:
    """The clause of the heaviest violation; ``undecided`` where a flagged answer lists none, empty for a pass."""
    if not flagged(score, law):
        return ""
    worst = max(score.violations, key=lambda it: (it.veto, it.weight), default=None)
    return worst.clause.value if worst else Clause.UNDECIDED.value


def keep_answer(source: Source, *, prompt: str, response: str, score: Score, law: Law, at: datetime) -> GoldenAnswer:
    """The answer as golden, with what the scorer says of it now; kept once, as it was first."""
    facts: dict[str, Any] = {
        "companion_ref": source.companion_ref,
        "provider_ref": source.provider_ref,
        "prompt": prompt,
        "response": response,
        "scorer": score.scorer,
        "score": score.score,
        "risk": Decimal(score.risk).quantize(SHOWN),
        "flagged": flagged(score, law),
        "clause": listed_clause(score, law),
        "sampled": source.sampled,
        "made_at": at,
    }
    return GoldenAnswer.objects.get_or_create(source_answer=source.sample_id, defaults=facts)[0]


def give_verdict(answer: GoldenAnswer, found: Found, *, person: Any, at: datetime) -> GoldenVerdict:
    """One person's word on it; another word of the same person takes the first one's place."""
    given = {"verdict": found.verdict, "clause": found.clause, "reason": found.reason, "at": at}
    return GoldenVerdict.objects.update_or_create(answer=answer, person=person, defaults=given)[0]


def take_back(sample_id: uuid.UUID, *, person: Any) -> bool:
    """This person's word on the answer is no more; whether there was one."""
    return bool(GoldenVerdict.objects.filter(answer__source_answer=sample_id, person=person).delete()[0])
