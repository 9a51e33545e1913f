"""The newest sealed decisions, and one decision on one page that prints."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ledger import queries
from ledger.models import Decision
from registry.pages.asking import is_staff
from registry.pages.history import actor_shown, entries, facts_in_words, in_words, reason_shown, subject_url
from registry.queries import names_of

PAGE = 30
LONGEST_INDEX = 18


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """The log, newest first; ``?before=`` is an index to go on from."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= LONGEST_INDEX):
        raise Http404
    rows = queries.latest(most=PAGE + 1, before=int(before) if before else None)
    context = {
        "entries": entries(rows[:PAGE], names_shown=is_staff(request), with_subject=True),
        "next": rows[PAGE - 1].index if len(rows) > PAGE else None,
        "first": not before,
        "now": timezone.now(),
    }
    return render(request, "registry/decisions.html", context)


@require_safe
def decision(request: HttpRequest, public_id: str) -> HttpResponse:
    """One decision: facts, law, digests of its evidence, its place in the ledger."""
    try:
        row = queries.decision_called(public_id)
    except Decision.DoesNotExist:
        raise Http404 from None
    if row.public_id != public_id:
        raise Http404
    told = queries.told([row])[0]
    names_shown = is_staff(request)
    context = {
        "told": told,
        "move": in_words(told.move),
        "actor": actor_shown(told, names_of([told.actor[1]]) if names_shown else {}),
        "reason": reason_shown(told, names_shown=names_shown, to_party=False),
        "facts": facts_in_words(told.facts),
        "from_state": in_words(told.from_state),
        "to_state": in_words(told.to_state),
        "subject_url": subject_url(told),
        "replay_url": _replay_url(request, row),
        "now": timezone.now(),
    }
    return render(request, "registry/decision.html", context)


def _replay_url(request: HttpRequest, row: Decision) -> str:
    """Where staff have a decision derived again: it takes our time, so it is not offered to everybody."""
    may = is_staff(request) and request.user.has_perm("ledger.view_decision")
    return reverse("admin:ledger_decision_replay", args=[row.pk]) if may else ""
