from onboarding.models.application import Application, EmailDomain, OnboardingToken
from onboarding.models.attestation import Attestation
from onboarding.models.check import CheckRun, Finding
from onboarding.models.sentinel import BatteryAnswer, SentinelReview

__all__ = [
    "Application",
    "Attestation",
    "BatteryAnswer",
    "CheckRun",
    "EmailDomain",
    "Finding",
    "OnboardingToken",
    "SentinelReview",
]
