"""Companions to be watched, and results as the loop would hand them over."""

import uuid
from datetime import timedelta
from decimal import Decimal
from itertools import count

from charter.queries import version_at
from registry.egress import Outcome
from registry.models import Companion, Endpoint, Provider
from registry.protocols import Called, Deliberation, Health, SelfValidation
from shadow.actions.probing import claim, finish
from shadow.actions.results import Result
from shadow.actions.watching import open_watch
from shadow.models import Slot
from shadow.probes import Probe
from shadow.prompts import by_id

_numbers = count(1)


def a_companion(*, at, protocol="masl", url="https://models.example.com", places=2, **facts):
    number = next(_numbers)
    provider = Provider.objects.create(slug=f"maker-{number}", name="Maker", created_at=at, exchanges_at_once=places)
    given = {
        "price_input_per_1k": Decimal("0.01"),
        "price_output_per_1k": Decimal("0.03"),
        "requests_per_minute": 60,
        "tokens_per_minute": 100_000,
    }
    companion = Companion.objects.create(
        ref=f"MODEL{number}_001",
        name=f"MODEL{number}",
        provider=provider,
        model_name="m",
        created_at=at,
        **given | facts,
    )
    Endpoint.objects.create(
        provider=provider,
        companion=companion,
        base_url=url,
        origin=url,
        protocol=protocol,
        auth_kind="none",
        created_at=at,
    )
    return companion


def watched(*, at, opened=None, law=None, **facts):
    companion = a_companion(at=at, **facts)
    open_watch(companion, law=law or version_at(at), at=opened or at)
    return companion


def a_slot(companion, *, at, probe=Probe.DELIBERATION, slot_at=None, about=None, patience=timedelta(minutes=5)):
    slot_at = slot_at or at
    return Slot.objects.create(
        companion=companion,
        probe=probe,
        slot_at=slot_at,
        due_at=at,
        expires_at=at + patience,
        about_answer=about,
    )


def said(text="Yes.", *, position=None, tokens=(100, 50), latency=200):
    value = Deliberation(text, position, None, None, *tokens, tokens_estimated=False, model=None)
    return Called(Outcome.OK, latency_ms=latency, value=value)


def healthy(latency=20):
    return Called(Outcome.OK, latency_ms=latency, value=Health("healthy", Decimal(latency)))


def claims(score):
    return Called(Outcome.OK, latency_ms=30, value=SelfValidation(Decimal(score), []))


def failed(outcome=Outcome.TIMEOUT, reason="deadline_exceeded", latency=30_000):
    return Called(outcome, reason, latency_ms=latency)


def asked(slots, called, *, at, lag=0, prompt="constitutional.safety.01", validates=False):
    """Results of claimed slots that all ended the same way."""
    made = []
    for slot in slots:
        about = by_id(prompt) if slot.probe == Probe.DELIBERATION else None
        made.append(Result(slot, at, called, lag_ms=lag, prompt=about, validates=validates))
    return made


def claimed(*, at, limit=500):
    return claim(limit, at=at, token=uuid.uuid4())


def probed(companion, called, *, at, probe=Probe.DELIBERATION, slot_at=None, **how):
    """A slot from its laying out to its sums; the sample's id."""
    slot = a_slot(companion, at=at, probe=probe, slot_at=slot_at, about=how.pop("about", None))
    (mine,) = [it for it in claimed(at=at) if it.slot_id == slot.pk]
    finish(asked([mine], called, at=at, **how), at=at)
    return slot.pk
