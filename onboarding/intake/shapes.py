"""The shape of an application's JSON, field by field (security A4-A5). Bounds here guard us; none of them is law."""

import re
from collections.abc import Callable
from typing import Any

from faces.schema import Field, Fields, Listed, Tagged, optional, required
from faces.text import free_text
from faces.values import boolean, choice, decimal, integer, matching, number, visible_ascii
from onboarding.intake import addresses
from onboarding.intake.contents import (
    ApiKey,
    ApplicationBody,
    Benchmark,
    ClientCredentials,
    Commitments,
    Contact,
    LaterFacts,
    Limits,
    ModelCardSections,
    NoAuth,
    Pricing,
)
from onboarding.intake.names import header_name, model_name, scope
from registry.egress.policy import Policy

BEGINNERS_TIERS = ("research", "standard")
LATER_TIERS = ("high", "critical")
MOST_A_PRICE = 1000
PRICE_PLACES = 12
MOST_PER_MINUTE = 10**9

_PROVIDER = matching(
    r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]",
    "2 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.",
    least=2,
    most=63,
)
_CAPABILITY = matching(
    r"[a-z0-9]+(?:-[a-z0-9]+)*", "Words of lower-case letters and digits, joined by single hyphens.", most=64
)
_SECRET = visible_ascii(1, 4096)
_NAME = free_text(1, 200, emoji_ok=True)
# Unknown words are a fault of the body; known ones above standard have an answer of their own.
_TIER = choice(*BEGINNERS_TIERS, *LATER_TIERS)
_SECTION = free_text(1, 20_000)
_IMPROVEMENTS = free_text(1, 5000)
_PRICE = decimal(0, MOST_A_PRICE, places=PRICE_PLACES)
_PER_MINUTE = integer(1, MOST_PER_MINUTE)


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")


def _made(cls: type[Any]) -> Callable[[dict[str, Any]], Any]:
    """A maker of ``cls`` from a dict whose names are the wire's: ``inputPer1kTokens`` is ``input_per_1k_tokens``."""
    return lambda found: cls(**{_HUMP.sub("_", name).lower(): value for name, value in found.items()})


_CONTACT = Fields(
    {
        "name": required(_NAME),
        "email": required(addresses.email),
        "organization": required(_NAME),
    },
    into=_made(Contact),
)
_PRICING = Fields(
    {
        "inputPer1kTokens": optional(_PRICE),
        "outputPer1kTokens": optional(_PRICE),
        "currency": optional(choice("USD")),
    },
    into=_made(Pricing),
)
_LIMITS = Fields(
    {"requestsPerMinute": optional(_PER_MINUTE), "tokensPerMinute": optional(_PER_MINUTE)}, into=_made(Limits)
)
_COMMITMENTS = Fields(
    {
        "charter": optional(boolean),
        "consensus": optional(boolean),
        "tiersUnderstood": optional(boolean),
        "uptime": optional(number(0, 100)),
    },
    into=_made(Commitments),
)
_MODEL_CARD_SECTIONS = Fields(
    {"capabilities": optional(_SECTION), "limitations": optional(_SECTION), "trainingData": optional(_SECTION)},
    into=_made(ModelCardSections),
)


def application(policy: Policy) -> Fields:
    """The whole body; ``policy`` says which addresses pass."""
    return Fields({**_required(policy), **_optional(policy)}, into=_made(ApplicationBody))


def facts_given_later() -> Fields:
    """Price, limits and commitments, which may also be given, or given anew, after the application (spec §4.3).

    So may the model's version: another one than before is a change of the companion's identity.
    """
    return Fields(
        {
            "pricing": optional(_PRICING),
            "limits": optional(_LIMITS),
            "commitments": optional(_COMMITMENTS),
            "modelVersion": optional(visible_ascii(1, 128)),
        },
        into=_made(LaterFacts),
    )


def _required(policy: Policy) -> dict[str, Field]:
    return {
        "modelName": required(model_name),
        "provider": required(_PROVIDER),
        "endpoint": required(addresses.endpoint(policy)),
        "contact": required(_CONTACT),
        "capabilities": required(Listed(_CAPABILITY, 1, 32)),
        "proposedTier": required(_TIER),
        "modelCard": required(addresses.url(policy)),
    }


def _optional(policy: Policy) -> dict[str, Field]:
    return {
        "protocol": optional(choice(*addresses.PROTOCOLS)),
        "upstreamModel": optional(visible_ascii(1, 128)),
        "auth": optional(_auth(policy)),
        "pricing": optional(_PRICING),
        "limits": optional(_LIMITS),
        "legalEntity": optional(free_text(1, 200)),
        "technicalContact": optional(_CONTACT),
        "safetyBenchmarks": optional(Listed(_benchmark(policy), 0, 32)),
        "commitments": optional(_COMMITMENTS),
        "modelCardSections": optional(_MODEL_CARD_SECTIONS),
        "webhookUrl": optional(addresses.url(policy)),
        "improvements": optional(_IMPROVEMENTS),
    }


def _auth(policy: Policy) -> Tagged:
    kind = required(choice("none", "api_key", "oauth2_client_credentials"))
    key = {"type": kind, "key": required(_SECRET), "header": optional(header_name)}
    client = {
        "type": kind,
        "tokenUrl": required(addresses.url(policy)),
        "clientId": required(_SECRET),
        "clientSecret": required(_SECRET),
        "scope": optional(scope),
    }
    return Tagged(
        "type",
        {
            "none": Fields({"type": kind}, into=_made(NoAuth)),
            "api_key": Fields(key, into=_made(ApiKey)),
            "oauth2_client_credentials": Fields(client, into=_made(ClientCredentials)),
        },
    )


def _benchmark(policy: Policy) -> Fields:
    return Fields(
        {
            "name": required(free_text(1, 100)),
            "score": required(number()),
            "url": optional(addresses.url(policy)),
        },
        into=_made(Benchmark),
    )
