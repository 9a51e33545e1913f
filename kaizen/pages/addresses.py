"""The addresses of all pages for people; the API's stand in ``kaizen.urls``."""

from django.conf import settings
from django.urls import URLPattern, path

from appeals import pages as appeals
from charter.pages import views as charter
from faces.gallery import gallery
from kaizen import signing_in
from kaizen.pages import home, reference
from onboarding.pages import applying, following, providing
from registry.pages import decisions
from shadow.pages import desk
from tiers.pages import audits, endorsing
from tiers.pages import views as tiers

addresses: list[URLPattern] = [
    path("", home.home, name="home"),
    path("questions", home.questions, name="questions"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("robots.txt", home.robots, name="robots"),
    path("api/docs", reference.reference, name="api-reference"),
    path("api/schema", reference.schema, name="api-schema"),
    path("companions", tiers.register, name="companions"),
    path("companions/<str:ref>", tiers.companion, name="companion"),
    path("companions/<str:ref>/endorse", endorsing.endorse, name="endorse"),
    path("companions/<str:ref>/endorse/withdraw", endorsing.withdraw, name="withdraw-endorsement"),
    path("decisions", decisions.decisions, name="decisions"),
    path("decisions/<str:public_id>", decisions.decision, name="decision"),
    path("audits", audits.audits, name="audits"),
    path("audits/<str:public_id>", audits.audit, name="audit"),
    path("charter", charter.charter, name="charter"),
    path("charter/law", charter.law, name="law"),
    path("charter/law/<str:version>.json", charter.document, name="law-document"),
    path("charter/law/<str:version>", charter.law, name="law-version"),
    path("onboard", applying.onboard, name="onboard"),
    path("onboard/apply", applying.apply, name="apply"),
    path("onboard/applications", following.show, name="applications"),
    path("onboard/applications/<str:public_id>", following.status, name="application"),
    path("onboard/applications/<str:public_id>/edit", following.edit, name="edit-application"),
    path("onboard/applications/<str:public_id>/withdraw", following.withdraw, name="withdraw-application"),
    path("onboard/applications/<str:public_id>/mount", following.mount, name="mount-application"),
    path("onboard/companions/<str:ref>", providing.home, name="own-companion"),
    path("onboard/companions/<str:ref>/facts", providing.facts, name="own-facts"),
    path("onboard/companions/<str:ref>/keys", providing.new_key, name="own-new-key"),
    path("onboard/companions/<str:ref>/keys/<str:prefix>/revoke", providing.end_key, name="own-end-key"),
    path("onboard/companions/<str:ref>/maintenance", providing.maintenance, name="own-maintenance"),
    path("onboard/companions/<str:ref>/retire", providing.retire, name="own-retire"),
    path("appeals", appeals.listed, name="appeals"),
    path("appeals/new", appeals.new, name="new-appeal"),
    path("appeals/<str:public_id>", appeals.status, name="appeal"),
    path("appeals/<str:public_id>/read", appeals.read_it, name="appeal-read"),
    path("appeals/<str:public_id>/steward", appeals.ask_steward, name="appeal-steward"),
    path("desk/", desk.desk, name="desk"),
    path("desk/agreement", desk.agreement, name="desk-agreement"),
    path("desk/again", desk.again, name="desk-again"),
    path("desk/<uuid:item_id>/verdict", desk.verdict, name="desk-verdict"),
    path("accounts/2fa/totp/picture.svg", signing_in.totp_picture, name="totp_picture"),
]
if settings.IN_DEVELOPMENT:
    addresses.append(path("gallery", gallery, name="gallery"))
