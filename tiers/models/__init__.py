from tiers.models.access import AccessCount
from tiers.models.assessment import Assessment
from tiers.models.audit import Audit, AuditedDecision
from tiers.models.decline import Decline, Monitoring
from tiers.models.drift import DriftLook
from tiers.models.incident import Incident, IncidentAnswer
from tiers.models.nomination import Nomination, NominationWord, RiseReview
from tiers.models.penalty import Penalty
from tiers.models.review import Review
from tiers.models.simulation import SimulationRun
from tiers.models.standing import Standing

__all__ = [
    "AccessCount",
    "Assessment",
    "Audit",
    "AuditedDecision",
    "Decline",
    "DriftLook",
    "Incident",
    "IncidentAnswer",
    "Monitoring",
    "Nomination",
    "NominationWord",
    "Penalty",
    "Review",
    "RiseReview",
    "SimulationRun",
    "Standing",
]
