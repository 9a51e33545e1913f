"""What is kept of an application, and where: the record in clear, persons and secrets encrypted beside it.

The record has the wire's names, so that status, edit and audit read the same; it holds no person and no secret.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from faces import strict_json
from faces.schema import read
from ledger.canonical import plain
from onboarding.intake.contents import ApplicationBody, Auth, Contact, LaterFacts, Pricing
from onboarding.intake.shapes import facts_given_later
from onboarding.models import Application
from registry.models import Companion
from registry.models.endpoint import AuthKind, Protocol

_APART = frozenset({"endpoint", "contact", "technical_contact", "auth"})
_EXACT = 2**53
_LATER = ("pricing", "limits", "commitments")


def record_of(body: ApplicationBody) -> dict[str, Any]:
    """The application as JSON by the wire's names, without persons and secrets."""
    record = {_camel(it.name): _json(getattr(body, it.name)) for it in fields(body) if it.name not in _APART}
    record |= {
        "endpoint": body.endpoint.url,
        "auth": {"type": auth_kind(body.auth)},
        "contact": {"organization": body.contact.organization},
    }
    return {name: value for name, value in record.items() if value is not None}


def persons_of(body: ApplicationBody) -> dict[str, Any]:
    """Whom to write to: personal data, to be encrypted."""
    found: dict[str, Contact | None] = {"contact": body.contact, "technicalContact": body.technical_contact}
    return {name: _json(contact) for name, contact in found.items() if contact is not None}


def auth_kind(auth: Auth | None) -> str:
    return auth.type if auth else AuthKind.NONE.value


def secrets_of(auth: Auth | None) -> dict[str, str]:
    """The auth fields that are to be encrypted, by their names in ``intake.contents``."""
    given = {it.name: getattr(auth, it.name) for it in fields(auth) if it.name != "type"} if auth else {}
    return {name: value for name, value in given.items() if value is not None}


def upstream_model_of(body: ApplicationBody) -> str:
    """What the endpoint calls the model; MASL's contract names none, the other protocols must."""
    return body.upstream_model or ("" if body.spoken_protocol == Protocol.MASL else body.model_name)


def whole_document(application: Application) -> Any:
    """The application as it was submitted, persons and secrets included, as the strict parser would have read it."""
    endpoint = application.endpoint
    auth = {"type": endpoint.auth_kind} | {_camel(name): value for name, value in endpoint.auth().items()}
    given = {**application.body, **application.contact()}
    # Without auth nothing was said about it, unless it was said to be none: both read the same.
    return _as_parsed({**given, "auth": auth})


def later_facts(record: Mapping[str, Any]) -> LaterFacts:
    """Price, limits and commitments of a record, typed."""
    asked = {name: record[name] for name in _LATER if name in record}
    facts: LaterFacts = read(facts_given_later(), _as_parsed(asked))
    return facts


def companion_facts(facts: LaterFacts) -> dict[str, Any]:
    """``facts`` by the companion's own field names; what was not given is left out."""
    pricing, limits, commitments = facts.pricing, facts.limits, facts.commitments
    named = {
        "price_input_per_1k": _held(pricing.input_per_1k_tokens if pricing else None, "price_input_per_1k"),
        "price_output_per_1k": _held(pricing.output_per_1k_tokens if pricing else None, "price_output_per_1k"),
        "requests_per_minute": limits and limits.requests_per_minute,
        "tokens_per_minute": limits and limits.tokens_per_minute,
        "commits_to_charter": commitments and commitments.charter,
        "commits_to_consensus": commitments and commitments.consensus,
        "understands_tiers": commitments and commitments.tiers_understood,
        "uptime_committed": _held(commitments.uptime if commitments else None, "uptime_committed"),
        "declared_model_version": facts.model_version,
    }
    return {name: value for name, value in named.items() if value is not None}


def _held(value: Decimal | None, column: str) -> Decimal | None:
    """The value in the places that its column holds, cut and never rounded up."""
    places = Companion._meta.get_field(column).decimal_places  # type: ignore[union-attr]
    return None if value is None else value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)


def _as_parsed(document: dict[str, Any]) -> Any:
    return strict_json.loads(json.dumps(_brief(document)).encode())


def _brief(value: Any) -> Any:
    """Large numbers in their short form: PostgreSQL writes 1e300 out in all its digits."""
    if isinstance(value, dict):
        return {name: _brief(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_brief(item) for item in value]
    return float(value) if isinstance(value, int) and abs(value) > _EXACT else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _json(value: Any) -> Any:
    if isinstance(value, Pricing):
        # A price as text keeps every digit; the other numbers have no textual form on the wire.
        given = {_camel(it.name): getattr(value, it.name) for it in fields(value)}
        return {name: str(plain(price)) for name, price in given.items() if price is not None}
    if is_dataclass(value) and not isinstance(value, type):
        named = {_camel(it.name): _json(getattr(value, it.name)) for it in fields(value)}
        return {name: inner for name, inner in named.items() if inner is not None}
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) <= _EXACT else float(value)
    return value
