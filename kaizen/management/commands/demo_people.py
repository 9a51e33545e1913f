"""``manage.py demo_people``: the people of the demo, who are needed because nothing here is approved by silence."""

import os
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from ledger.actors import Actor
from ledger.decisions import Refused
from onboarding import actions
from onboarding.intake.body import parse_application
from onboarding.models import Application
from onboarding.models.application import State
from onboarding.queries import checks_to_waive
from registry.egress import policy_in_force
from registry.models import Person, Provider

PAUSE_SECONDS = 0.5
STEWARD = "demo-steward@kaizen.localhost"
NAMES = {"good": "Good Example", "flaky": "Flaky Example", "violator": "Violator Example"}


class Command(BaseCommand):
    help = (
        "Play the demo's people until stopped: three providers who apply, prove their endpoints and mount, and one "
        "named Demo steward who approves by the very action that the admin calls. `make demo` starts it."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.IN_DEVELOPMENT:
            raise CommandError("The demo's people approve without looking: they exist in development alone.")
        models = _pairs("KAIZEN_DEMO_MODELS")
        if not models:
            raise CommandError("KAIZEN_DEMO_MODELS names no model; start the demo by `make demo`.")
        challenges, steward = _pairs("KAIZEN_DEMO_CHALLENGES"), _steward()
        while True:
            for manner, address in models.items():
                try:
                    self._one_step(manner, address, Path(challenges[manner]), steward)
                except Refused as refusal:
                    self.stdout.write(f"{manner}: {refusal}")
                except OperationalError:
                    self.stdout.write(f"{manner}: the database is busy; once more in a moment")
            time.sleep(PAUSE_SECONDS)

    def _one_step(self, manner: str, address: str, challenge: Path, steward: Actor) -> None:
        """Whatever this model's provider, or the steward, would do next about it."""
        at = timezone.now()
        application = _application(manner)
        if application is None:
            self._apply(manner, address, challenge, at)
        elif application.state == State.STEWARD_REVIEW:
            waive = checks_to_waive(application)
            actions.approve(
                application, by=steward, reason="The demo admits whoever passes the checks.", at=at, waive=waive
            )
            self.stdout.write(f"{manner}: approved by the Demo steward")
        elif application.state == State.APPROVED:
            companion = actions.mount(application, by=Actor.provider(application.provider.slug), at=at).companion
            self.stdout.write(f"{manner}: mounted as {companion.ref}")

    def _apply(self, manner: str, address: str, challenge: Path, at: datetime) -> None:
        body = parse_application(_body(manner, address), policy=policy_in_force())
        submitted = actions.submit(body, by=None, at=at)
        challenge.write_text(submitted.application.challenge, encoding="utf-8")
        self.stdout.write(f"{manner}: applied, {submitted.application.public_id}")


def _application(manner: str) -> Application | None:
    provider = Provider.objects.filter(slug=f"demo-{manner}").first()
    rows = Application.objects.select_related("provider", "endpoint", "law").filter(provider=provider)
    return rows.order_by("-submitted_at").first() if provider else None


def _steward() -> Actor:
    person = Person.objects.filter(email=STEWARD).first()
    if person is None:
        # No password: nobody signs in as this person, who acts here alone.
        person = Person.objects.create_user(STEWARD, None, name="Demo steward", is_staff=True, roles=["steward"])
    return Actor.person(person)


def _body(manner: str, address: str) -> dict[str, Any]:
    """What a provider would send to ``POST /api/onboard/apply``."""
    return {
        "modelName": NAMES[manner],
        "provider": f"demo-{manner}",
        "endpoint": f"{address}/v1/deliberate",
        "contact": {
            "name": f"Provider of {NAMES[manner]}",
            "email": f"people@{manner}.example.org",
            "organization": f"The {manner} provider of the demo",
        },
        "capabilities": ["text-generation", "reasoning"],
        "proposedTier": "standard",
        "modelCard": f"{address}/model-card",
        "auth": {"type": "none"},
        "pricing": {"inputPer1kTokens": "0.01", "outputPer1kTokens": "0.03", "currency": "USD"},
        "limits": {"requestsPerMinute": 600, "tokensPerMinute": 1_000_000},
        "commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": Decimal("99.5")},
        "modelCardSections": {
            "capabilities": "Short answers to plain questions.",
            "limitations": "It is a demonstration and knows little.",
            "trainingData": "None: it follows written rules.",
        },
    }


def _pairs(name: str) -> dict[str, str]:
    """``good=http://…,flaky=…`` as the supervisor hands it over."""
    return dict(pair.split("=", 1) for pair in os.environ.get(name, "").split(",") if pair)
