"""The three calls of the contract, through either door; each ends in a ``Called``."""

from collections.abc import Callable
from typing import Any

from registry.egress import Ask, Failed, Outcome, Reply, strict_json
from registry.models.endpoint import AuthKind
from registry.protocols import anthropic_messages, masl, openai_chat, openai_completions
from registry.protocols.contract import Called, Deliberation, Health, Offers, Question, SelfValidation
from registry.protocols.reach import Reach
from registry.protocols.reasons import Unfit, sentence_of
from registry.protocols.steps import Steps, driven, driven_async
from registry.protocols.tokens import access_token, forget_token
from registry.protocols.wire import Wire, address, bearer, json_bytes

DELIBERATION_SECONDS = 30.0
HEALTH_SECONDS = 5.0
VALIDATION_SECONDS = 10.0
UNAUTHORIZED = 401
WIRES: dict[str, Wire] = {
    module.WIRE.name: module.WIRE for module in (masl, openai_chat, openai_completions, anthropic_messages)
}
Value = Deliberation | Health | SelfValidation


def offers(protocol: str) -> Offers:
    """What ``protocol`` carries by itself. Raises KeyError for a protocol that is not spoken here."""
    return WIRES[protocol].offers


def deliberate(reach: Reach, question: Question, *, deadline: float = DELIBERATION_SECONDS) -> Called:
    """Put a question to a model; ``deadline`` is seconds for the whole exchange."""
    return driven(_deliberation(reach, question, deadline))


async def deliberate_async(reach: Reach, question: Question, *, deadline: float = DELIBERATION_SECONDS) -> Called:
    """As ``deliberate``, on the running loop."""
    return await driven_async(_deliberation(reach, question, deadline))


def health(reach: Reach, *, deadline: float = HEALTH_SECONDS) -> Called:
    """Ask a model how it is; ``our_fault`` with ``not_offered`` where the protocol has no such call."""
    return driven(_health(reach, deadline))


async def health_async(reach: Reach, *, deadline: float = HEALTH_SECONDS) -> Called:
    """As ``health``, on the running loop."""
    return await driven_async(_health(reach, deadline))


def validate(reach: Reach, *, response: str, tier: str, deadline: float = VALIDATION_SECONDS) -> Called:
    """Let a model judge an answer of its own; ``our_fault`` with ``not_offered`` where the protocol cannot."""
    return driven(_validation(reach, response, tier, deadline))


async def validate_async(reach: Reach, *, response: str, tier: str, deadline: float = VALIDATION_SECONDS) -> Called:
    """As ``validate``, on the running loop."""
    return await driven_async(_validation(reach, response, tier, deadline))


def _deliberation(reach: Reach, question: Question, deadline: float) -> Steps[Called]:
    wire = WIRES[reach.protocol]
    body = json_bytes(wire.body(question, reach.upstream_model))
    return (yield from _call(reach, wire.tail, body, lambda answer: wire.read(answer, question), deadline))


def _health(reach: Reach, deadline: float) -> Steps[Called]:
    if not offers(reach.protocol).health:
        return _not_offered()
    return (yield from _call(reach, masl.HEALTH, None, masl.read_health, deadline))


def _validation(reach: Reach, response: str, tier: str, deadline: float) -> Steps[Called]:
    if not offers(reach.protocol).validation:
        return _not_offered()
    body = json_bytes(masl.validation_body(response, tier))
    return (yield from _call(reach, masl.VALIDATE, body, masl.read_validation, deadline))


def _not_offered() -> Called:
    return Called(Outcome.OUR_FAULT, "not_offered", sentence_of("not_offered"))


def _call(
    reach: Reach, tail: str, body: bytes | None, read: Callable[[dict[str, Any]], Value], deadline: float
) -> Steps[Called]:
    """One exchange with the model: GET without a body, POST with one."""
    reply: Reply | None = None
    try:
        credentials = yield from _credentials(reach)
        reply = yield Ask(
            "GET" if body is None else "POST",
            address(reach.base_url, tail),
            headers=_headers(reach, credentials, has_body=body is not None),
            body=body,
            deadline=deadline,
            credentials_origin=reach.origin if credentials else None,
            places=reach.places,
        )
        value = read(strict_json(reply.body))
    except Failed as failed:
        if failed.status == UNAUTHORIZED and reach.auth_kind == AuthKind.OAUTH2:
            forget_token(reach.auth)
        return _failed(failed, reply, tail)
    except Unfit as unfit:
        return _unfit(unfit, reply)
    return Called(Outcome.OK, latency_ms=_milliseconds(reply.elapsed), value=value, status=reply.status)


def _credentials(reach: Reach) -> Steps[dict[str, str]]:
    """The headers that prove who we are; they go to the endpoint's origin and nowhere else."""
    if reach.auth_kind == AuthKind.API_KEY:
        header = reach.auth.get("header")
        return {header: reach.auth["key"]} if header else WIRES[reach.protocol].key(reach.auth["key"])
    if reach.auth_kind == AuthKind.OAUTH2:
        return bearer((yield from access_token(reach.auth)))
    return {}


def _headers(reach: Reach, credentials: dict[str, str], *, has_body: bool) -> dict[str, str]:
    kind = {"Content-Type": "application/json"} if has_body else {}
    return {**kind, **WIRES[reach.protocol].headers, **credentials}


def _failed(failed: Failed, reply: Reply | None, tail: str) -> Called:
    elapsed = reply.elapsed if reply else failed.elapsed
    facts = [fact for fact in (failed.detail, f"asked at {tail}" if failed.status else "") if fact]
    if failed.location:
        facts.append(f"it named {failed.location}")
    return Called(
        failed.outcome,
        failed.reason,
        _told(failed.sentence, "; ".join(facts)),
        latency_ms=_milliseconds(elapsed) if elapsed else None,
        status=failed.status or (reply.status if reply else None),
        retry_after=failed.retry_after,
    )


def _unfit(unfit: Unfit, reply: Reply | None) -> Called:
    return Called(
        unfit.outcome,
        unfit.reason,
        _told(sentence_of(unfit.reason), unfit.detail),
        latency_ms=_milliseconds(reply.elapsed) if reply else None,
        status=reply.status if reply else None,
        retry_after=unfit.retry_after,
    )


def _told(sentence: str, facts: str) -> str:
    return f"{sentence} ({facts})" if facts else sentence


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
