"""The register, and one companion's page."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from charter.law import Law
from charter.models import LawVersion
from charter.pages.words import line_at
from charter.queries import version_at
from ledger.queries import Told
from registry.models import Companion
from registry.pages.asking import is_staff, provider_of_companion
from registry.pages.history import entries
from registry.queries import Ambiguous, companion_called
from shadow.queries import outcomes_of
from tiers.models import Assessment, Standing
from tiers.models.standing import State, Tier
from tiers.pages import batteries as battery_lines
from tiers.pages import (
    chapters,
    clauses,
    criteria,
    declines,
    endorsing,
    figures,
    honesty,
    ladder,
    nominations,
    offences,
    reading,
    rising,
)
from tiers.pages import course as courses
from tiers.pages.telling import telling
from tiers.pages.under_way import under_way
from tiers.queries.rising import Readiness
from tiers.queries.story import (
    DECISIONS,
    Story,
    counts_now,
    decisions_about,
    laws_between,
    owed_since,
    state_now,
    story_of,
)

PAGE = 30
ON_A_ROW = 48
HISTORY = 100


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
    context |= endorsing.shown(request, context["standing"])
    return render(request, "tiers/companion.html", context)


def _companion_or_404(ref: str) -> Companion:
    try:
        return companion_called(ref)
    except (Companion.DoesNotExist, Ambiguous):
        raise Http404 from None


def page_of(found: Companion, *, at: datetime, names_shown: bool) -> dict[str, Any]:
    """Everything that a companion's page shows; the provider's own page shows the same and more."""
    standing = Standing.objects.select_related("law", "companion__provider").get(companion=found)
    version, law, in_force = standing.law, standing.law.law, version_at(at)
    story = story_of(found)
    told = decisions_about(story.subjects(found))
    course = reading.course_of(found, at=at)
    latest = course[-1] if course else None
    kept = latest.criteria if latest else []
    way = rising.forecast(standing, at)
    asked = criteria.lines(kept, version.document)
    if standing.state == State.SHADOW:
        asked = rising.with_forecasts(asked, way)
    open_now = criteria.open_lines(asked)
    also = under_way(story, in_force.law, at, owed_since=owed_since(found, story, at))
    said = telling(standing, open_now, law, at=at, also=also)
    return {
        "section": "companions",
        "companion": found,
        "standing": standing,
        "state_now": state_now(standing, at),
        "counts_now": counts_now(standing, at),
        "law": version,
        "telling": said,
        "law_line": line_at(version.document, said.law_path),
        "strip": figures.strip(standing, told, law, at),
        "way": way,
        "required": [line for line in asked if not line.advisory],
        "advisory": [line for line in asked if line.advisory],
        "open_count": len(open_now),
        "tracked": criteria.tracked(kept),
        "honesty": honesty.picture(standing, in_force.law, at=at),
        "outcomes": outcomes(found, standing, law, at=at),
        "bar": figures.gi_bar(standing, latest, law),
        "clauses": clauses.picture(standing, law, at=at, in_force=in_force.law),
        "latest": latest,
        "now": at,
        **_drawn(standing, story, told, course=course, way=way, in_force=in_force, at=at),
        "history": entries(
            told[:HISTORY], names_shown=names_shown, with_subject=bool(story.incidents or story.declines)
        ),
    }


def _drawn(
    standing: Standing,
    story: Story,
    told: list[Told],
    *,
    course: list[Assessment],
    way: Readiness,
    in_force: LawVersion,
    at: datetime,
) -> dict[str, Any]:
    """The figures of its way: ladder, course, declines, offences, watch, nomination, batteries, chapters."""
    law, companion = in_force.law, standing.companion
    step = rising.next_step(way, rising.document_of(way, in_force, story)) if standing.tier else None
    since = course[0].computed_at if course else at
    nomination, batteries = story.nomination, battery_lines.shown(story.batteries, law, at)
    incidents = offences.shown(story.incidents, story.penalties, law, at)
    return {
        "ladder": ladder.ladder(standing, law, step, state=state_now(standing, at)),
        "course": courses.course(companion.ref, course, story, told, law, laws=laws_between(since, at), at=at),
        "declines": [declines.shown(row, at) for row in story.declines],
        "incidents": incidents,
        "counting": offences.counting(incidents),
        "offences_law": law.offences,
        "monitoring": story.monitoring(at),
        "nomination": nominations.shown(nomination, nomination.law.law, endorsements=story.endorsements)
        if nomination
        else None,
        "endorsements": story.endorsements,
        "batteries": batteries,
        "chapters": chapters.chapters(story, told),
        "is_whole_story": len(told) < DECISIONS,
    }


def outcomes(found: Companion, standing: Standing, law: Law, *, at: datetime) -> list[tuple[str, str, int]]:
    """How our calls ended in the law's window, by probe: (probe, outcome, how often)."""
    since = max(standing.shadow_since or standing.state_since, at - law.shadow.window)
    counted = outcomes_of(found, since=since, until=at)
    return [
        (probe.replace("_", " "), outcome.replace("_", " "), n)
        for probe, by_outcome in sorted(counted.items())
        for outcome, n in sorted(by_outcome.items(), key=lambda item: -item[1])
    ]
