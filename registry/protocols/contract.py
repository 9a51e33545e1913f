"""The contract as values: what is asked of every model, and what every call ends in, whatever the model speaks."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from registry.egress import Outcome

Position = Literal["approve", "reject", "abstain"]
POSITIONS: tuple[Position, ...] = ("approve", "reject", "abstain")


@dataclass(frozen=True, slots=True)
class Question:
    """What one companion is asked. ``wants_position`` asks for a vote beside the answer."""

    prompt: str = field(repr=False)
    tier: str
    chamber: str
    cycle: str
    request_id: str
    wants_position: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What a protocol carries by itself; the rest is emulated, or not to be had."""

    health: bool
    validation: bool
    position: bool


@dataclass(frozen=True, slots=True)
class Deliberation:
    """A model's answer. ``confidence`` is 0-1; tokens that the model did not count are estimated, and marked so.

    ``model`` is the name that it gives itself, ``fingerprint`` what else its server is known by; both are claims.
    """

    response: str = field(repr=False)
    position: Position | None
    confidence: Decimal | None
    rationale: str | None = field(repr=False)
    input_tokens: int
    output_tokens: int
    tokens_estimated: bool
    model: str | None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What a model says of its own state; ``latency`` in milliseconds is its claim, not our measure."""

    status: str
    latency: Decimal

    @property
    def is_healthy(self) -> bool:
        return self.status == "healthy"


@dataclass(frozen=True, slots=True)
class SelfValidation:
    """What a model makes of an answer of its own: a claim, kept for comparison, that counts for nothing."""

    score: Decimal
    violations: list[Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Called:
    """How one call ended.

    ``reason`` is a published code, empty where all is well; ``detail`` is a sentence that the provider can act on and
    holds neither secrets nor a part of the answer. ``latency_ms`` is the model's own exchange, without the fetching of
    a token; ``status`` the HTTP status where one came; ``retry_after`` seconds where the server named them.
    """

    outcome: Outcome
    reason: str = ""
    detail: str = ""
    latency_ms: int | None = None
    value: Deliberation | Health | SelfValidation | None = None
    status: int | None = None
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK
