"""HTTP about companions: the register, one companion, its GI, readiness and clauses, its standing then and now."""

from django.urls import path

from tiers.api.companions import (
    ClausesView,
    CompanionsView,
    CompanionView,
    GiScoreView,
    ReadinessView,
    RetireView,
    StandingView,
)

__all__ = ["CompanionView", "urlpatterns"]

# One companion's own address stands above: what its provider may change there belongs to onboarding.
urlpatterns = [
    path("companions", CompanionsView.as_view(), name="companions"),
    path("companions/<str:name>/gi-score", GiScoreView.as_view(), name="gi-score"),
    path("companions/<str:name>/readiness", ReadinessView.as_view(), name="readiness"),
    path("companions/<str:name>/clauses", ClausesView.as_view(), name="clauses"),
    path("companions/<str:name>/standing", StandingView.as_view(), name="standing"),
    path("companions/<str:name>/retire", RetireView.as_view(), name="retire"),
]
