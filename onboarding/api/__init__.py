"""Onboarding over HTTP: apply, follow, edit, withdraw, mount; attestations and what is asked of companions."""

from django.urls import path

from onboarding.api.applications import ApplicationView, ApplyView, WithdrawView
from onboarding.api.attestations import AttestationView, VerifyView
from onboarding.api.companions import CompanionFactsView
from onboarding.api.mounting import MountView

urlpatterns = [
    path("onboard/apply", ApplyView.as_view(), name="apply"),
    path("onboard/applications/<str:public_id>", ApplicationView.as_view(), name="application"),
    path("onboard/applications/<str:public_id>/withdraw", WithdrawView.as_view(), name="withdraw-application"),
    path("civic/mount", MountView.as_view(), name="mount"),
    path("companions/<str:name>/attestation", AttestationView.as_view(), name="attestation"),
    path("attestations/verify", VerifyView.as_view(), name="verify-attestation"),
]

__all__ = ["CompanionFactsView", "urlpatterns"]
