"""The stewards' face of companions and incidents, and of what gateways asked about them."""

from tiers.admin.access import AccessCountAdmin
from tiers.admin.amendments import AmendmentAdmin
from tiers.admin.audits import AuditAdmin
from tiers.admin.declines import DeclineAdmin
from tiers.admin.incidents import IncidentAdmin
from tiers.admin.nominations import NominationAdmin
from tiers.admin.penalties import PenaltyAdmin
from tiers.admin.standings import StandingAdmin

__all__ = [
    "AccessCountAdmin",
    "AmendmentAdmin",
    "AuditAdmin",
    "DeclineAdmin",
    "IncidentAdmin",
    "NominationAdmin",
    "PenaltyAdmin",
    "StandingAdmin",
]
