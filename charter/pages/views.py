"""The clauses of the charter, and the law: in words, in versions, and as the document whose digest decisions name."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.models import Amendment, LawVersion
from charter.pages.words import lines_of
from charter.queries import version_at
from charter.scoring.rubric import RUBRIC, SCALE
from ledger.canonical import canonical

VERSIONS_SHOWN = 50


@require_safe
def charter(request: HttpRequest) -> HttpResponse:
    """The seven clauses with what to do and what not."""
    law = version_at(timezone.now()).law
    clauses = [
        {"name": clause.value, "text": text, "weight": law.clauses[clause.value].weight}
        for clause, text in sorted(RUBRIC.items(), key=lambda item: item[1].number)
    ]
    context = {"section": "charter", "clauses": clauses, "scale": SCALE, "scoring": law.scoring}
    return render(request, "charter/charter.html", context)


@require_safe
def law(request: HttpRequest, version: str | None = None) -> HttpResponse:
    """One version in words, the one in force unless another is named."""
    now = timezone.now()
    in_force = version_at(now)
    shown = in_force if version is None else _called(version)
    context = {
        "section": "charter",
        "law": shown,
        "is_in_force": shown == in_force,
        "amendment": Amendment.objects.filter(enacted=shown).first(),
        "subjects": lines_of(shown.document),
        "versions": LawVersion.objects.select_related("enacted_by").order_by("-effective_from", "-id")[:VERSIONS_SHOWN],
        "now": now,
    }
    return render(request, "charter/law.html", context)


@require_safe
def document(request: HttpRequest, version: str) -> HttpResponse:  # noqa: ARG001  Django passes the request
    """The document in canonical form: the SHA-256 of these bytes is the digest that decisions name."""
    found = _called(version)
    response = HttpResponse(canonical(found.document), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="law-{found.digest[:12]}.json"'
    return response


def _called(version: str) -> LawVersion:
    found = LawVersion.objects.filter(version=version).first()
    if found is None:
        raise Http404
    return found
