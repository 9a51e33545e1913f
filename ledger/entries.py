"""An entry of the log: its form, its signature, its private fields (ledger formats F1 and F2). Pure."""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.canonical import canonical, plain, rfc3339
from ledger.keys import SigningKey

MAX_ENTRY = 16_384
SALT_BYTES = 32
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_REQUIRED = {"v", "type", "id", "ts", "actor", "subject", "decision", "sig"}
_OPTIONAL = {"evidence", "policy", "links", "private", "ext"}


class BadEntry(ValueError):
    """An entry breaks the format; the message names the field."""


def entry_of(
    *,
    entry_id: uuid.UUID,
    type_: str,
    ts: datetime,
    actor: Mapping[str, str],
    subject: Mapping[str, str],
    decision: Mapping[str, Any],
    optional: Mapping[str, Any],
) -> dict[str, Any]:
    """The unsigned entry; ``optional`` may hold evidence, policy, links, private, ext, and empty ones are left out."""
    entry = {
        "v": 1,
        "type": type_,
        "id": str(entry_id),
        "ts": rfc3339(ts),
        "actor": dict(actor),
        "subject": dict(subject),
        "decision": plain(decision),
    }
    entry |= {key: plain(value) for key, value in optional.items() if value}
    check_shape(entry | {"sig": {}})
    return entry


def signed(entry: Mapping[str, Any], *, key: SigningKey, origin: str) -> bytes:
    """The entry's bytes as they stand in the log, signed for ``origin`` so that no other log can replay it."""
    value = base64.b64encode(key.sign(signing_input(entry, origin))).decode()
    body = canonical({**entry, "sig": {"kid": key.kid, "value": value}})
    if len(body) > MAX_ENTRY:
        raise BadEntry(f"an entry holds at most {MAX_ENTRY} bytes, this one {len(body)}")
    return body


def signature_holds(entry: Mapping[str, Any], *, public: Ed25519PublicKey, origin: str) -> bool:
    """Whether ``sig`` is ours over the rest of the entry and this origin."""
    unsigned = {key: value for key, value in entry.items() if key != "sig"}
    try:
        public.verify(base64.b64decode(entry["sig"]["value"], validate=True), signing_input(unsigned, origin))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def signing_input(entry: Mapping[str, Any], origin: str) -> bytes:
    return b"ledger-entry/v1\n" + origin.encode() + b"\n" + canonical(entry)


def commitment(value: Any, *, salt: bytes, entry_id: uuid.UUID, field: str) -> str:
    """The salted HMAC that stands in the entry for a private value; without the salt it says nothing (F2)."""
    message = f"ledger-private/v1\n{entry_id}\n{field}\n".encode() + canonical(value)
    return hmac.new(salt, message, hashlib.sha256).hexdigest()


def check_shape(entry: Mapping[str, Any]) -> None:
    """Raise BadEntry unless the keys, the type and the parties are as F1 asks."""
    if missing := _REQUIRED - entry.keys():
        raise BadEntry(f"missing: {', '.join(sorted(missing))}")
    if unknown := entry.keys() - _REQUIRED - _OPTIONAL:
        raise BadEntry(f"unknown: {', '.join(sorted(unknown))}")
    if entry["v"] != 1:
        raise BadEntry("v is 1")
    if not _TYPE.fullmatch(entry["type"]):
        raise BadEntry(f"type {entry['type']!r} is not of the form subject.what_happened")
    for party in ("actor", "subject"):
        if not all(isinstance(entry[party].get(key), str) for key in ("kind", "ref")):
            raise BadEntry(f"{party} names its kind and ref")
