"""The one shape of a protocol, and what all of them share."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.protocols.contract import Deliberation, Offers, Question

VERSION = "/v1"


def bearer(key: str) -> dict[str, str]:
    """A key or an access token as RFC 6750 sends it."""
    return {"Authorization": f"Bearer {key}"}


@dataclass(frozen=True, slots=True)
class Wire:
    """One protocol: where it is asked, how a question is put (``body``) and how an answer is read (``read``).

    ``body(question, model)`` is the JSON of the request; ``read(answer, question)`` raises ``Unfit`` for an answer of
    another shape. ``key`` makes headers of an API key for which the provider named no header of its own.
    """

    name: str
    tail: str
    offers: Offers
    body: Callable[[Question, str], dict[str, Any]]
    read: Callable[[dict[str, Any], Question], Deliberation]
    key: Callable[[str], dict[str, str]] = bearer
    headers: Mapping[str, str] = field(default_factory=dict)


def address(base_url: str, tail: str) -> str:
    """Base and tail as one URL; a base that ends in the version, as client libraries want it, does not repeat it."""
    if tail.startswith(f"{VERSION}/"):
        base_url = base_url.removesuffix(VERSION)
    return f"{base_url}{tail}"


def json_bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def with_model(body: dict[str, Any], model: str) -> dict[str, Any]:
    """The body, naming the upstream model where one was given; servers of a single model need none."""
    return {"model": model, **body} if model else body
