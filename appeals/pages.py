"""Contesting a decision by form, and following the appeal: the API's documents, to the API's actions."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appeals import actions
from appeals.body import MOST_EVIDENCE, MOST_REASON, AppealBody, parse_appeal
from appeals.models import OPEN, Appeal, State, is_the_party
from appeals.queries import appeal_called, appealable_decisions
from appeals.rules import what_is_contested
from appeals.targets import NoSuchDecision
from charter.queries import law_at
from faces.figures.strip import Step, Strip
from faces.schema import Invalid
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.models import Decision
from ledger.queries import Told, history
from onboarding.pages.asking import own_application
from onboarding.pages.fields import DocumentForm
from registry.models import Companion
from registry.pages.asking import held_companions, is_staff, person_asking, provider_of_companion, throttled
from registry.pages.history import entries, facts_in_words, in_words

LISTED = 100
SOON_SECONDS = 15
_WAY = (State.SELF_REVIEW, State.SENTINEL_REVIEW, State.STEWARD_REVIEW)
_WHEN = {
    State.SENTINEL_REVIEW: "afresh",
    State.STEWARD_REVIEW: "where a person decided, or where you ask",
}
_NOT_YOURS = "There is no such decision, or it is not yours to contest. Open its application or companion first."
_NEXT = {
    State.SELF_REVIEW: (
        "You have time to read the proof and the scoring.",
        "When you have read it, or the time is over, the sentinel looks at it afresh; against ATLAS, a steward does.",
        "You.",
    ),
    State.SENTINEL_REVIEW: (
        "The sentinel looks at it afresh: re-scored, with its reasons.",
        "It rules on what a machine decided. What a person decided goes to a steward, with its advice.",
        "Nobody.",
    ),
    State.STEWARD_REVIEW: (
        "A steward who took no part before rules on it.",
        "Granted, denied or modified; that word is final.",
        "That steward.",
    ),
    State.DENIED_BY_SENTINEL: ("The sentinel found the decision right.", "You may ask for a person's word.", "You."),
    State.GRANTED: ("Your appeal is granted: the decision is undone by its inverse act.", "Nothing.", "Nobody."),
    State.DENIED: ("Your appeal is denied: the decision stands.", "Nothing: this is final.", "Nobody."),
    State.MODIFIED: ("The decision stands in another measure.", "Nothing: this is final.", "Nobody."),
}


class AppealForm(DocumentForm):
    """The fields of ``POST /api/appeals/submit``."""

    pointers = {
        "companion_id": "/companionId",
        "incident_id": "/incidentId",
        "decision_id": "/decisionId",
        "reason": "/reason",
        "evidence": "/evidence",
    }
    companion_id = forms.CharField(
        label="Companion",
        required=False,
        max_length=40,
        help_text="Its id, such as YOURMODEL_001; empty for an application.",
    )
    incident_id = forms.CharField(
        label="Incident", required=False, max_length=22, help_text="INC-… Name either an incident or a decision."
    )
    decision_id = forms.CharField(
        label="Decision", required=False, max_length=36, help_text="dec_… or, for a rejected application, app_…"
    )
    reason = forms.CharField(
        label="Why the decision is wrong", max_length=MOST_REASON, widget=forms.Textarea(attrs={"rows": 6})
    )
    evidence = forms.CharField(
        label="Evidence",
        max_length=MOST_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What shows it: ids of answers, times, measurements of your own.",
    )

    def as_json(self, name: str, value: Any) -> Any:
        # Browsers send CR LF for every line break of a text area; that is form encoding, not the party's text.
        return value.replace("\r\n", "\n") if name in {"reason", "evidence"} and value else value


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; ``?companionId=``, ``?incidentId=`` and ``?decisionId=`` fill it in.

    For its provider, a companion alone brings the latest decision that can be contested, and names the others.
    """
    now = timezone.now()
    if request.method != "POST":
        asked = {name: request.GET.get(pointer[1:], "") for name, pointer in AppealForm.pointers.items()}
        choices = _choices(request, asked["companion_id"], at=now)
        if choices and not (asked["decision_id"] or asked["incident_id"]):
            asked["decision_id"] = choices[0].public_id
        return _form(request, AppealForm(initial=asked), at=now, choices=choices)
    throttled(request, "appeal")
    form = AppealForm(request.POST)
    body = _read(form)
    if body is None:
        return _form(request, form, at=now, status=HTTPStatus.BAD_REQUEST)
    by = _party(request, body, at=now)
    try:
        appeal = actions.submit(body, by=by, at=now) if by else None
    except NoSuchDecision:
        appeal = None
    except Invalid as invalid:
        form.add_faults(invalid.faults)
        return _form(request, form, at=now, status=HTTPStatus.BAD_REQUEST)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _form(request, form, at=now, status=HTTPStatus.CONFLICT)
    if appeal is None:
        form.add_error(None, _NOT_YOURS)
        return _form(request, form, at=now, status=HTTPStatus.NOT_FOUND)
    messages.success(request, "The appeal is in, and what it is about is held until it is ruled.")
    return redirect(f"/appeals/{appeal.public_id}")


def _choices(request: HttpRequest, ref: str, *, at: datetime) -> list[Decision]:
    """What the reader may contest of the companion called ``ref``, as its provider."""
    if not ref or "\x00" in ref:
        return []
    companion = Companion.objects.select_related("provider", "standing").filter(ref=ref).first()
    if companion is None or provider_of_companion(request, companion, at=at) is None:
        return []
    return appealable_decisions(companion, at=at, law=law_at(at).appeals)


def _read(form: AppealForm) -> AppealBody | None:
    valid = form.is_valid()
    try:
        body = parse_appeal(form.document())
    except Invalid as invalid:
        form.add_faults(invalid.faults)
        return None
    return body if valid else None


def _party(request: HttpRequest, body: AppealBody, *, at: datetime) -> Actor | None:
    """As whom the reader contests this: for the application or companion they opened, or as the person they are."""
    if body.target.startswith("app_"):
        return _for_application(request, body.target, at=at)
    companion = Companion.objects.select_related("provider").filter(ref=body.companion_id).first()
    by = provider_of_companion(request, companion, at=at) if companion else None
    person = person_asking(request)
    return by or (Actor.person(person) if person else None)


def _for_application(request: HttpRequest, public_id: str, *, at: datetime) -> Actor | None:
    try:
        return own_application(request, public_id, at=at)[1]
    except Http404:
        return None


def _form(
    request: HttpRequest,
    form: AppealForm,
    *,
    at: datetime,
    status: int = HTTPStatus.OK,
    choices: Sequence[Decision] = (),
) -> HttpResponse:
    context = {
        "form": form,
        "law": law_at(at).appeals,
        "appealable": bool(held_companions(request)),
        "choices": [(what_is_contested(each.move), each) for each in choices],
        "now": at,
    }
    return render(request, "appeals/new.html", context, status=status)


@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The appeals that the reader may follow, newest first."""
    now = timezone.now()
    mine = Q(pk__in=[])
    open_now = Companion.objects.filter(ref__in=held_companions(request)).select_related("provider")
    for companion in open_now:
        if provider_of_companion(request, companion, at=now):
            mine |= Q(companion=companion)
    if person := person_asking(request):
        mine |= Q(party_ref=f"urn:uuid:{person.pk}")
        if person.organisation_slug:
            mine |= Q(provider_slug=person.organisation_slug)
    rows = Appeal.objects.filter(mine).select_related("companion").order_by("-submitted_at")
    if asked := request.GET.get("companion", "")[:40].replace("\x00", ""):
        rows = rows.filter(companion__ref=asked)
    return render(request, "appeals/list.html", {"appeals": rows[:LISTED], "asked": asked, "now": now})


@never_cache
@require_safe
def status(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where an appeal stands, by when, and why."""
    now = timezone.now()
    appeal, _ = _own(request, public_id, at=now)
    told = history([(appeal.subject_kind, appeal.subject_ref)])
    what, comes_next, who = _NEXT[State(appeal.state)]
    context = {
        "appeal": appeal,
        "what": what,
        "next": comes_next,
        "who": who,
        "strip": strip(appeal, told, at=now),
        "advice": facts_in_words({name: value for name, value in appeal.advice.items() if name != "answers"}),
        "advice_answers": appeal.advice.get("answers", []),
        "contested": what_is_contested(appeal.about_move) or in_words(appeal.about_move),
        "history": entries(told, names_shown=is_staff(request), to_party=True),
        "now": now,
    }
    response = render(request, "appeals/status.html", context)
    if appeal.state in {State.SENTINEL_REVIEW, State.STEWARD_REVIEW}:
        response["Refresh"] = str(SOON_SECONDS)
    return response


@never_cache
@require_POST
def read_it(request: HttpRequest, public_id: str) -> HttpResponse:
    """The party has read proof and scoring."""
    return _moved(request, public_id, actions.finish_self_review, "Noted: the next stage has begun.")


@never_cache
@require_POST
def ask_steward(request: HttpRequest, public_id: str) -> HttpResponse:
    """The party asks for a person's word after the sentinel's denial."""
    return _moved(request, public_id, actions.ask_for_steward, "A steward who took no part before rules on it.")


def _moved(request: HttpRequest, public_id: str, act: Any, said: str) -> HttpResponse:
    now = timezone.now()
    appeal, by = _own(request, public_id, at=now)
    try:
        act(appeal, by=by, at=now)
        messages.success(request, said)
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    return redirect(f"/appeals/{public_id}")


def _own(request: HttpRequest, public_id: str, *, at: datetime) -> tuple[Appeal, Actor]:
    """The appeal and as whom the reader follows it; 404 for another's: whether it exists is not told."""
    try:
        appeal = appeal_called(public_id)
    except Appeal.DoesNotExist:
        raise Http404 from None
    person = person_asking(request)
    candidates = [
        provider_of_companion(request, appeal.companion, at=at) if appeal.companion else None,
        _for_application(request, appeal.target_ref, at=at) if appeal.target_kind == "application" else None,
        Actor.person(person) if person else None,
    ]
    by = next((each for each in candidates if each is not None and is_the_party(appeal, each)), None)
    if by is None or appeal.public_id != public_id:
        raise Http404
    return appeal, by


def _is_skipped(appeal: Appeal, state: State) -> bool:
    """The sentinel does not judge an appeal against itself."""
    return appeal.against_sentinel and state is State.SENTINEL_REVIEW


def strip(appeal: Appeal, told: Sequence[Told], *, at: datetime) -> Strip:
    """The stages of an appeal, with its clocks."""
    reached = {row.to_state: row for row in sorted(told, key=lambda row: row.index)}
    here = State(appeal.state)
    overdue = appeal.due_at is not None and appeal.due_at <= at
    gone = [state for state in _WAY if state in reached and state != here]
    steps = [Step(in_words(state), "gone", at=reached[state].at) for state in gone]
    tone = {"granted": "pass", "denied": "fail", "denied_by_sentinel": "inconclusive"}.get(here.value, "")
    at_here = reached[here.value].at if here.value in reached else appeal.submitted_at
    steps.append(Step(in_words(here.value), "here", at=at_here, due_at=appeal.due_at, overdue=overdue, tone=tone))
    if here in OPEN:
        later = [state for state in _WAY[_WAY.index(here) + 1 :] if not _is_skipped(appeal, state)]
        steps += [
            Step(in_words(state.value), "open" if offset else "next", note=_WHEN[state])
            for offset, state in enumerate(later)
        ]
        steps.append(Step("ruled", "open", note="granted, denied or modified"))
    elif here is State.DENIED_BY_SENTINEL:
        steps.append(Step("steward review", "next", note="if you ask for it"))
    return Strip(f"The appeal {appeal.public_id}", tuple(steps))
