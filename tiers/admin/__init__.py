"""The stewards' face of companions and incidents."""

from tiers.admin.incidents import IncidentAdmin
from tiers.admin.standings import StandingAdmin

__all__ = ["IncidentAdmin", "StandingAdmin"]
