"""Companions brought to a stage by the real actions, so that no test sees an impossible row."""

from datetime import timedelta
from decimal import Decimal

from charter.queries import version_at
from ledger.actors import Actor
from ledger.sealing import sealed_atomic
from registry.actions import provider_of
from registry.models import Companion, Endpoint
from tests.conftest import NOW
from tiers.actions.standing import ReviewWord, enrol, graduate, open_shadow_if_ready, raise_tier

PROVIDER = Actor.provider("your-org")
GOOD_WORD = ReviewWord(verdict="approve", is_positive=True, numbers={}, given_at=NOW)


def a_companion(ref="YOURMODEL_001", *, provider="your-org", at=NOW, review=GOOD_WORD, facts=True):
    """A mounted companion with an endpoint, and with price, limits and commitments unless ``facts`` is false."""
    given = (
        {
            "price_input_per_1k": Decimal("0.01"),
            "price_output_per_1k": Decimal("0.03"),
            "requests_per_minute": 600,
            "tokens_per_minute": 100_000,
            "commits_to_charter": True,
            "commits_to_consensus": True,
            "understands_tiers": True,
        }
        if facts
        else {}
    )
    with sealed_atomic():
        companion = Companion.objects.create(
            ref=ref,
            name=ref.rsplit("_", 1)[0],
            provider=provider_of(provider, name=provider, at=at),
            model_name=ref.rsplit("_", 1)[0].title(),
            created_at=at,
            **given,
        )
        Endpoint.objects.create(
            provider=companion.provider,
            companion=companion,
            base_url=f"https://{ref.lower().replace('_', '-')}.example.org",
            origin=f"https://{ref.lower().replace('_', '-')}.example.org",
            protocol="masl",
            auth_kind="none",
            created_at=at,
        )
        enrol(companion, law=version_at(at), review=review, by=Actor.provider(provider), at=at)
    return companion


def in_shadow(ref="YOURMODEL_001", *, at=NOW, **more):
    """Its standing, in shadow mode since ``at``."""
    return open_shadow_if_ready(a_companion(ref, at=at, **more), at=at)


def active(ref="YOURMODEL_001", *, at=NOW, tier="standard", **more):
    """Its standing, active at ``tier`` since ``at``, by the rule's own act."""
    standing = in_shadow(ref, at=at - timedelta(days=7), **more)
    return graduate(standing, tier=tier, by=Actor.system("rule"), at=at, reason="All criteria are met.", evidence={})


def risen(ref="YOURMODEL_001", *, at=NOW, tier="high", **more):
    """Its standing, active at ``tier`` since ``at``, as a rise leaves it; what the tier asks stands in no row here."""
    standing, law = active(ref, at=at, **more), version_at(at).law
    while standing.tier != tier:
        raise_tier(
            standing, by=Actor.system("rule"), at=at, under=law, reason="Everything that the tier asks is there."
        )
    return standing
