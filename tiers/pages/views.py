"""The register, and one companion's page."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.law import Law
from charter.pages.words import line_at
from charter.queries import law_at, version_at
from charter.scoring.registry import scorer_of
from ledger.queries import history
from registry.models import Companion
from registry.pages.asking import is_staff, provider_of_companion
from registry.pages.history import entries
from registry.queries import Ambiguous, companion_called
from shadow.queries import outcomes_of, window_sums
from tiers.models import Incident, Standing
from tiers.models.standing import State, Tier
from tiers.pages import clauses, criteria, figures, reading
from tiers.pages.telling import telling

PAGE = 30
ON_A_ROW = 48
ON_A_PAGE = 200
HISTORY = 100
INCIDENTS = 50


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """All companions by id, narrowed by state, tier and provider."""
    asked = _asked(request)
    after = request.GET.get("after", "")[:40]
    law = version_at(timezone.now()).law
    rows = list(reading.register_rows(**asked, after=after)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    courses = reading.latest_of([row.companion_id for row in rows], most=ON_A_ROW)
    context = {
        "section": "companions",
        "rows": [_row(row, courses.get(row.companion_id, []), law) for row in rows],
        "asked": asked,
        "is_filtered": any(asked.values()),
        "states": State.choices,
        "tiers": [("none", "none yet"), *((tier.value, tier.label) for tier in Tier if tier)],
        "providers": reading.providers(),
        "next": urlencode({**{k: v for k, v in asked.items() if v}, "after": rows[-1].companion.ref}) if more else "",
        "first": not after,
    }
    return render(request, "tiers/register.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters that are asked; words that we do not know are a page that is not there."""
    asked = {name: request.GET.get(name, "") for name in ("state", "tier", "provider")}
    known_tiers = {"", "none", *Tier.values}
    if asked["state"] not in {"", *State.values} or asked["tier"] not in known_tiers or "\x00" in asked["provider"]:
        raise Http404
    return asked


def _row(standing: Standing, course: list[Any], law: Law) -> dict[str, Any]:
    return {
        "standing": standing,
        "companion": standing.companion,
        "gi": course[-1].gi if course else None,
        "spark": figures.trend(standing, course, law),
    }


@require_safe
def companion(request: HttpRequest, ref: str) -> HttpResponse:
    """One companion: what happened, by which measure, under which line of the law, what comes next."""
    found = _companion_or_404(ref)
    if found.ref != ref:
        return redirect(f"/companions/{found.ref}")
    now = timezone.now()
    context = page_of(found, at=now, names_shown=is_staff(request))
    context["is_own"] = provider_of_companion(request, found, at=now) is not None
    return render(request, "tiers/companion.html", context)


def _companion_or_404(ref: str) -> Companion:
    try:
        return companion_called(ref)
    except (Companion.DoesNotExist, Ambiguous):
        raise Http404 from None


def page_of(found: Companion, *, at: datetime, names_shown: bool) -> dict[str, Any]:
    """Everything that a companion's page shows; the provider's own page shows the same and more."""
    standing = Standing.objects.select_related("law", "companion__provider").get(companion=found)
    version = standing.law
    law = version.law
    incidents = list(Incident.objects.filter(companion=found)[:INCIDENTS])
    about = [("companion", found.ref), *(("incident", each.public_id) for each in incidents)]
    told = history(about, most=HISTORY)
    course = reading.latest_of([found.pk], most=ON_A_PAGE).get(found.pk, [])
    latest = course[-1] if course else None
    kept = latest.criteria if latest else []
    asked = criteria.lines(kept, version.document)
    open_now = criteria.open_lines(asked)
    said = telling(standing, open_now, law)
    return {
        "section": "companions",
        "companion": found,
        "standing": standing,
        "law": version,
        "telling": said,
        "law_line": line_at(version.document, said.law_path),
        "strip": figures.strip(standing, told, law),
        "required": [line for line in asked if not line.advisory],
        "advisory": [line for line in asked if line.advisory],
        "open_count": len(open_now),
        "tracked": criteria.tracked(kept),
        "claims": claims(found, standing, at=at),
        "outcomes": outcomes(found, standing, law, at=at),
        "bar": figures.gi_bar(standing, latest, law),
        "clauses": clauses.picture(standing, law, at=at),
        "spark": figures.trend(standing, course, law, told=told),
        "ladder": figures.ladder(standing, latest, law, at),
        "latest": latest,
        "incidents": incidents,
        "history": entries(told, names_shown=names_shown, with_subject=bool(incidents)),
        "now": at,
    }


def claims(found: Companion, standing: Standing, *, at: datetime) -> dict[str, Any] | None:
    """The model's own scores of its answers beside ours of the same answers; None where it never judged itself."""
    since = standing.shadow_since or standing.state_since
    sums = window_sums([found], since=since, until=at, scorer=scorer_of(law_at(at)).digest)[found.pk]
    if not sums.claimed:
        return None
    own, ours = Decimal(sums.claimed_sum) / sums.claimed, Decimal(sums.claimed_ours_sum) / sums.claimed
    return {"n": sums.claimed, "own": own, "ours": ours, "gap": own - ours}


def outcomes(found: Companion, standing: Standing, law: Law, *, at: datetime) -> list[tuple[str, str, int]]:
    """How our calls ended in the law's window, by probe: (probe, outcome, how often)."""
    since = max(standing.shadow_since or standing.state_since, at - law.shadow.window)
    counted = outcomes_of(found, since=since, until=at)
    return [
        (probe.replace("_", " "), outcome.replace("_", " "), n)
        for probe, by_outcome in sorted(counted.items())
        for outcome, n in sorted(by_outcome.items(), key=lambda item: -item[1])
    ]
