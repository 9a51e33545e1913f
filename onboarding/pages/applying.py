"""``/onboard``: what is asked, and the form; what it gives is the API's document, to the API's action."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from charter.queries import version_at
from faces.problems import Problem
from faces.schema import Invalid
from ledger.actors import Actor
from ledger.decisions import Refused
from onboarding import actions
from onboarding.intake.body import parse_application
from onboarding.intake.contents import ApplicationBody
from onboarding.pages.asking import hold
from onboarding.pages.fields import DocumentForm
from onboarding.pages.forms import ApplyForm
from onboarding.queries import status_of
from registry.egress.policy import policy_in_force
from registry.pages.asking import person_asking, throttled


@require_safe
def onboard(request: HttpRequest) -> HttpResponse:
    """What is asked, the steps, and the way to the form."""
    law = version_at(timezone.now()).law
    return render(request, "onboarding/onboard.html", {"section": "onboard", "law": law})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """The form, and the answer with the onboarding token, once."""
    if request.method != "POST":
        return _form(request, ApplyForm())
    throttled(request, "apply")
    form = ApplyForm(request.POST)
    body = read_form(form)
    if body is None:
        return _form(request, form, status=HTTPStatus.BAD_REQUEST)
    person = person_asking(request)
    try:
        submitted = actions.submit(body, by=Actor.person(person) if person else None, at=timezone.now())
    except Refused as refusal:
        return _form(request, refused(form, refusal), status=HTTPStatus.CONFLICT)
    hold(request, submitted.application)
    context = {
        "section": "onboard",
        "application": submitted.application,
        "token": submitted.token,
        "status": status_of(submitted.application),
        "now": timezone.now(),
    }
    return render(request, "onboarding/applied.html", context, status=HTTPStatus.ACCEPTED)


def read_form(form: ApplyForm, *, kept_auth: dict[str, Any] | None = None) -> ApplicationBody | None:
    """The application that the form gives; None with every fault told at its field.

    ``kept_auth`` stands in for secrets that were left empty.
    """
    valid = form.is_valid()
    document = form.document()
    if kept_auth is not None and _has_no_secret(document["auth"]) and document["auth"].get("type") == kept_auth["type"]:
        document["auth"] = kept_auth
    try:
        body = parse_application(document, policy=policy_in_force())
    except Invalid as invalid:
        form.add_faults(invalid.faults)
        return None
    except Problem as problem:
        form.add_faults(problem.errors)
        return None
    return body if valid else None


def refused(form: DocumentForm, refusal: Refused) -> Any:
    """The form with the rules' reasons on top."""
    for reason in refusal.reasons:
        form.add_error(None, reason)
    return form


def _has_no_secret(auth: dict[str, Any]) -> bool:
    return not auth.keys() & {"key", "clientId", "clientSecret"}


def _form(request: HttpRequest, form: ApplyForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "onboarding/apply.html", {"section": "onboard", "form": form}, status=status)
