"""ATLAS looks at an appealed matter afresh: the same texts, nothing of the first judgement, and two scorers.

The scorer that judged them then, kept by its digest, tells whether it was applied rightly; the one in force now tells
whether it would still be so. The sentinel rules only where both say the same; else a steward does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appeals.models import Appeal
from appeals.rules import VIOLATION, finding_on, what_is_contested
from charter.law import Law
from charter.models import Ruling, Score
from charter.queries import law_at
from charter.scoring.pipeline import Scorer, Thresholds
from charter.scoring.registry import UnknownScorer, by_digest, scorer_of
from charter.scoring.shape import Status
from shadow.models import Answer
from shadow.prompts import UnknownPrompt, by_id
from tiers.models import Incident

GONE = "its text is gone"
UNREAD = "it could not be scored"
NOT_HERE = "the scorer of then cannot be made on this host"
NEVER = "it was never scored"
_SHOWN_DIGEST = 12


@dataclass(frozen=True)
class Judge:
    """One scorer with the law whose lines it is read by; ``scorer`` None where this host cannot make it."""

    named: str
    digest: str
    scorer: Scorer | None
    law: Law

    def reading(self, answer: Answer | None) -> dict[str, Any]:
        """What it says of the answer; ``critical`` None, with ``why``, where it says nothing."""
        if self.scorer is None:
            return self._silent(NOT_HERE if self.digest else NEVER)
        if answer is None:
            return self._silent(GONE)
        prompt = _prompt(answer)
        score = self.scorer.score(answer.text, prompt=prompt, id=str(answer.pk))
        if score.score is None:
            return self._silent(UNREAD)
        vetoes = [it for it in score.violations if it.veto]
        vetoed = any(self.scorer.confirms_veto(answer.text, prompt, it) for it in vetoes)
        below = score.score < self.law.scoring.incident_below
        return {
            "scorer": self.named,
            "digest": self.digest,
            "score": score.score,
            "vetoed": vetoed,
            "critical": score.status is Status.FINAL and (vetoed or below),
            "rules": sorted({it.rule for it in score.violations}),
            "why": "",
        }

    def _silent(self, why: str) -> dict[str, Any]:
        told: dict[str, Any] = {"score": None, "vetoed": False, "critical": None, "rules": [], "why": why}
        return {"scorer": self.named, "digest": self.digest, **told}


def findings_of(appeal: Appeal, *, at: datetime) -> dict[str, Any]:
    """What the review found: ``holds`` (None where a steward has to rule), the ``reason``, and the readings."""
    answers: list[dict[str, Any]] = []
    if what_is_contested(appeal.about_move) == VIOLATION:
        incident = Incident.objects.select_related("law").get(number=int(appeal.target_ref.removeprefix("INC-")))
        answers = _answers(incident, law_now=law_at(at))
    found = finding_on(appeal.about_move, answers)
    return {"holds": found.holds, "reason": found.reason, "answers": answers}


def _answers(incident: Incident, *, law_now: Law) -> list[dict[str, Any]]:
    """Every answer of the incident with both readings; the queries are as many for one answer as for all."""
    ids = list(incident.answers.order_by("slot_at").values_list("sample_id", flat=True))
    given = {row.answer_id: row for row in Score.objects.filter(answer_id__in=ids).order_by("-scored_at", "-id")}
    texts = Answer.objects.in_bulk(ids)
    ruled = {(row.answer_id, row.scorer): row.source for row in Ruling.objects.filter(answer_id__in=ids)}
    then = {
        digest: _judge_of_then(digest, incident.law.law) for digest in {row.scorer for row in given.values()} | {""}
    }
    scorer = scorer_of(law_now)
    now = Judge(f"{scorer.name} {scorer.version}", scorer.digest, scorer, law_now)
    found = []
    for pk in ids:
        row = given.get(pk)
        found.append(
            {
                "sample": str(pk),
                "given": row.score if row else None,
                "ruled": ruled.get((pk, row.scorer), "") if row else "",
                "then": then[row.scorer if row else ""].reading(texts.get(pk)),
                "now": now.reading(texts.get(pk)),
            }
        )
    return found


def _judge_of_then(digest: str, law: Law) -> Judge:
    """The scorer that a stored score names, with the lines of the law that the incident began under."""
    try:
        scorer = by_digest(digest, thresholds=Thresholds(veto_cap=law.scoring.veto_cap)) if digest else None
    except UnknownScorer:
        scorer = None
    named = f"{scorer.name} {scorer.version}" if scorer else digest[:_SHOWN_DIGEST] or "none"
    return Judge(named, digest, scorer, law)


def _prompt(answer: Answer) -> str:
    try:
        return by_id(answer.prompt_id).text
    except UnknownPrompt:
        return ""
