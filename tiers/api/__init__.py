"""HTTP about companions: the register, one companion, its GI and clauses, its way, its standing then and now."""

from django.urls import path

from tiers.api.assessments import AssessmentsView
from tiers.api.batteries import BatteriesView, BatteryView
from tiers.api.companions import ClausesView, CompanionsView, CompanionView, GiScoreView, RetireView
from tiers.api.endorsements import EndorsementsView
from tiers.api.honesty import SelfAssessmentView
from tiers.api.incidents import IncidentsView
from tiers.api.nominations import InvitationsView, NominationsView
from tiers.api.plans import PlanView
from tiers.api.readiness import ReadinessView
from tiers.api.standing import StandingView

__all__ = ["CompanionView", "urlpatterns"]

# One companion's own address stands above: what its provider may change there belongs to onboarding.
urlpatterns = [
    path("companions", CompanionsView.as_view(), name="companions"),
    path("companions/<str:name>/gi-score", GiScoreView.as_view(), name="gi-score"),
    path("companions/<str:name>/readiness", ReadinessView.as_view(), name="readiness"),
    path("companions/<str:name>/clauses", ClausesView.as_view(), name="clauses"),
    path("companions/<str:name>/self-assessment", SelfAssessmentView.as_view(), name="self-assessment"),
    path("companions/<str:name>/standing", StandingView.as_view(), name="standing"),
    path("companions/<str:name>/incidents", IncidentsView.as_view(), name="incidents"),
    path("companions/<str:name>/assessments", AssessmentsView.as_view(), name="assessments"),
    path("companions/<str:name>/nominations", NominationsView.as_view(), name="nominations"),
    path("companions/<str:name>/invitations", InvitationsView.as_view(), name="invitations"),
    path("companions/<str:name>/endorsements", EndorsementsView.as_view(), name="endorsements"),
    path("companions/<str:name>/batteries", BatteriesView.as_view(), name="batteries"),
    path("companions/<str:name>/batteries/<str:run>", BatteryView.as_view(), name="battery"),
    path("companions/<str:name>/retire", RetireView.as_view(), name="retire"),
    path("companions/<str:name>/improvement-plan", PlanView.as_view(), name="improvement-plan"),
]
