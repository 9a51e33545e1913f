"""What an application holds, as frozen values in the house's own names."""

from dataclasses import dataclass, field
from decimal import Decimal

from onboarding.intake.addresses import Endpoint


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to. Personal data: it never reaches logs or the ledger."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    organization: str


@dataclass(frozen=True, slots=True)
class NoAuth:
    """The endpoint asks for no credentials."""

    type: str = "none"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, sent as ``Authorization: Bearer`` unless ``header`` names another header that holds it bare."""

    key: str = field(repr=False)
    header: str | None = None
    type: str = "api_key"


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749 §4.4); ``scope`` is a list of words with single spaces between."""

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    scope: str | None = None
    type: str = "oauth2_client_credentials"


Auth = NoAuth | ApiKey | ClientCredentials


@dataclass(frozen=True, slots=True)
class Pricing:
    """Prices in US dollars per 1,000 tokens; ``currency`` is ``USD`` or was left out, which means the same."""

    input_per_1k_tokens: Decimal | None
    output_per_1k_tokens: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What the provider lets us send, per minute."""

    requests_per_minute: int | None
    tokens_per_minute: int | None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A safety benchmark that the provider claims."""

    name: str
    score: Decimal
    url: str | None


@dataclass(frozen=True, slots=True)
class Commitments:
    """What the provider promises; ``uptime`` in percent. None where nothing was said."""

    charter: bool | None
    consensus: bool | None
    tiers_understood: bool | None
    uptime: Decimal | None


@dataclass(frozen=True, slots=True)
class ModelCardSections:
    """The declared parts of the model card."""

    capabilities: str | None
    limitations: str | None
    training_data: str | None


@dataclass(frozen=True, slots=True)
class LaterFacts:
    """What is asked at the latest before shadow mode, and the model's version; None where nothing was said."""

    pricing: Pricing | None = None
    limits: Limits | None = None
    commitments: Commitments | None = None
    model_version: str | None = None


@dataclass(frozen=True, slots=True)
class ApplicationBody:
    """Everything an application says; optional parts are None where absent."""

    model_name: str
    provider: str
    endpoint: Endpoint
    contact: Contact
    capabilities: tuple[str, ...]
    proposed_tier: str
    model_card: str
    protocol: str | None = None
    upstream_model: str | None = None
    auth: Auth | None = field(default=None, repr=False)
    pricing: Pricing | None = None
    limits: Limits | None = None
    legal_entity: str | None = None
    technical_contact: Contact | None = None
    safety_benchmarks: tuple[Benchmark, ...] | None = None
    commitments: Commitments | None = None
    model_card_sections: ModelCardSections | None = None
    webhook_url: str | None = None
    improvements: str | None = None

    @property
    def spoken_protocol(self) -> str:
        """The protocol declared, or the one that the endpoint's path implies."""
        return self.protocol or self.endpoint.protocol
