"""An application's own pages: its status, and what its provider may do about it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.decisions import Refused
from onboarding import actions
from onboarding.dossier import whole_document
from onboarding.models import Application
from onboarding.models.application import OPEN, State
from onboarding.pages.applying import read_form, refused
from onboarding.pages.asking import held_applications, own_application, show_token
from onboarding.pages.figures import next_words, strip
from onboarding.pages.forms import EditForm, ShowForm
from onboarding.queries import BadToken, status_of
from onboarding.queries.applications import is_spent
from registry.keys import KEY_PREFIX
from registry.pages.asking import held_companions, hold, is_staff, show_key, throttled
from registry.pages.history import entries
from registry.queries import credential_of

# A page that waits for machines asks again soon, one that waits for a person later.
SOON_SECONDS, LATER_SECONDS = 4, 30
_REFRESHED = {
    State.SUBMITTED: SOON_SECONDS,
    State.CHECKING: SOON_SECONDS,
    State.SENTINEL_REVIEW: SOON_SECONDS,
    State.STEWARD_REVIEW: LATER_SECONDS,
}
_NOT_OPENED = "This token or key opens nothing here: it is unknown, spent, revoked, or of another application."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show an onboarding token or an API key, and go to what it opens."""
    form = ShowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        throttled(request, "token")
        if form.is_valid() and (address := _opened(request, form, at=timezone.now())):
            return redirect(address)
    context = {
        "section": "onboard",
        "form": form,
        "applications": held_applications(request),
        "companions": held_companions(request),
    }
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "onboarding/show.html", context, status=status)


def _opened(request: HttpRequest, form: ShowForm, *, at: datetime) -> str | None:
    """Where the token or key leads; None with the fault told at its field."""
    clear, named = form.cleaned_data["token"].strip(), form.cleaned_data["application"].strip()
    if clear.startswith(KEY_PREFIX):
        companion = show_key(request, clear, at=at)
        if companion is not None:
            return f"/onboard/companions/{companion.ref}"
    else:
        application = show_token(request, clear, at=at)
        if application is not None and named in {"", application.public_id}:
            return f"/onboard/applications/{application.public_id}"
    form.add_error("token", _NOT_OPENED)
    return None


@never_cache
@require_safe
def status(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happened to the application, what comes next, by when, and who acts."""
    now = timezone.now()
    application, _ = own_application(request, public_id, at=now)
    response = render(request, "onboarding/status.html", _shown(request, application, at=now))
    if seconds := _REFRESHED.get(State(application.state)):
        response["Refresh"] = str(seconds)
    return response


def _shown(request: HttpRequest, application: Application, *, at: datetime) -> dict[str, Any]:
    found = status_of(application)
    return {
        "section": "onboard",
        "application": application,
        "status": found,
        "strip": strip(application, found.history, at=at),
        "words": next_words(application, found),
        "required": [check for check in found.checks if check.required],
        "advisory": [check for check in found.checks if not check.required],
        "history": entries(found.history, names_shown=is_staff(request), to_party=True),
        "is_open": application.state in OPEN,
        "refreshes": _REFRESHED.get(State(application.state)),
        "may_mount": application.state in {State.APPROVED, State.MOUNTED} and not is_spent(application.token),
        "now": at,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was returned, to be changed and handed in again."""
    now = timezone.now()
    application, by = own_application(request, public_id, at=now)
    document = whole_document(application)
    if request.method != "POST":
        form = EditForm(initial={**EditForm.initial_of(document), "version": application.version})
        return _edit_page(request, application, form)
    form = EditForm(request.POST)
    # Credentials go only where they were made for: at another origin they are asked anew.
    body = read_form(form, kept_auth=document["auth"])
    if body is not None and body.endpoint.origin != application.endpoint.origin and not _auth_given(form):
        form.add_error("auth_key", "The endpoint moved to another origin: give its credentials anew.")
        body = None
    if body is None:
        return _edit_page(request, application, form, status=HTTPStatus.BAD_REQUEST)
    try:
        version = form.cleaned_data["version"]
        actions.edit_and_resubmit(application, body, by=by, at=now, version=version)
    except Refused as refusal:
        return _edit_page(request, application, refused(form, refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, "Handed in again: the checks begin anew.")
    return redirect(f"/onboard/applications/{public_id}")


def _auth_given(form: EditForm) -> bool:
    given = form.cleaned_data
    return given.get("auth_type") == "none" or bool(given.get("auth_key") or given.get("auth_client_secret"))


def _edit_page(
    request: HttpRequest, application: Application, form: EditForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "section": "onboard",
        "application": application,
        "form": form,
        "reasons": status_of(application).reasons,
    }
    return render(request, "onboarding/edit.html", context, status=status)


@never_cache
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the application back."""
    application, by = own_application(request, public_id, at=timezone.now())
    actions.withdraw(application, by=by, at=timezone.now())
    messages.success(request, "The application is withdrawn. The same model may apply again at any time.")
    return redirect(f"/onboard/applications/{public_id}")


@never_cache
@require_POST
def mount(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make the approved model a companion; its API key is shown here, once."""
    now = timezone.now()
    throttled(request, "mount")
    application, by = own_application(request, public_id, at=now)
    try:
        mounted = actions.mount(application, by=by, at=now)
    except BadToken:
        raise Refused("The onboarding token is spent or over, so nothing can be mounted with it.") from None
    # The key itself opens the provider's pages from here on; showing it is not yet a use of it.
    if credential := credential_of(mounted.api_key, at=now):
        hold(request, credential)
    context = {"section": "onboard", "mounted": mounted, "application": application, "companion": mounted.companion}
    return render(request, "onboarding/mounted.html", context)
