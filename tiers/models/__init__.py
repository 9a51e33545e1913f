from tiers.models.access import AccessCount
from tiers.models.assessment import Assessment
from tiers.models.incident import Incident, IncidentAnswer
from tiers.models.review import Review
from tiers.models.standing import Standing

__all__ = ["AccessCount", "Assessment", "Incident", "IncidentAnswer", "Review", "Standing"]
