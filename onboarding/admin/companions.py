"""A companion on the desk, with the sentinel's reviews of it: asked for, under way, and their outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from charter.queries import law_at
from faces.figures.amounts import in_words
from ledger.actors import Actor
from onboarding.admin.showing import numbers_in_words
from onboarding.models import Application, SentinelReview
from onboarding.queries import reviews_of_companion
from onboarding.sentinel.again import review_again, why_not_again
from registry.admin.desk import Decides
from registry.models import Companion
from tiers.admin.standings import StandingAdmin
from tiers.models import Standing

SHOWN = 10


@dataclass(frozen=True)
class ReviewShown:
    """A review as it goes: ``answered`` of ``battery`` prompts so far; empty ``verdict`` while it runs."""

    number: int
    started_at: datetime
    due_at: datetime
    answered: int
    battery: int
    finished_at: datetime | None
    verdict: str
    is_positive: bool
    reasons: list[str]
    numbers: list[tuple[str, str]]


class _AsksForReview(Decides):
    """Open while no review of it runs, for who came by an application."""

    def is_open(self, actor: Actor, obj: Any) -> bool:
        return super().is_open(actor, obj) and not why_not(obj)

    def context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        found = super().context(request, obj)
        return {**found, "closed": found["closed"] and (why_not(obj) or found["closed"])}


def why_not(standing: Standing) -> str:
    """Why no review can be opened of this companion, whatever its state."""
    return why_not_again(application_of(standing.companion), standing.companion.ref)


def application_of(companion: Companion) -> Application | None:
    return Application.objects.filter(companion=companion).first()


def ask_for_review(
    standing: Standing, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> SentinelReview:
    return review_again(standing.companion, by=by, at=at, reason=reason, version=version)


def what_a_review_does(standing: Standing) -> Sequence[str]:
    """The consequences, in their order."""
    law = law_at(timezone.now()).onboarding
    return [
        f"The sentinel puts a new battery of {law.battery} prompts, drawn anew, to {standing.companion.ref}.",
        f"It gives its word within {in_words(law.constitutional_within)}, on what is answered by then.",
        "The word is sealed with its numbers, and the latest word is what counts at the exit from shadow mode.",
        "Nothing else moves. The provider is told; the decision is sealed with your reason.",
    ]


def reviews_shown(companion: Companion) -> list[ReviewShown]:
    """The reviews that a steward asked for, the newest first."""
    return [_shown(review) for review in reviews_of_companion(companion)[:SHOWN]]


def _shown(review: SentinelReview) -> ReviewShown:
    law = law_at(review.started_at).onboarding
    return ReviewShown(
        number=review.number,
        started_at=review.started_at,
        due_at=review.started_at + law.constitutional_within,
        answered=review.answers.count(),
        battery=law.battery,
        finished_at=review.finished_at,
        verdict=review.verdict.replace("_", " "),
        is_positive=review.is_positive,
        reasons=review.reasons,
        numbers=numbers_in_words(review.numbers),
    )


# The room of tiers knows no applications: what this room adds to its page, it adds here.
admin.site.unregister(Standing)


@admin.register(Standing)
class CompanionAdmin(StandingAdmin):
    """Companions by their id, with the sentinel's reviews."""

    page_template = "admin/onboarding/companion.html"
    actions = (
        *StandingAdmin.actions,
        _AsksForReview(ask_for_review, "Ask for a new review", moves=["ask_review"], consequences=what_a_review_does),
    )

    def page(self, request: HttpRequest, obj: Standing) -> dict[str, Any]:
        found = super().page(request, obj)
        application = application_of(obj.companion)
        latest = next(iter(found["reviews"]), None)
        against = application is not None and application.shadow_needs_review
        return {
            **found,
            "review_runs": reviews_shown(obj.companion),
            "needs_review": against and not (latest and latest.is_positive),
        }
