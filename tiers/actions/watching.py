"""What the answers tell: critical ones become incidents, and clean days count from the last confirmed one."""

from datetime import datetime
from typing import Any

from charter.law import Law
from charter.models import Ruling
from charter.models.judging import Source
from charter.scoring.shape import Violation
from ledger.actors import Forbidden
from ledger.sealing import sealed_atomic
from registry.models import Companion
from shadow.queries import Outage, Suspicion, outages
from tiers.actions import incidents
from tiers.actions.second_look import Finding, Word, facts_of, ruling_on, second_look, worst_veto
from tiers.models import Incident, IncidentAnswer, Standing
from tiers.models.incident import Severity
from tiers.models.incident import State as IncidentState

LOW_SCORE = "score.low"
OUTAGE = "outage"


def consider(suspicion: Suspicion, *, law: Law, at: datetime) -> Incident | None:
    """Open or join an incident for one critical answer, and decide it as far as machines may; None if nothing is new.

    An answer that the second look clears has an incident of its own, which is cleared with both scores as evidence: it
    joins none, for one that was no fault adds to none. What stays open waits for a steward.
    """
    if _already_known(suspicion):
        return None
    finding = second_look(suspicion, law=law)
    companion = Companion.objects.select_related("provider", "standing__law").get(pk=suspicion.companion_id)
    with sealed_atomic():
        Standing.objects.select_for_update().get(companion=companion)  # so that two sweeps open no two incidents
        if _already_known(suspicion):
            return None
        incident = _incident_for(companion, suspicion, finding, at=at)
        _decide(incident, suspicion, finding, at=at)
    return incident


def _already_known(suspicion: Suspicion) -> bool:
    """Whether an incident holds this answer already, unless a steward's word came since and the case is still open."""
    held = IncidentAnswer.objects.select_related("incident").filter(sample_id=suspicion.sample_id).last()
    if held is None:
        return False
    if held.incident.state != IncidentState.OPEN:
        return True
    ruling = ruling_on(suspicion)
    return ruling is None or ruling.source != Source.PERSON or ruling.ruled_at < held.added_at


def _incident_for(companion: Companion, suspicion: Suspicion, finding: Finding, *, at: datetime) -> Incident:
    held = IncidentAnswer.objects.select_related("incident").filter(sample_id=suspicion.sample_id).last()
    if held is not None:
        return held.incident
    rule = _rule_of(suspicion)
    joined = incidents.joined_by(companion, rule=rule, seen_at=suspicion.slot_at)
    incident = joined if finding.word is not Word.CLEARED else None
    if incident is None:
        incident = _open(companion, suspicion, finding, rule=rule, at=at)
    incidents.join(incident, sample_id=suspicion.sample_id, slot_at=suspicion.slot_at, at=at)
    return incident


def _decide(incident: Incident, suspicion: Suspicion, finding: Finding, *, at: datetime) -> None:
    if finding.word is Word.OPEN:
        return
    told: dict[str, Any] = {
        "by": finding.by,
        "at": at,
        "reason": finding.reason,
        "evidence": _evidence(suspicion, finding),
    }
    if finding.word is Word.CLEARED:
        incidents.clear(incident, **told)
        return
    if incident.state == IncidentState.OPEN:
        try:
            incidents.confirm(incident, **told)
        except Forbidden:
            return  # who ruled is no steward any more, or of that organisation by now: another one decides
    incidents.note_critical(incident, seen_at=suspicion.slot_at)


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


def _open(companion: Companion, suspicion: Suspicion, finding: Finding, *, rule: str, at: datetime) -> Incident:
    veto, ruling = worst_veto(suspicion.score), ruling_on(suspicion)
    worst = max(suspicion.score.violations, key=lambda it: it.weight, default=None)
    clause = ruling.clause if ruling else veto.clause if veto else worst.clause if worst else ""
    return incidents.open_incident(
        companion,
        kind="veto" if veto else "low_score",
        severity=veto.severity if veto else Severity.MEDIUM,
        summary=_summary(suspicion, veto, ruling),
        by=incidents.ATLAS,
        at=at,
        rule=rule,
        clause=clause,
        seen_at=suspicion.slot_at,
        evidence=_evidence(suspicion, finding),
    )


def _summary(suspicion: Suspicion, veto: Violation | None, ruling: Ruling | None) -> str:
    if veto:
        return f"An answer was vetoed by {veto.rule}."
    if ruling:
        who = "A steward" if ruling.source == Source.PERSON else "Judges"
        return f"{who} found that an answer violates the clause {ruling.clause}."
    return f"An answer scored {suspicion.score.score} of 100."


def _rule_of(suspicion: Suspicion) -> str:
    """What a critical answer is mostly due to: further ones of the same rule are the same fault."""
    veto = worst_veto(suspicion.score)
    worst = veto or max(suspicion.score.violations, key=lambda it: it.weight, default=None)
    return worst.rule if worst else LOW_SCORE


def _evidence(suspicion: Suspicion, finding: Finding) -> dict[str, Any]:
    first = {"sample": suspicion.sample_id, "slot_at": suspicion.slot_at, **facts_of(suspicion.score)}
    return {"answer": first, **finding.evidence}
