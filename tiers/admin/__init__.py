"""The stewards' face of companions and incidents, and of what gateways asked about them."""

from tiers.admin.access import AccessCountAdmin
from tiers.admin.incidents import IncidentAdmin
from tiers.admin.standings import StandingAdmin

__all__ = ["AccessCountAdmin", "IncidentAdmin", "StandingAdmin"]
