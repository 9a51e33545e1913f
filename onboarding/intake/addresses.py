"""Addresses that an application gives: URLs by the static egress rules, and email (security E2-E4, A5)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faces.schema import Leaf, Rejected
from faces.values import sized, text_of
from registry.egress.hosts import check_host
from registry.egress.policy import Policy
from registry.egress.reasons import Refused
from registry.egress.urls import Target, check_url

MAX_EMAIL = 254
MAX_LOCAL_PART = 64

# The tails by which a client of each protocol calls a model; what stands before is the base of our other calls.
PROTOCOL_BY_TAIL = {
    "/v1/deliberate": "masl",
    "/v1/completions": "openai-completions",
    "/v1/chat/completions": "openai-chat",
    "/v1/messages": "anthropic-messages",
}
PROTOCOLS = tuple(PROTOCOL_BY_TAIL.values())
DEFAULT_PROTOCOL = "masl"

# RFC 5322 dot-atom; quoted local parts are legal, and in practice a way around filters.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served: the URL in normal form, the base for our calls, the origin, the protocol implied.

    ``base`` has neither query nor final slash; ``/health`` and ``/constitutional/validate`` are appended to it, and
    ``/.well-known`` to ``origin``.
    """

    url: str
    base: str
    origin: str
    host: str
    protocol: str


def endpoint_of(target: Target) -> Endpoint:
    """Cut the known tail from the target's path and guess the protocol by it."""
    path = target.path.rstrip("/")
    tail = next((tail for tail in PROTOCOL_BY_TAIL if path.endswith(tail)), "")
    base = f"{target.origin}{path.removesuffix(tail)}".rstrip("/")
    protocol = PROTOCOL_BY_TAIL.get(tail, DEFAULT_PROTOCOL)
    return Endpoint(url=target.url, base=base, origin=target.origin, host=target.host, protocol=protocol)


def endpoint(policy: Policy) -> Leaf:
    """The model's endpoint, read into an ``Endpoint``."""
    checked = _checked(policy)
    return Leaf(lambda value: endpoint_of(checked(value)))


def url(policy: Policy) -> Leaf:
    """An https address by the static rules, read into its normal form."""
    checked = _checked(policy)
    return Leaf(lambda value: checked(value).url)


def _checked(policy: Policy) -> Callable[[Any], Target]:
    def check(value: Any) -> Target:
        try:
            return check_url(text_of(value), rules=policy)
        except Refused as refusal:
            raise Rejected("refused_url", f"{refusal.sentence} ({refusal.reason_code})") from None

    return check


def _email(value: Any) -> str:
    address = sized(value, 3, MAX_EMAIL)
    if not address.isascii():
        raise Rejected("wrong_format", "An email address is written in ASCII; write its domain as an A-label.")
    local, _, domain = address.rpartition("@")
    if len(local) > MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local):
        raise Rejected("wrong_format", "An email address has the form name@domain, its name of at most 64 characters.")
    if domain.endswith("."):
        raise Rejected("wrong_format", "The domain of an email address does not end in a dot.")
    try:
        return f"{local}@{check_host(domain)}"
    except Refused as refusal:
        raise Rejected("wrong_format", f"The domain of this email address: {refusal.sentence}") from None


email = Leaf(_email)
