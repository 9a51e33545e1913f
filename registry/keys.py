"""Keys and tokens that we issue (rules K1, K2): how they look, how they are recognised. Pure.

``kz_live_`` + 32 base62 characters of randomness + 6 of CRC32, so that a typo is told from a wrong key and a scanner
finds one in a leak. Only the SHA-256 and the first twelve characters are ever stored.
"""

import hashlib
import re
import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_PREFIX = "kz_live_"
TOKEN_PREFIX = "kz_onb_"  # noqa: S105  a prefix, not a secret
_RANDOM, _CHECK = 32, 6
SHOWN = 12
_SHAPE = re.compile(r"(kz_live_|kz_onb_)[0-9A-Za-z]{38}")


def new_key(prefix: str = KEY_PREFIX) -> str:
    """A fresh key; whoever gets it is shown it once."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
    return prefix + random + _checksum(prefix + random)


def is_well_formed(key: str) -> bool:
    """Whether ``key`` has the shape and the checksum of one of ours; says nothing about its being live."""
    return bool(_SHAPE.fullmatch(key)) and key[-_CHECK:] == _checksum(key[:-_CHECK])


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(text: str) -> str:
    value, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECK):
        value, rest = divmod(value, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits
