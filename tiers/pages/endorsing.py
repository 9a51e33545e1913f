"""Endorsements on a companion's page: those that stand, and one's own, given and taken back by who may."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from civic.actions import MOST_REASON, may_speak_for
from civic.queries import endorsement_by, endorsements_of
from faces.schema import Rejected
from faces.text import LINES, plain
from ledger.actors import Actor
from ledger.decisions import Refused
from registry.pages.asking import person_asking
from tiers.actions import endorsing
from tiers.models import Standing
from tiers.models.standing import LIVING

SHOWN = 20


class EndorsementForm(forms.Form):
    """What somebody says of the companion, if anything."""

    reason = forms.CharField(
        max_length=MOST_REASON,
        required=False,
        label="Why you stand up for it",
        help_text="Shown on this page without your name. Facts, without other persons.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"]).replace("\r\n", "\n")
        try:
            return plain(reason, allowed=LINES)
        except Rejected as refusal:
            raise ValidationError(refusal.detail) from None


def shown(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """What a companion's page shows of its endorsements, and whether this reader may give one or take theirs back."""
    rows = list(endorsements_of(standing.companion)[: SHOWN + 1])
    person = person_asking(request)
    mine = endorsement_by(person, standing.companion) if person else None
    living = standing.state in LIVING
    may = person is not None and mine is None and living and may_speak_for(standing.companion, Actor.person(person))
    return {
        "endorsed": rows[:SHOWN],
        "endorsed_more": len(rows) > SHOWN,
        "my_endorsement": mine,
        "endorse_form": EndorsementForm() if may else None,
    }


@never_cache
@require_POST
def endorse(request: HttpRequest, ref: str) -> HttpResponse:
    """Stand up for this companion, in one's own name."""
    standing, by = _asked(request, ref)
    form = EndorsementForm(request.POST)
    if not form.is_valid():
        for problem in form["reason"].errors:
            messages.error(request, str(problem))
        return _back(ref)
    return _done(
        request,
        ref,
        lambda: endorsing.endorse(standing, by=by, at=timezone.now(), reason=form.cleaned_data["reason"]),
        "Your endorsement is given and sealed.",
    )


@never_cache
@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take one's own endorsement back."""
    standing, by = _asked(request, ref)
    return _done(
        request,
        ref,
        lambda: endorsing.withdraw_endorsement(standing, by=by, at=timezone.now()),
        "Your endorsement is taken back; that is sealed too.",
    )


def _done(request: HttpRequest, ref: str, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, said)
    return _back(ref)


def _asked(request: HttpRequest, ref: str) -> tuple[Standing, Actor]:
    """The companion and the signed-in person; strangers find no such page."""
    person = person_asking(request)
    standing = Standing.objects.select_related("companion__provider").filter(companion__ref=ref).first()
    if person is None or standing is None:
        raise Http404
    return standing, Actor.person(person)


def _back(ref: str) -> HttpResponse:
    return redirect(f"/companions/{ref}#endorsements")
