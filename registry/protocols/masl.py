"""masl, the contract's own protocol: ``/v1/deliberate``, ``/health`` and ``/constitutional/validate`` (spec §5)."""

from typing import Any

from registry.protocols.contract import Deliberation, Health, Offers, Question, SelfValidation
from registry.protocols.positions import vote_of
from registry.protocols.reading import (
    LARGEST_NAME,
    MOST_MILLISECONDS,
    listed,
    number,
    optional_text,
    text,
    words,
)
from registry.protocols.reasons import Unfit
from registry.protocols.usage import usage
from registry.protocols.wire import Wire

HEALTH = "/health"
VALIDATE = "/constitutional/validate"
HIGHEST_SCORE = 100
LONGEST_STATUS = 64


def body(question: Question, _model: str) -> dict[str, Any]:
    """The request; an endpoint of this protocol serves one model, so none is named."""
    context = {"tier": question.tier, "chamber": question.chamber, "cycle": question.cycle}
    return {"prompt": question.prompt, "context": context, "requestId": question.request_id}


def read(answer: dict[str, Any], question: Question) -> Deliberation:
    """The answer, whose fields are the contract's own."""
    if "response" not in answer:
        raise Unfit("field_missing", "response")
    response = words(answer["response"], "response")
    vote = vote_of(answer)
    used = usage(answer, ("inputTokens", "outputTokens"), asked=question.prompt, response=response)
    return Deliberation(
        response=response,
        position=vote.position,
        confidence=vote.confidence,
        rationale=vote.rationale,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        tokens_estimated=used.estimated,
        model=optional_text(answer, "model", most=LARGEST_NAME),
    )


def read_health(answer: dict[str, Any]) -> Health:
    """The answer of ``/health``; ``latency`` in milliseconds."""
    return Health(
        text(answer, "status", most=LONGEST_STATUS), number(answer, "latency", least=0, most=MOST_MILLISECONDS)
    )


def validation_body(response: str, tier: str) -> dict[str, Any]:
    """What ``/constitutional/validate`` is asked."""
    return {"response": response, "tier": tier}


def read_validation(answer: dict[str, Any]) -> SelfValidation:
    """The answer of ``/constitutional/validate``."""
    return SelfValidation(number(answer, "score", least=0, most=HIGHEST_SCORE), listed(answer, "violations"))


WIRE = Wire(
    name="masl",
    tail="/v1/deliberate",
    offers=Offers(health=True, validation=True, position=True),
    body=body,
    read=read,
)
