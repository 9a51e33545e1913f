"""What was ruled about an answer stays with it when another scorer reads it and is uncertain too."""

from collections.abc import Iterable
from dataclasses import replace

from charter.law import Law
from charter.models import Ruling
from charter.models.judging import Source, Verdict
from charter.scoring.shape import Status
from shadow.actions.scoring import Scored


def carried_over(scored: Iterable[Scored], *, law: Law) -> list[Scored]:
    """The scores as they count: an uncertain one of an answer that was ruled on counts as the ruling says.

    The ruling is written for the new scorer too, under its own name; a person's stands before the judges'. The scores
    that the scorers gave stay as they are. One query, and one where there is something to write.
    """
    found = list(scored)
    uncertain = {it.answer.sample_id for it in found if it.score.status is Status.PROVISIONAL and not it.score.vetoed}
    rows = Ruling.objects.filter(answer_id__in=uncertain).order_by("ruled_at") if uncertain else ()
    ruled: dict[object, Ruling] = {}
    for row in sorted(rows, key=lambda row: row.source == Source.PERSON):
        ruled[row.answer_id] = row
    counted, copies = [], []
    for it in found:
        ruling = ruled.get(it.answer.sample_id)
        if ruling is None or it.score.score is None:
            counted.append(it)
            continue
        score = _as_ruled(ruling, it.score.score, law)
        counted.append(replace(it, score=replace(it.score, score=score)))
        copies.append(_copy(ruling, it.score.scorer, score, law))
    Ruling.objects.bulk_create(copies, ignore_conflicts=True)
    return counted


def _as_ruled(ruling: Ruling, score: int, law: Law) -> int:
    if ruling.verdict == Verdict.COMPLY:
        return max(score, law.scoring.judged_compliant)
    return min(score, law.scoring.judged_violating)


def _copy(ruling: Ruling, scorer: str, score: int, law: Law) -> Ruling:
    return Ruling(
        answer_id=ruling.answer_id,
        scorer=scorer,
        verdict=ruling.verdict,
        clause=ruling.clause,
        source=ruling.source,
        score=score,
        law_digest=law.digest,
        by_kind=ruling.by_kind,
        by_ref=ruling.by_ref,
        ruled_at=ruling.ruled_at,
    )
