"""The keys of this installation: one signs entries, one signs attestations, one encrypts fields.

Each is 32 bytes, given as base64 by a setting or a file, and kept apart from the database: whoever holds the
database alone can forge nothing and read no secret.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key pair with the names by which formats refer to it."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def raw_public(self) -> bytes:
        return self.public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    @property
    def kid(self) -> str:
        """First 16 hex digits of SHA-256 of the raw public key (ledger format F1)."""
        return hashlib.sha256(self.raw_public).hexdigest()[:16]

    @property
    def keyid(self) -> str:
        """Hex SHA-256 of the SPKI DER, DSSE's ``keyid`` (ledger format F7)."""
        der = self.public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    @property
    def pem(self) -> str:
        """The public key as PEM SPKI, as verifiers hold it."""
        return self.public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def entry_key() -> SigningKey:
    return _signing_key("entry", settings.KAIZEN_ENTRY_KEY)


def attestation_key() -> SigningKey:
    return _signing_key("attestation", settings.KAIZEN_ATTESTATION_KEY)


def field_key() -> bytes:
    return _decoded("field", settings.KAIZEN_FIELD_KEY)


@lru_cache(maxsize=16)
def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose alone, by HKDF from the field key: the same for every process of this installation."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"kaizen/" + purpose.encode()).derive(
        field_key()
    )


@lru_cache(maxsize=16)
def _signing_key(name: str, encoded: str) -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(_decoded(name, encoded)))


@lru_cache(maxsize=16)
def _decoded(name: str, encoded: str) -> bytes:
    setting = f"KAIZEN_{name.upper()}_KEY"
    if not encoded:
        raise ImproperlyConfigured(
            f"{setting} is not set: give it, or {setting}_FILE, as base64 of {KEY_BYTES} random bytes"
        )
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured(f"{setting} is not base64") from None
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(f"{setting} holds {len(raw)} bytes, not {KEY_BYTES}")
    return raw
