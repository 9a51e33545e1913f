"""ATLAS looks at an appealed matter afresh: the same texts, the same scorer, nothing of the first judgement."""

from typing import Any

from appeals.models import Appeal
from appeals.rules import VIOLATION, what_is_contested
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from shadow.models import Answer
from shadow.prompts import UnknownPrompt, by_id
from tiers.models import Incident


def findings_of(appeal: Appeal) -> dict[str, Any]:
    """What the review found: ``holds`` is True, False, or None where nothing could be measured anew."""
    if what_is_contested(appeal.about_move) == VIOLATION:
        return _violation(appeal)
    return {
        "holds": None,
        "reason": "This rests on a judgement that no scorer can repeat: a steward rules on it.",
        "answers": [],
    }


def _violation(appeal: Appeal) -> dict[str, Any]:
    incident = Incident.objects.get(number=int(appeal.target_ref.removeprefix("INC-")))
    scoring = appeal.law.law.scoring
    scorer = scorer_of(appeal.law.law)
    found = [_rescored(sample_id, scorer) for sample_id in incident.answers.values_list("sample_id", flat=True)]
    measured = [it for it in found if it["score"] is not None]
    if not measured:
        reason = "The texts are gone or could not be scored: a steward rules on what is left."
        return {"holds": None, "reason": reason, "answers": found}
    upheld = [it for it in measured if it["vetoed"] or it["score"] < scoring.incident_below]
    reason = (
        f"{len(upheld)} of {len(measured)} answers, scored afresh, are still critical"
        f" ({'vetoed or ' if any(it['vetoed'] for it in upheld) else ''}below {scoring.incident_below})."
    )
    return {"holds": bool(upheld), "reason": reason, "answers": found}


def _rescored(sample_id: Any, scorer: Scorer) -> dict[str, Any]:
    answer = Answer.objects.filter(sample_id=sample_id).first()
    if answer is None:
        return {"sample": str(sample_id), "score": None, "vetoed": False, "rules": []}
    try:
        prompt = by_id(answer.prompt_id).text
    except UnknownPrompt:
        prompt = ""
    score = scorer.score(answer.text, prompt=prompt, id=str(sample_id))
    confirmed = [it for it in score.violations if it.veto and scorer.confirms_veto(answer.text, prompt, it)]
    return {
        "sample": str(sample_id),
        "score": score.score,
        "vetoed": bool(confirmed),
        "rules": sorted({it.rule for it in score.violations}),
    }
