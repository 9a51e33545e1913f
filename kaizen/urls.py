"""Every address that Kaizen answers. ``/api/v1`` is published; ``/api`` is the same views, by the guide's own paths."""

from django.contrib import admin
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from appeals import api as appeals
from charter import api as charter
from faces import problems
from kaizen import health, metrics
from kaizen.pages.addresses import addresses
from onboarding import api as onboarding
from tiers import api as tiers
from tiers.api import access

handler400 = "faces.problems.handler400"
handler403 = "faces.problems.handler403"
handler404 = "faces.problems.handler404"
handler500 = "faces.problems.handler500"

api: list[URLPattern | URLResolver] = [
    *onboarding.urlpatterns,
    *tiers.urlpatterns,
    *appeals.urlpatterns,
    *charter.urlpatterns,
    path("companions/<str:name>", onboarding.CompanionFactsView.as_view(), name="companion"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *addresses,
    path("access/v1/", include(access.urlpatterns)),
    path(".well-known/authzen-configuration", access.metadata, name="authzen-configuration"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", include((api, "api_v1"))),
    path("api/", include((api, "api"))),
    path("problems", problems.problem_types, name="problems"),
    path("problems/", problems.problem_types),
    path("problems/<slug:code>", problems.problem_types, name="problem"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
