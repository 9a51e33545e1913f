"""What one slot came to, before it is stored."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from registry.egress import Outcome
from registry.protocols import Called, Deliberation, SelfValidation
from shadow import rules
from shadow.actions.claiming import clauses_named
from shadow.actions.watched import Watched
from shadow.models import Sample
from shadow.probes import Probe
from shadow.prompts import OPEN, Kind, Prompt, grade

UNKNOWN = "unknown"
_OURS = frozenset({UNKNOWN, Outcome.OUR_FAULT})
_PER = 1000
_WHOLE = Decimal(1)
_PLACES = Decimal("0.00000001")
_DIGITS = 16


@dataclass(frozen=True)
class Claimed:
    """A slot that this process holds until ``lease_until`` by ``token``."""

    slot_id: uuid.UUID
    companion_id: uuid.UUID
    probe: str
    slot_at: datetime
    due_at: datetime
    lease_until: datetime
    token: uuid.UUID | None
    about_answer: uuid.UUID | None = None


@dataclass(frozen=True)
class Result:
    """How asking a claimed slot ended; ``called`` None where we never asked, which is unknown, for ``reason``.

    ``lag_ms`` is how late our own loop was at worst while the call ran.
    """

    slot: Claimed
    asked_at: datetime
    called: Called | None = None
    reason: str = ""
    lag_ms: int | None = None
    prompt: Prompt | None = None
    validates: bool = False

    @property
    def outcome(self) -> str:
        return str(self.called.outcome) if self.called else UNKNOWN

    @property
    def is_ours(self) -> bool:
        """Whether nothing can be held against the model: we did not ask, or it was our fault."""
        return self.outcome in _OURS

    @property
    def answer(self) -> Deliberation | None:
        value = self.called.value if self.called else None
        return value if isinstance(value, Deliberation) and self.outcome == Outcome.OK else None


def sample_of(result: Result, companion: Watched, *, within_limits: bool) -> Sample:
    """The lasting row of a result; its id is its slot's."""
    slot, called = result.slot, result.called
    latency = called.latency_ms if called else None
    against = not result.is_ours and result.outcome != Outcome.OK
    sample = Sample(
        id=slot.slot_id,
        companion_id=slot.companion_id,
        probe=slot.probe,
        slot_at=slot.slot_at,
        asked_at=result.asked_at,
        outcome=result.outcome,
        reason=(called.reason if called else result.reason)[:60],
        counts_against=against and (result.outcome != Outcome.THROTTLED or within_limits),
        latency_ms=latency,
        loop_lag_ms=result.lag_ms,
        latency_void=rules.is_void(latency, result.lag_ms or 0),
        about_answer=slot.about_answer,
    )
    if result.prompt:
        sample.prompt_id, sample.prompt_kind = result.prompt.id, result.prompt.kind
    if result.answer:
        _deliberated(sample, result.answer, result.prompt, companion)
    if called and isinstance(called.value, SelfValidation) and called.value.score is not None:
        sample.claimed_score = int(Decimal(called.value.score).quantize(_WHOLE, rounding=ROUND_HALF_UP))
        sample.claimed_clauses = clauses_named(called.value.violations, companion.law.clauses)
    return sample


def _deliberated(sample: Sample, answer: Deliberation, prompt: Prompt | None, companion: Watched) -> None:
    sample.input_tokens, sample.output_tokens = answer.input_tokens, answer.output_tokens
    sample.tokens_estimated = answer.tokens_estimated
    sample.cost = cost_of(companion, answer.input_tokens, answer.output_tokens)
    if prompt is None:
        return
    if prompt.kind == Kind.VOTES and answer.position:
        sample.position, sample.to_compare = answer.position, True
    if prompt.kind in OPEN:
        sample.to_compare = True
    if prompt.expected is not None:
        sample.is_correct = grade(answer.response, prompt.expected)
        sample.closed_answer = prompt.expected[:100] if sample.is_correct else _wrong(answer.response)
        sample.to_compare = True


def cost_of(companion: Watched, input_tokens: int, output_tokens: int) -> Decimal | None:
    """USD by the declared price; None where no price was given."""
    price_in, price_out = companion.price_input_per_1k, companion.price_output_per_1k
    if price_in is None or price_out is None:
        return None
    return ((price_in * input_tokens + price_out * output_tokens) / _PER).quantize(_PLACES)


def _wrong(response: str) -> str:
    """A name for a wrong answer by which it equals the same words of another model, without holding the words."""
    lines = [line for line in response.strip().casefold().splitlines() if line.strip()]
    last = " ".join(lines[-1].split()) if lines else ""
    return "wrong:" + sha256(last.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def is_self_validation_due(slot: Claimed, *, ordinal: int, every_nth: int) -> bool:
    """Whether the model is asked about its own answer to this slot: every n-th one, by the slot's number."""
    return slot.probe == Probe.DELIBERATION and ordinal % every_nth == 0
