"""Audits as everyone reads them: counts, and the ids of what differs."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.queries import law_at
from faces.figures.shares import Shares, shares_of
from ledger.queries import history
from registry.pages.asking import is_staff
from registry.pages.history import entries
from tiers.models import Audit
from tiers.models.audit import Drawn, Outcome, State
from tiers.queries.audits import audit_called, findings_of

PAGE = 30
DIFFERING_SHOWN = 200
LONGEST_NUMBER = 18
_LEADS: dict[str, str] = {
    State.RUNNING: "It is under way: {done} of {all} decisions are derived again by now.",
    State.CLEAN: "Every decision that it looked at is whole, and what a rule decided comes out the same.",
    State.DIFFERS: "At least one decision differs. It stands in the stewards' queue until one of them has answered.",
    State.ANSWERED: "At least one decision differed, and a steward answered for it: the answer is in the history.",
}


@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """All audits, the newest first; ``?before=`` is a number to go on from."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= LONGEST_NUMBER):
        raise Http404
    rows = Audit.objects.order_by("-number")
    found = list((rows.filter(number__lt=int(before)) if before else rows)[: PAGE + 1])
    at = timezone.now()
    following = found[PAGE - 1].number if len(found) > PAGE else None
    return render(
        request, "tiers/audits.html", {"audits": found[:PAGE], "next": following, "law": law_at(at), "now": at}
    )


@require_safe
def audit(request: HttpRequest, public_id: str) -> HttpResponse:
    """One audit: what it looked at, what became of it, which decisions differ."""
    try:
        row = audit_called(public_id)
    except Audit.DoesNotExist:
        raise Http404 from None
    if row.public_id != public_id:
        raise Http404
    told = history([(row.subject_kind, row.subject_ref)])
    shown = entries(told, names_shown=is_staff(request))
    return render(request, "tiers/audit.html", {**report_of(row), "entries": shown, "now": timezone.now()})


def report_of(row: Audit) -> dict[str, Any]:
    """What every face shows of an audit."""
    by_outcome = dict(row.rows.order_by().values_list("outcome").annotate(n=Count("pk")))
    by_draw = dict(row.rows.order_by().values_list("drawn").annotate(n=Count("pk")))
    waiting = by_outcome.get(Outcome.WAITS, 0)
    every = sum(by_outcome.values())
    return {
        "audit": row,
        "lead": _LEADS[row.state].format(done=every - waiting, all=every),
        "shares": shares(by_outcome),
        "critical": by_draw.get(Drawn.CRITICAL, 0),
        "drawn": by_draw.get(Drawn.LOT, 0),
        "differing": findings_of(row)[:DIFFERING_SHOWN],
    }


def shares(by_outcome: dict[str, int]) -> Shares:
    """What became of the decisions, as one bar."""
    parts = [
        ("same", by_outcome.get(Outcome.SAME, 0)),
        ("a person's word", by_outcome.get(Outcome.WORD, 0)),
        ("no basis", by_outcome.get(Outcome.NO_BASIS, 0)),
        ("differs", by_outcome.get(Outcome.DIFFERS, 0)),
    ]
    if waiting := by_outcome.get(Outcome.WAITS, 0):
        parts.append(("not looked at yet", waiting))
    return shares_of("What became of the decisions", parts)
