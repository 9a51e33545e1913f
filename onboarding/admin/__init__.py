"""The stewards' face of applications: everything that a decision rests on, and the decisions."""

from onboarding.admin.applications import ApplicationAdmin

__all__ = ["ApplicationAdmin"]
