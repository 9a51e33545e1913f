"""The same key and body give the same answer, and the effect happens once (security rule A7).

The answer's row is written in the effect's own transaction. A second request with the key waits for the first at the
unique constraint; the answer is kept encrypted under the caller's own key, of which only a digest is stored.
"""

import hashlib
import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import IntegrityError, OperationalError, connection, transaction

from ledger.models import IdempotencyKey
from ledger.sealing import sealed_atomic

MAX_KEY = 255
KEPT_FOR = timedelta(hours=24)
WAIT_MS = 5_000
_NONCE = 12
Answer = tuple[int, dict[str, Any]]


class KeyMalformed(ValueError):
    """An Idempotency-Key is 1 to 255 printable ASCII characters."""


class KeyReused(Exception):
    """The key was used with another body."""


class StillRunning(Exception):
    """The first request under this key has not ended within the wait."""


def once(*, key: str, scope: str, body: bytes, at: datetime, handle: Callable[[], Answer]) -> tuple[Answer, bool]:
    """``handle()``'s answer (status, JSON body), and whether it is a replay; ``scope`` is the route and the caller.

    Raises KeyMalformed, KeyReused, StillRunning, and whatever ``handle`` raises, which leaves the key unused.
    """
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise KeyMalformed
    digest, request = hashlib.sha256(key.encode()).hexdigest(), hashlib.sha256(body).hexdigest()
    with sealed_atomic():
        row = _claim(scope, digest, request, at)
        if row.status is not None:
            if row.request_sha256 != request:
                raise KeyReused
            return (row.status, _opened(bytes(row.answer), key, scope)), True
        answer = handle()
        row.status, row.answer = answer[0], _sealed(answer[1], key, scope)
        row.save(update_fields=["status", "answer"])
    return answer, False


def forget_old(*, at: datetime) -> int:
    return IdempotencyKey.objects.filter(created_at__lt=at - KEPT_FOR).delete()[0]


def _claim(scope: str, digest: str, request: str, at: datetime) -> IdempotencyKey:
    found = IdempotencyKey.objects.filter(scope=scope, key_sha256=digest).first()
    if found:
        return found
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {WAIT_MS}")
            row = IdempotencyKey.objects.create(scope=scope, key_sha256=digest, request_sha256=request, created_at=at)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            return row
    except IntegrityError:
        return IdempotencyKey.objects.get(scope=scope, key_sha256=digest)
    except OperationalError as error:
        raise StillRunning from error


def _derived(key: str, scope: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"idempotency/v1\n" + scope.encode()).derive(
        key.encode()
    )


def _sealed(answer: dict[str, Any], key: str, scope: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_derived(key, scope)).encrypt(nonce, json.dumps(answer).encode(), scope.encode())


def _opened(body: bytes, key: str, scope: str) -> dict[str, Any]:
    try:
        text = AESGCM(_derived(key, scope)).decrypt(body[:_NONCE], body[_NONCE:], scope.encode())
    except InvalidTag as error:
        raise KeyReused from error
    answer: dict[str, Any] = json.loads(text)
    return answer
