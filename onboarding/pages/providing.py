"""The provider's page of its companion, and what it may do there."""

from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from charter.queries import law_at
from faces.schema import Invalid, read
from ledger.actors import Actor
from ledger.canonical import decimal_text
from ledger.decisions import Refused
from onboarding import actions
from onboarding.intake.shapes import facts_given_later
from onboarding.pages.forms import FactsForm, MaintenanceForm, RetireForm
from registry.actions import issue_key, revoke_key
from registry.models import Companion, Credential
from registry.pages.asking import is_staff, provider_of_companion, throttled
from shadow.actions.watching import announce_maintenance
from shadow.models import MaintenanceWindow
from tiers.actions.standing import retire as retire_standing
from tiers.models.standing import LIVING
from tiers.pages.views import page_of

KEYS_SHOWN = 20


def _own(request: HttpRequest, ref: str, *, at: datetime) -> tuple[Companion, Actor]:
    """The companion, if the reader acts for its provider; 404 for anybody else."""
    companion = Companion.objects.select_related("provider", "standing__law").filter(ref=ref).first()
    by = provider_of_companion(request, companion, at=at) if companion else None
    if companion is None or by is None:
        raise Http404
    return companion, by


@never_cache
@require_safe
def home(request: HttpRequest, ref: str) -> HttpResponse:
    """How the companion stands, and what its provider may do."""
    companion, _ = _own(request, ref, at=timezone.now())
    return _page(request, companion)


def _page(request: HttpRequest, companion: Companion, *, status: int = HTTPStatus.OK, **bound: Any) -> HttpResponse:
    now = timezone.now()
    context = page_of(companion, at=now, names_shown=is_staff(request))
    context |= {
        "section": "onboard",
        "owner_page": True,
        "is_own": True,
        "asked": companion.asked_before_shadow,
        "is_living": companion.standing.state in LIVING,
        "keys": companion.credentials.order_by("-created_at")[:KEYS_SHOWN],
        "maintenance": MaintenanceWindow.objects.filter(companion=companion, ends_at__gt=now).order_by("starts_at"),
        "facts_form": FactsForm(initial=_facts_of(companion)),
        "maintenance_form": MaintenanceForm(),
        "retire_form": RetireForm(initial={"version": companion.standing.version}),
        **bound,
    }
    return render(request, "onboarding/companion.html", context, status=status)


def _facts_of(companion: Companion) -> dict[str, Any]:
    given = {
        "price_input": companion.price_input_per_1k,
        "price_output": companion.price_output_per_1k,
        "requests_per_minute": companion.requests_per_minute,
        "tokens_per_minute": companion.tokens_per_minute,
        "charter": companion.commits_to_charter,
        "consensus": companion.commits_to_consensus,
        "tiers_understood": companion.understands_tiers,
        "uptime": companion.uptime_committed,
    }
    return {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: Any) -> Any:
    """A number as its provider wrote it, without the zeros that its column holds."""
    return decimal_text(value) if isinstance(value, Decimal) else value


@never_cache
@require_POST
def facts(request: HttpRequest, ref: str) -> HttpResponse:
    """Give price, limits and commitments; shadow mode opens when nothing is missing any more."""
    companion, by = _own(request, ref, at=timezone.now())
    form = FactsForm(request.POST)
    form.is_valid()
    try:
        given = read(facts_given_later(), form.document())
    except Invalid as invalid:
        form.add_faults(invalid.faults)
    if form.errors:
        return _page(request, companion, status=HTTPStatus.BAD_REQUEST, facts_form=form, wrong=form)
    actions.give_companion_facts(companion, given, by=by, at=timezone.now())
    messages.success(request, "Given and sealed.")
    return _home(ref)


@never_cache
@require_POST
def new_key(request: HttpRequest, ref: str) -> HttpResponse:
    """A second key, for rotation; shown here, once."""
    throttled(request, "mount")
    now = timezone.now()
    companion, by = _own(request, ref, at=now)
    try:
        credential, clear = issue_key(companion, by=by, at=now, under=law_at(now))
    except Refused as refusal:
        return _refused(request, companion, refusal)
    context = {"section": "onboard", "companion": companion, "key": clear, "credential": credential}
    return render(request, "onboarding/key.html", context)


@never_cache
@require_POST
def end_key(request: HttpRequest, ref: str, prefix: str) -> HttpResponse:
    """Revoke a key: it fails from the next request on."""
    now = timezone.now()
    companion, by = _own(request, ref, at=now)
    credential = Credential.objects.filter(companion=companion, prefix=prefix, revoked_at=None).first()
    if credential is None:
        raise Http404
    revoke_key(credential, by=by, at=now, under=law_at(now))
    messages.success(request, f"The key {prefix}… is revoked.")
    # The session may have been opened with this very key: then there is nothing to come back to.
    return _home(ref) if provider_of_companion(request, companion, at=now) else redirect("/onboard/applications")


@never_cache
@require_POST
def maintenance(request: HttpRequest, ref: str) -> HttpResponse:
    """Announce a time in which we do not probe; only ahead."""
    now = timezone.now()
    companion, _ = _own(request, ref, at=now)
    form = MaintenanceForm(request.POST)
    if form.is_valid():
        try:
            announce_maintenance(companion, **form.cleaned_data, at=now)
        except Refused as refusal:
            _tell(form, refusal)
    if form.errors:
        return _page(request, companion, status=HTTPStatus.BAD_REQUEST, maintenance_form=form, wrong=form)
    messages.success(request, "Announced: nothing is asked then, and nothing is expected.")
    return _home(ref)


@never_cache
@require_POST
def retire(request: HttpRequest, ref: str) -> HttpResponse:
    """Take the companion back for good."""
    now = timezone.now()
    companion, by = _own(request, ref, at=now)
    form = RetireForm(request.POST)
    if form.is_valid() and form.cleaned_data["companion"] != ref:
        form.add_error("companion", f"This is not the id of this companion. Type {ref}.")
    if not form.errors:
        try:
            retire_standing(companion.standing, by=by, at=now, version=form.cleaned_data["version"])
        except Refused as refusal:
            _tell(form, refusal)
    if form.errors:
        return _page(request, companion, status=HTTPStatus.BAD_REQUEST, retire_form=form, wrong=form)
    messages.success(request, f"{ref} is retired. Its record stays; its keys are revoked.")
    return redirect(f"/companions/{ref}")


def _tell(form: forms.Form, refusal: Refused) -> None:
    for reason in refusal.reasons:
        form.add_error(None, reason)


def _refused(request: HttpRequest, companion: Companion, refusal: Refused) -> HttpResponse:
    for reason in refusal.reasons:
        messages.error(request, reason)
    return _page(request, companion, status=HTTPStatus.CONFLICT)


def _home(ref: str) -> HttpResponse:
    return redirect(f"/onboard/companions/{ref}")
