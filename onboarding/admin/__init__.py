"""The stewards' face of applications and of reviews: everything that a decision rests on, and the decisions."""

from onboarding.admin.applications import ApplicationAdmin
from onboarding.admin.companions import CompanionAdmin

__all__ = ["ApplicationAdmin", "CompanionAdmin"]
