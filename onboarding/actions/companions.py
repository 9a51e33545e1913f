"""The companion that a mount makes: its name and number, its facts, its endpoint."""

from datetime import datetime

from django.db.models import F

from ledger.decisions import Refused
from onboarding import dossier
from onboarding.models import Application
from onboarding.queries.applications import latest_review
from onboarding.rules import companion_name
from registry.models import Companion, Endpoint, NameCounter
from registry.register import reserved_names
from tiers.actions.reviews import ReviewWord


def admit(application: Application, *, at: datetime) -> Companion:
    """Enter the approved model into the roll, under the next number of its name, with its endpoint."""
    name = companion_name(application.model_name, provider=application.provider.slug, reserved=reserved_names())
    body = application.body
    companion = Companion.objects.create(
        ref=f"{name}_{_next_number(name):03d}",
        name=name,
        provider=application.provider,
        model_name=application.model_name,
        capabilities=body["capabilities"],
        model_card_url=body["modelCard"],
        created_at=at,
        **dossier.companion_facts(dossier.later_facts(body)),
    )
    free = Endpoint.objects.filter(pk=application.endpoint_id, companion=None, replaced_at=None)
    if free.update(companion=companion) != 1:
        raise Refused("This endpoint is another companion's already.")
    return companion


def review_word(application: Application) -> ReviewWord | None:
    """The sentinel's verdict on the application, as the room of tiers takes it.

    After an approval against the verdict, no word from before the mount is positive: a new review is asked (spec 4.4).
    """
    review = latest_review(application)
    if review is None or review.finished_at is None:
        return None
    return ReviewWord(
        verdict=review.verdict,
        is_positive=review.is_positive and not application.shadow_needs_review,
        numbers=review.numbers,
        given_at=review.finished_at,
        reasons=review.reasons,
    )


def _next_number(name: str) -> int:
    """Numbers are never reused: the counter's row is locked by its own update."""
    NameCounter.objects.get_or_create(name=name)
    NameCounter.objects.filter(name=name).update(last=F("last") + 1)
    return NameCounter.objects.values_list("last", flat=True).get(name=name)
