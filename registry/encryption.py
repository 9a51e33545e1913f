"""Fields that are encrypted at rest: AES-256-GCM, bound to their table, row and column."""

import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from ledger.keys import field_key

_NONCE = 12
_VERSION = b"\x01"


class Secret:
    """A secret in memory that never shows itself by accident: ``reveal()`` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def encrypt(value: str, *, bound_to: str) -> bytes:
    """``value`` under the field key; ``bound_to`` (table:row:column) must be the same to open it again."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(field_key()).encrypt(nonce, value.encode(), bound_to.encode())


def decrypt(body: bytes | memoryview, *, bound_to: str) -> Secret:
    """Raises cryptography's InvalidTag for another key, another row or changed bytes."""
    stored = bytes(body)
    nonce, sealed = stored[1 : 1 + _NONCE], stored[1 + _NONCE :]
    return Secret(AESGCM(field_key()).decrypt(nonce, sealed, bound_to.encode()).decode())


class EncryptedTextField(models.BinaryField):
    """Bytes made by ``encrypt``; the model offers properties that open them, so that no query ever does."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "registry.encryption.EncryptedTextField", args, kwargs
