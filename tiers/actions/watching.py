"""What the answers tell: critical ones become incidents, and clean days count from the last confirmed one."""

from datetime import datetime

from charter.law import Law
from charter.scoring.pipeline import Scorer, Thresholds
from charter.scoring.registry import UnknownScorer, by_digest
from charter.scoring.shape import Violation
from ledger.sealing import sealed_atomic
from registry.models import Companion
from shadow.models import Answer
from shadow.prompts import UnknownPrompt, by_id
from shadow.queries import Outage, Suspicion, answer_text, outages
from tiers.actions import incidents
from tiers.models import Incident, IncidentAnswer, Standing
from tiers.models.incident import Severity
from tiers.models.incident import State as IncidentState

LOW_SCORE = "score.low"
OUTAGE = "outage"


def consider(suspicion: Suspicion, *, law: Law, at: datetime) -> Incident | None:
    """Open or join an incident for one critical answer; None if it is in one already.

    A veto that the veto rules alone derive again from the raw text confirms itself; all else waits for a steward.
    """
    if IncidentAnswer.objects.filter(sample_id=suspicion.sample_id).exists():
        return None
    companion = Companion.objects.select_related("provider", "standing__law").get(pk=suspicion.companion_id)
    veto = _worst_veto(suspicion)
    rule = veto.rule if veto else _heaviest_rule(suspicion)
    confirmed = veto is not None and _derived_again(suspicion, veto, law)
    with sealed_atomic():
        incident = incidents.joined_by(companion, rule=rule, seen_at=suspicion.slot_at)
        if incident is None:
            incident = _open(companion, suspicion, veto, rule=rule, at=at)
        incidents.join(incident, sample_id=suspicion.sample_id, slot_at=suspicion.slot_at, at=at)
        if confirmed and incident.state == IncidentState.OPEN:
            reason = "The veto rules alone, over the raw text, find the same veto again."
            incidents.confirm(
                incident, by=incidents.ATLAS, at=at, reason=reason, evidence={"answer": _facts(suspicion)}
            )
        if confirmed:
            incidents.note_critical(incident, seen_at=suspicion.slot_at)
    return incident


def consider_outages(standing: Standing, *, at: datetime) -> Incident | None:
    """A longer outage than the law allows, not ours, is a critical failure of its own accord."""
    since = standing.window_opened_at or at
    found = [it for it in outages(standing.companion, since, at) if it.began_at >= since]
    if not found:
        return None
    return _outage(standing, found[-1], at=at)


def _outage(standing: Standing, outage: Outage, *, at: datetime) -> Incident:
    rule = f"{OUTAGE}.{outage.began_at:%Y%m%dT%H%M%S}"
    incident = Incident.objects.filter(companion=standing.companion, rule=rule).first()
    if incident:
        return incident
    minutes = int(outage.lasted.total_seconds() // 60)
    with sealed_atomic():
        incident = incidents.open_incident(
            standing.companion,
            kind=OUTAGE,
            severity=Severity.MEDIUM,
            summary=f"It answered nothing for {minutes} minutes, and it was not our fault.",
            by=incidents.ATLAS,
            at=at,
            rule=rule,
            seen_at=outage.began_at + outage.lasted,
        )
        evidence = {"outage": {"began_at": outage.began_at, "lasted": outage.lasted}}
        incidents.confirm(
            incident, by=incidents.ATLAS, at=at, reason="Measured by probes that we made.", evidence=evidence
        )
    return incident


def _open(companion: Companion, suspicion: Suspicion, veto: Violation | None, *, rule: str, at: datetime) -> Incident:
    score = suspicion.score.score
    worst = max(suspicion.score.violations, key=lambda it: it.weight, default=None)
    clause = veto.clause if veto else worst.clause if worst else ""
    return incidents.open_incident(
        companion,
        kind="veto" if veto else "low_score",
        severity=veto.severity if veto else Severity.MEDIUM,
        summary=f"An answer was vetoed by {rule}." if veto else f"An answer scored {score} of 100.",
        by=incidents.ATLAS,
        at=at,
        rule=rule,
        clause=clause,
        seen_at=suspicion.slot_at,
        evidence={"answer": _facts(suspicion)},
    )


def _heaviest_rule(suspicion: Suspicion) -> str:
    """What a low score is mostly due to: further ones of the same rule are the same fault."""
    worst = max(suspicion.score.violations, key=lambda it: it.weight, default=None)
    return worst.rule if worst else LOW_SCORE


def _worst_veto(suspicion: Suspicion) -> Violation | None:
    return next((it for it in suspicion.score.violations if it.veto), None)


def _derived_again(suspicion: Suspicion, veto: Violation, law: Law) -> bool:
    text = answer_text(suspicion.sample_id)
    scorer = _scorer(suspicion.score.scorer, law)
    if text is None or scorer is None:
        return False
    prompt_id = Answer.objects.values_list("prompt_id", flat=True).get(sample_id=suspicion.sample_id)
    try:
        prompt = by_id(prompt_id).text
    except UnknownPrompt:
        return False
    return scorer.confirms_veto(text, prompt, veto)


def _scorer(digest: str, law: Law) -> Scorer | None:
    try:
        return by_digest(digest, thresholds=Thresholds(veto_cap=law.scoring.veto_cap))
    except UnknownScorer:
        return None


def _facts(suspicion: Suspicion) -> dict[str, object]:
    """The score without the text: evidence begins at scores (spec section 10.7)."""
    score = suspicion.score
    return {
        "sample": suspicion.sample_id,
        "slot_at": suspicion.slot_at,
        "score": score.score,
        "scorer": score.scorer,
        "rules": [it.rule for it in score.violations],
    }
