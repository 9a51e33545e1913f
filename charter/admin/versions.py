"""Versions of the law, read only, each with what it changed."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from charter.models import LawVersion
from charter.queries import version_at
from faces.facts_page import FactsAdmin

SCORER_LINES = {"scoring.scorer", "scoring.scorer_version"}


@admin.register(LawVersion)
class LawVersionAdmin(FactsAdmin):
    """One version, whole: its lines, and beside them those of the version before."""

    page_template = "admin/charter/law_version.html"
    list_display = ("version", "effective_from", "digest", "author", "approver")
    list_select_related = ("author", "approver")
    search_fields = ("version", "digest__startswith")
    search_help_text = "Version, or how its digest begins"

    def page(self, request: HttpRequest, obj: LawVersion) -> dict[str, Any]:  # noqa: ARG002  the page's signature
        before = LawVersion.objects.filter(effective_from__lt=obj.effective_from).order_by("-effective_from").first()
        lines = list(lines_of(obj.document))
        return {
            "title": f"Law {obj.version}",
            "before": before,
            "changes": list(changes(list(lines_of(before.document)), lines)) if before else [],
            "scorer": scorer_in_words(before, obj) if before else "",
            "lines": lines,
            "in_force": version_at(timezone.now()) == obj,
            "decision_url": reverse("admin:ledger_decision_change", args=[obj.enacted_by_id])
            if obj.enacted_by_id
            else "",
        }


def scorer_in_words(before: LawVersion, after: LawVersion) -> str:
    """What became of the scorer, as a sentence; empty where it stayed the same."""
    old, new = before.law.scoring, after.law.scoring
    was, now = f"{old.scorer} {old.scorer_version}", f"{new.scorer} {new.scorer_version}"
    if was == now:
        return ""
    further = _differing_lines(before, after) - SCORER_LINES
    plural = "line differs" if len(further) == 1 else "lines differ"
    alone = f"{len(further)} further {plural}." if further else "Nothing else differs."
    return (
        f"Answers are scored by {now} from this version on; before it was {was}. {alone} "
        "Scores and decisions from before keep the scorer that they were made with."
    )


def _differing_lines(before: LawVersion, after: LawVersion) -> set[str]:
    """The paths of lines that differ; the number of the version is no line of the law."""
    old, new = (dict(line.split(" = ", 1) for line in lines_of(row.document)) for row in (before, after))
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)} - {"version"}


def lines_of(document: Any, path: str = "") -> Iterator[str]:
    """A law document as lines ``scoring.incident_below = 60``, in the order of the document."""
    if isinstance(document, Mapping) and document:
        for key, value in document.items():
            yield from lines_of(value, f"{path}.{key}" if path else str(key))
    elif isinstance(document, list):
        yield f"{path} = {', '.join(map(str, document)) or 'nothing'}"
    else:
        yield f"{path} = {document}"


def changes(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """The lines that went and came, as (``removed`` or ``added``, line)."""
    kinds = {"-": "removed", "+": "added"}
    for line in difflib.ndiff(sorted(before), sorted(after)):
        if line[0] in kinds:
            yield kinds[line[0]], line[2:]
