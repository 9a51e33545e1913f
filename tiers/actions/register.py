"""The shipped reference companions enter the roll."""

from datetime import datetime

from charter.queries import version_at
from ledger.actors import Actor
from ledger.sealing import seal, sealed_atomic
from registry.actions import provider_of
from registry.models import Companion, NameCounter
from registry.register import ReferenceCompanion, shipped_register
from tiers.models import Standing

REGISTER = Actor.system("register")


def load_register(*, at: datetime) -> int:
    """Enter every reference companion that is missing, without endpoint, tier or vote; returns how many there are."""
    providers, references = shipped_register()
    known = set(Companion.objects.filter(is_reference=True).values_list("name", flat=True))
    with sealed_atomic():
        for reference in references:
            if reference.name not in known:
                _enter(reference, providers[reference.provider], at)
    return len(references)


def _enter(reference: ReferenceCompanion, provider_name: str, at: datetime) -> None:
    law = version_at(at)
    companion = Companion.objects.create(
        ref=f"{reference.name}_001",
        name=reference.name,
        provider=provider_of(reference.provider, name=provider_name, at=at),
        model_name=reference.name,
        is_reference=True,
        purpose=reference.purpose,
        created_at=at,
    )
    NameCounter.objects.create(name=reference.name, last=1)
    Standing.objects.create(companion=companion, law=law, is_advanced=reference.advanced, state_since=at, changed_at=at)
    seal(
        "companion.registered",
        subject=("companion", companion.ref),
        actor=(REGISTER.kind, REGISTER.ref),
        move="load_register",
        at=at,
        law=(law.version, law.digest),
        to_state="mounted",
        facts={
            "tier_after_exit": reference.tier or None,
            "weight_after_exit": reference.weight,
            "advanced": reference.advanced,
        },
    )
