"""What the answers tell: critical ones become incidents, and clean days count from the last confirmed one."""

from datetime import datetime
from typing import Any

from charter.law import Law
from charter.models import Ruling
from charter.models.judging import Source
from charter.queries import law_at
from ledger.actors import Forbidden
from ledger.canonical import plain
from ledger.replaying import BASIS
from ledger.sealing import sealed_atomic
from registry.models import Companion
from shadow.queries import Outage, Suspicion, outages
from tiers.actions import incidents
from tiers.actions.second_look import Finding, ruling_on, second_look
from tiers.models import Incident, IncidentAnswer, Standing
from tiers.models.incident import Severity
from tiers.models.incident import State as IncidentState
from tiers.rules import second_look as rules
from tiers.rules.second_look import Opening, Word, facts_of, look_basis, open_basis, opening_of, outage_basis

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
    ruling = ruling_on(suspicion)
    opening = opening_of(facts_of(suspicion.score), ruling.clause if ruling else None)
    joined = incidents.joined_by(companion, rule=opening.rule, seen_at=suspicion.slot_at)
    incident = joined if finding.word is not Word.CLEARED else None
    if incident is None:
        incident = _open(companion, suspicion, finding, opening, ruling=ruling, at=at)
    incidents.join(incident, sample_id=suspicion.sample_id, slot_at=suspicion.slot_at, at=at)
    return incident


def _decide(incident: Incident, suspicion: Suspicion, finding: Finding, *, at: datetime) -> None:
    """The incident is decided by the law that it began under, where machines may; one answer alone clears its own."""
    found = finding.by_law(incident.law.law)
    if found.word is Word.OPEN or (found.word is Word.CLEARED and finding.word is not Word.CLEARED):
        return
    told: dict[str, Any] = {
        "by": found.by,
        "at": at,
        "reason": found.reason,
        "evidence": {**_evidence(suspicion, found), **({BASIS: look_basis(found.look)} if found.look else {})},
    }
    if found.word is Word.CLEARED:
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
    over = law_at(at).shadow.outage_over  # the law that the incident begins under, beside that of the window
    found = [it for it in outages(standing.companion, since, at) if it.began_at >= since and it.lasted > over]
    if not found:
        return None
    return _outage(standing, found[-1], at=at)


def _outage(standing: Standing, outage: Outage, *, at: datetime) -> Incident:
    rule = f"{OUTAGE}.{outage.began_at:%Y%m%dT%H%M%S}"
    incident = Incident.objects.filter(companion=standing.companion, rule=rule).first()
    if incident:
        return incident
    minutes = int(outage.lasted.total_seconds() // 60)
    seen: dict[str, Any] = plain({"began_at": outage.began_at, "lasted": outage.lasted})
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
            evidence={BASIS: outage_basis(rules.OUTAGE, rule=rule, **seen)},
        )
        evidence = {"outage": seen, BASIS: outage_basis(rules.OUTAGE_FOUND, rule=rule, **seen)}
        incidents.confirm(
            incident, by=incidents.ATLAS, at=at, reason="Measured by probes that we made.", evidence=evidence
        )
    return incident


def _open(
    companion: Companion,
    suspicion: Suspicion,
    finding: Finding,
    opening: Opening,
    ruling: Ruling | None,
    *,
    at: datetime,
) -> Incident:
    basis = open_basis(facts_of(suspicion.score), ruling.clause if ruling else None)
    return incidents.open_incident(
        companion,
        **vars(opening),
        summary=_summary(suspicion, opening, ruling),
        by=incidents.ATLAS,
        at=at,
        seen_at=suspicion.slot_at,
        evidence={**_evidence(suspicion, finding), BASIS: basis},
    )


def _summary(suspicion: Suspicion, opening: Opening, ruling: Ruling | None) -> str:
    if opening.kind == "veto":
        return f"An answer was vetoed by {opening.rule}."
    if ruling:
        who = "A steward" if ruling.source == Source.PERSON else "Judges"
        return f"{who} found that an answer violates the clause {ruling.clause}."
    return f"An answer scored {suspicion.score.score} of 100."


def _evidence(suspicion: Suspicion, finding: Finding) -> dict[str, Any]:
    first = {"sample": suspicion.sample_id, "slot_at": suspicion.slot_at, **facts_of(suspicion.score)}
    return {"answer": first, **finding.evidence}
