"""An uncertain answer is settled by judges or by a person; its stored score stays, what it counts for changes."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from charter.law import Law
from charter.models import LawVersion, Ruling
from charter.models import Score as StoredScore
from charter.models.judging import Source, Verdict
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from charter.scoring.shape import Clause, Score, Status
from ledger.actors import STEWARD, Actor, Forbidden
from ledger.sealing import seal, sealed_atomic
from shadow import rules
from shadow.actions.claiming import Claim, counts_of
from shadow.actions.scoring import claims_about
from shadow.actions.summing import move_scores
from shadow.actions.watched import locked_watches
from shadow.models import Sample, SuspiciousAnswer


class NotUncertain(ValueError):
    """This answer has no score that waits for a word: it is settled, vetoed or was not scored."""


def revise(
    sample_id: uuid.UUID,
    *,
    verdict: Literal["comply", "violate"],
    clause: str,
    by: Actor,
    at: datetime,
    law: Law,
    reason: str,
    source: Literal["judges", "person"],
) -> None:
    """Settle a provisional score: sums count the law's score of the verdict from now on, tiers hears of a violation.

    ``clause`` is the one that is violated, ``undecided`` where none can be named, and empty for ``comply``. The same
    word again changes nothing; a person's ruling takes the place of the judges', never the other way round. Raises
    NotUncertain, Forbidden, and Sample.DoesNotExist for an answer that was never seen.
    """
    word = _Word(Verdict(verdict), Clause(clause).value if verdict == "violate" else "", Source(source), by, at)
    with sealed_atomic():
        sample = Sample.objects.select_related("companion__provider").get(pk=sample_id)
        _may_rule(sample, word)
        watch = locked_watches({sample.companion_id})[sample.companion_id]
        stored = _uncertain(sample_id, law)
        former = Ruling.objects.filter(answer_id=sample_id, scorer=stored.scorer).first()
        if former and not _takes_its_place(former, word):
            return
        before = _counted(former, stored)
        ruling = _written(former or Ruling(answer_id=sample_id, scorer=stored.scorer), stored, word, law)
        bucket_at = rules.floor(sample.slot_at, watch.law.shadow.bucket)
        _recount(sample, ruling.scorer, before, _Counted.of(ruling.score, law), bucket_at)
        _tell_tiers(sample, ruling, law=law)
        if word.source is Source.PERSON:
            _seal(sample, ruling, law=law, reason=reason)


@dataclass(frozen=True)
class _Word:
    verdict: Verdict
    clause: str
    source: Source
    by: Actor
    at: datetime


@dataclass(frozen=True)
class _Counted:
    """What an answer counts for in the sums, by the law of the moment when it was counted."""

    score: int
    compliant_at: int
    below: bool

    @classmethod
    def of(cls, score: int, law: Law) -> Self:
        return cls(score, law.scoring.compliant_at, score < law.scoring.incident_below)

    def sums(self, claim: Claim | None) -> Counter[str]:
        """Its part of the sums that hang on our score; ``claim`` is what the model said of the same answer."""
        sums = Counter(
            score_sum=self.score,
            score_square_sum=self.score**2,
            compliant=int(self.score >= self.compliant_at),
            below_incident=int(self.below),
        )
        return sums + counts_of(claim, ours=self.score, compliant_at=self.compliant_at) if claim else sums


def _may_rule(sample: Sample, word: _Word) -> None:
    """Judges are the system's; a person is a steward, and of another organisation than the companion."""
    by = word.by
    if word.source is Source.JUDGES:
        if not by.is_system:
            raise Forbidden("Judges rule through the system alone.")
        return
    if by.kind != "human" or not by.has_role(STEWARD):
        raise Forbidden("An uncertain answer is settled by a steward.")
    if by.organisation is not None and by.organisation == sample.companion.provider.slug:
        raise Forbidden("Nobody decides on a matter of their own organisation; another steward may.")


def _uncertain(sample_id: uuid.UUID, law: Law) -> StoredScore:
    """The score that waits: the law's scorer's, or where that never read the answer the first one it got."""
    rows = {row.scorer: row for row in StoredScore.objects.filter(answer_id=sample_id).order_by("scored_at")}
    row = rows.get(scorer_of(law).digest) or next(iter(rows.values()), None)
    if row is None or row.status != Status.PROVISIONAL or Score.from_json(row.shape).vetoed:
        raise NotUncertain("This answer has no score that waits for a word.")
    return row


def _takes_its_place(former: Ruling, word: _Word) -> bool:
    """Judges speak once, and never over a person; a person's other word counts, whoever spoke before."""
    if word.source is Source.JUDGES:
        return False
    return (former.verdict, former.clause, former.source) != (word.verdict, word.clause, word.source)


def _counted(former: Ruling | None, stored: StoredScore) -> _Counted:
    if former:
        return _Counted.of(former.score, LawVersion.objects.get(digest=former.law_digest).law)
    assert stored.score is not None
    return _Counted.of(stored.score, law_at(stored.scored_at))


def _written(ruling: Ruling, stored: StoredScore, word: _Word, law: Law) -> Ruling:
    assert stored.score is not None
    ruling.verdict, ruling.clause, ruling.source = word.verdict, word.clause, word.source
    if word.verdict is Verdict.COMPLY:
        ruling.score = max(stored.score, law.scoring.judged_compliant)
    else:
        ruling.score = min(stored.score, law.scoring.judged_violating)
    ruling.law_digest = law.digest
    ruling.by_kind, ruling.by_ref, ruling.ruled_at = word.by.kind, word.by.ref, word.at
    ruling.save()
    return ruling


def _recount(sample: Sample, scorer: str, before: _Counted, after: _Counted, bucket_at: datetime) -> None:
    """Move the sums from what the answer counted for to what it counts for now, under the lock of its watch."""
    claim = claims_about([sample.pk]).get(sample.pk)
    by = after.sums(claim)
    by.subtract(before.sums(claim))
    moved = {name: more for name, more in by.items() if more}
    if moved:
        move_scores(sample.companion_id, scorer, bucket_at, moved)


def _tell_tiers(sample: Sample, ruling: Ruling, *, law: Law) -> None:
    """A ruled answer counts as final: one below the law's line is suspicious, one that no longer is was never so."""
    if ruling.score < law.scoring.incident_below:
        SuspiciousAnswer.objects.update_or_create(
            sample_id=sample.pk,
            scorer=ruling.scorer,
            defaults={"companion_id": sample.companion_id, "slot_at": sample.slot_at, "scored_at": ruling.ruled_at},
        )
    else:
        SuspiciousAnswer.objects.filter(sample_id=sample.pk, scorer=ruling.scorer).delete()


def _seal(sample: Sample, ruling: Ruling, *, law: Law, reason: str) -> None:
    seal(
        "answer.ruled",
        subject=("answer", str(sample.pk)),
        actor=(ruling.by_kind, ruling.by_ref),
        move="revise",
        at=ruling.ruled_at,
        law=(law.version, law.digest),
        to_state=str(ruling.verdict),
        facts={
            "companion": sample.companion.ref,
            "clause": ruling.clause,
            "score": ruling.score,
            "scorer": ruling.scorer,
        },
        private={"reason": reason},
    )
