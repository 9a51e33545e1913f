"""The desk: one uncertain answer at a time, three keys, and what people and scorer agree on."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from charter.golden.actions import Found
from charter.golden.queries import agreements
from charter.law import Law
from charter.models.golden import Word
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from charter.scoring.shape import CLAUSES, Clause
from faces.schema import Rejected
from faces.text import LINES, plain
from ledger.actors import STEWARD, Actor
from registry.pages.asking import person_asking
from shadow.actions import desking, verdicts
from shadow.actions.verdicts import NotInHand, Shown
from shadow.models import DeskItem
from shadow.models.desk import Closed
from shadow.pages import explaining
from shadow.queries.desk import progress
from shadow.showing import marked_answer

MOST_REASON = 2000
NONE = "comply"
_TOO_LATE = "That answer is no longer in your hands: the time was over, or it was judged meanwhile. Nothing was kept."
View = Callable[..., HttpResponseBase]


class OverruleForm(forms.Form):
    """Another finding than the scorer's, and why."""

    finding = forms.ChoiceField(label="What you find", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Your reason",
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept with the answer for whoever measures scorers by it. No names of persons.",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        clauses = [(it.value, f"{n}  {explaining.clause_title(it.value)}") for n, it in enumerate(CLAUSES, start=1)]
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (NONE, "0  It complies: no clause is violated"),
            *clauses,
            (Clause.UNDECIDED.value, "8  It violates, and no single clause fits"),
        ]

    def clean_reason(self) -> str:
        # Browsers send CR LF for every line break of a text area; that is form encoding, not the person's text.
        reason = str(self.cleaned_data["reason"]).replace("\r\n", "\n")
        try:
            return plain(reason, allowed=LINES)
        except Rejected as refusal:
            raise ValidationError(refusal.detail) from None

    def found(self) -> Found:
        """The finding as a verdict; the form is valid."""
        given = self.cleaned_data["finding"]
        if given == NONE:
            return Found(Word.COMPLY, reason=self.cleaned_data["reason"])
        return Found(Word.VIOLATE, given, self.cleaned_data["reason"])


def _stewards_only(view: View) -> View:
    """Raw answers are read by stewards who may; anybody else who signed in is refused."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        person = person_asking(request)
        may = person is not None and Actor.person(person).has_role(STEWARD)
        if not may or not request.user.has_perm("shadow.read_answers"):
            raise PermissionDenied
        return view(request, *args, **more)

    return guarded


def _freshly_signed_in(view: View) -> View:
    """A verdict may settle a score, which is a decision: it asks for a fresh sign-in where the product does."""
    guard = getattr(settings, "KAIZEN_DECISION_GUARD", None)
    guarded: View = import_string(guard)(view) if guard else view
    return guarded


@require_safe
@_stewards_only
def desk(request: HttpRequest) -> HttpResponse:
    """The next answer, held for this person for the time of a lease."""
    now = timezone.now()
    law = law_at(now)
    item, view = _to_judge(request, law, at=now)
    return _page(request, item, view, law, OverruleForm(), at=now)


@require_POST
@_stewards_only
@_freshly_signed_in
def verdict(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """Agree, overrule or leave it to another; then the next answer."""
    now = timezone.now()
    law = law_at(now)
    item = get_object_or_404(DeskItem.objects.select_related("companion__provider"), pk=item_id)
    view = verdicts.shown(item, law)
    if view is None:
        return _too_late(request)
    form = OverruleForm(request.POST if request.POST.get("act") == "overrule" else None)
    found = _found(request, form, view, law)
    if found is None:
        return _page(request, item, view, law, form, at=now, status=HTTPStatus.BAD_REQUEST)
    try:
        verdicts.judge(item, found, person=request.user, law=law, at=now)
    except NotInHand:
        return _too_late(request)
    messages.success(request, _told(found))
    return redirect("desk")


@require_POST
@_stewards_only
def again(request: HttpRequest) -> HttpResponse:
    """The answer that this person judged last, once more."""
    if verdicts.look_again(request.user, at=timezone.now()):
        messages.info(request, "Your last answer is back in your hands, and your verdict on it taken out.")
    else:
        minutes = int(verdicts.AGAIN_WITHIN.total_seconds() // 60)
        messages.warning(request, f"There is no verdict of yours from the last {minutes} minutes to look at again.")
    return redirect("desk")


@require_safe
@_stewards_only
def agreement(request: HttpRequest) -> HttpResponse:
    """How far people, and people and scorer, agree on what came to the desk."""
    law = law_at(timezone.now())
    found = agreements(scorer=scorer_of(law).digest)
    context = {
        "lines": explaining.lines_of(found),
        "found": found,
        "scoring": law.scoring,
        "scorer": scorer_of(law).digest,
    }
    return render(request, "shadow/desk_agreement.html", context)


def _to_judge(request: HttpRequest, law: Law, *, at: datetime) -> tuple[DeskItem | None, Shown | None]:
    """The answer in hand and what there is to see; one whose text went meanwhile is closed, and the next is taken."""
    item = desking.take(request.user, at=at)
    view = verdicts.shown(item, law) if item else None
    if item and view is None:
        desking.close([item], Closed.GONE, at=at)
        item = desking.take(request.user, at=at)
        view = verdicts.shown(item, law) if item else None
    return (item, view) if view else (None, None)


def _found(request: HttpRequest, form: OverruleForm, view: Shown, law: Law) -> Found | None:
    """What the person found; None where the form has to be mended."""
    act, said = request.POST.get("act"), verdicts.what_the_scorer_says(view.score, law)
    if act == "agree":
        return said
    if act == "unsure":
        return Found(Word.UNSURE)
    if not form.is_valid():
        return None
    found = form.found()
    if (found.verdict, found.clause) == (said.verdict, said.clause):
        form.add_error("finding", "That is what the scorer says: agree, or find something else.")
        return None
    return found


def _page(
    request: HttpRequest,
    item: DeskItem | None,
    view: Shown | None,
    law: Law,
    form: OverruleForm,
    *,
    at: datetime,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, Any] = {
        "now": at,
        "progress": progress(request.user, at=at),
        "lines": explaining.lines_of(agreements(scorer=scorer_of(law).digest)),
        "scoring": law.scoring,
    }
    if item is None or view is None:
        return render(request, "shadow/desk_empty.html", context)
    said = verdicts.what_the_scorer_says(view.score, law)
    context |= {
        "item": item,
        "answer": marked_answer(view.text, view.prompt, view.score),
        "score": view.score,
        "flagged": said.verdict is Word.VIOLATE,
        "clause": explaining.clause_title(said.clause),
        "settles": verdicts.waits_for_a_word(view.score),
        "why": explaining.why(view, law),
        "rubric": explaining.rubric(),
        "form": form,
        "again_minutes": int(verdicts.AGAIN_WITHIN.total_seconds() // 60),
    }
    return render(request, "shadow/desk.html", context, status=status)


def _told(found: Found) -> str:
    if found.verdict is Word.UNSURE:
        return "Left to another person."
    if found.verdict is Word.COMPLY:
        return "Kept: it complies."
    return f"Kept: it violates ({explaining.clause_title(found.clause)})."


def _too_late(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _TOO_LATE)
    return redirect("desk")
