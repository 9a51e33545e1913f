"""Dead Simple Signing Envelopes (github.com/secure-systems-lab/dsse, protocol.md) with Ed25519. Pure.

What is signed is the payload's bytes and their type, so that no canonical form is needed to verify them (format F7).
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.keys import SigningKey

IN_TOTO = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"


def pre_authentication_encoding(payload: bytes, payload_type: str) -> bytes:
    """PAE: ``DSSEv1``, then type and payload, each behind its length in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, *, payload_type: str, key: SigningKey) -> bytes:
    """The Ed25519 signature of 64 bytes."""
    return key.sign(pre_authentication_encoding(payload, payload_type))


def verifies(signature: bytes, payload: bytes, *, payload_type: str, public: Ed25519PublicKey) -> bool:
    """Whether ``signature`` is this key's over exactly this payload and type."""
    try:
        public.verify(signature, pre_authentication_encoding(payload, payload_type))
    except InvalidSignature:
        return False
    return True
