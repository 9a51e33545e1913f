"""The first page, questions and answers, and the two files that browsers and robots ask for unasked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.queries import version_at
from ledger import queries
from registry.pages.asking import is_staff
from registry.pages.history import entries
from tiers.models.standing import State
from tiers.pages.reading import counts_by
from tiers.queries import system_gi

LATEST = 6
PRIVATE_PATHS = ("/accounts/", "/admin/", "/appeals", "/onboard/applications", "/onboard/companions")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Kaizen is and whom it welcomes, with what is true right now."""
    now = timezone.now()
    law = version_at(now)
    by_state, by_tier = counts_by("state"), counts_by("tier")
    context = {
        "law": law,
        "states": [(state.label.lower(), state.value, by_state.get(state.value, 0)) for state in State],
        "tiers": [
            (name, tier, by_tier.get(name, 0))
            for name, tier in sorted(law.law.tiers.items(), key=lambda item: -item[1].rung)
        ],
        "companions": sum(by_state.values()),
        "system_gi": system_gi(now),
        "latest": entries(queries.latest(most=LATEST), names_shown=is_staff(request), with_subject=True),
        "now": now,
    }
    return render(request, "kaizen/home.html", context)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Questions that people ask before they bring a model, or trust one."""
    law = version_at(timezone.now()).law
    return render(request, "kaizen/questions.html", {"section": "questions", "law": law})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django passes the request
    return redirect(static("faces/favicon.svg"), permanent=False)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django passes the request
    """Everything public may be read by robots; what belongs to somebody is not theirs."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
