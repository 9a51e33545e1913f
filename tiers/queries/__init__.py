"""How companions stand, and the evidence behind it."""

from tiers.queries.evidence import Measured, measured
from tiers.queries.register import Registered, register
from tiers.queries.standing import (
    StandingAt,
    assessments_due,
    latest_assessment,
    open_critical,
    shadow_overdue,
    standing_at,
    suspensions_over,
    system_gi,
)

__all__ = [
    "Measured",
    "Registered",
    "StandingAt",
    "assessments_due",
    "latest_assessment",
    "measured",
    "open_critical",
    "register",
    "shadow_overdue",
    "standing_at",
    "suspensions_over",
    "system_gi",
]
