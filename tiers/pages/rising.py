"""What the next rung asks, as lines of a page: every criterion as it stands, and by when it could pass."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from charter.models import LawVersion
from faces.figures.criterion import CriterionLine
from tiers.models import Standing
from tiers.models.standing import State
from tiers.pages import criteria
from tiers.pages.ladder import NextStep
from tiers.queries.rising import Readiness, readiness_to_rise
from tiers.queries.story import Story
from tiers.rules.forecast import Forecast
from tiers.rules.verdicts import Verdict

FORECAST = (State.SHADOW, State.ACTIVE, State.SUSPENDED)


def forecast(standing: Standing, at: datetime) -> Readiness:
    """Its way to the next tier, or out of shadow mode; nothing is asked of who is on neither."""
    return readiness_to_rise(standing, at) if standing.state in FORECAST else Readiness(None)


def next_step(found: Readiness, document: Mapping[str, Any]) -> NextStep | None:
    """The next rung with its criteria in the words of the law's ``document``; None where there is none above."""
    if found.tier is None:
        return None
    lines = tuple(
        criteria.line(criterion.as_json(), document, reachable_at=when(told), by_when=told.words)
        if criterion.verdict not in {Verdict.PASS, Verdict.TRACKED}
        else criteria.line(criterion.as_json(), document)
        for criterion, told in found.lines
        if criterion.verdict is not Verdict.TRACKED
    )
    return NextStep(found.tier, lines, found.review_due_at, found.reachable_at, by_when(found))


def by_when(found: Readiness) -> str:
    """Why no date can be told, by the criteria that have none."""
    if found.reachable_at is not None:
        return ""
    held = [it.name for it, told in found.lines if it in found.missing and told.at is None and not told.by_act]
    return f"Not at the present rate, because of: {', '.join(held)}." if held else "Cannot be told yet."


def when(told: Forecast) -> datetime | None:
    return told.at


def with_forecasts(lines: list[CriterionLine], found: Readiness) -> list[CriterionLine]:
    """Lines of an assessment, each open one with the forecast of the criterion that it is called by."""
    told = {criterion.name: forecast for criterion, forecast in found.lines}
    return [criteria.forecast(line, told.get(line.name)) for line in lines]


def document_of(found: Readiness, in_force: LawVersion, story: Story) -> Mapping[str, Any]:
    """The document of the law that a rise is judged under: that of the open nomination, or the one in force."""
    nomination = story.nomination
    own = found.law is not None and nomination is not None and found.law.digest == nomination.law.digest
    document: Mapping[str, Any] = nomination.law.document if own and nomination else in_force.document
    return document
