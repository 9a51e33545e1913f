from onboarding.models.application import Application, OnboardingToken
from onboarding.models.check import CheckRun, Finding
from onboarding.models.sentinel import BatteryAnswer, SentinelReview

__all__ = ["Application", "BatteryAnswer", "CheckRun", "Finding", "OnboardingToken", "SentinelReview"]
