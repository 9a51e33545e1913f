"""A fence around the text under test: marks that its author cannot foresee and that nothing inside can close."""

import hashlib
import hmac
import re
from dataclasses import dataclass

MARK_BYTES = 16
SEED_BITS = 31
BROKEN = "[mark removed]"


@dataclass(frozen=True, slots=True)
class Fence:
    """The marks of one call and its seed: the same for the same key and call, so that it can be made again."""

    mark: str
    seed: int

    @property
    def begins(self) -> str:
        return f"<<<{self.mark}"

    @property
    def ends(self) -> str:
        return f"{self.mark}>>>"

    def around(self, text: str) -> str:
        return f"{self.begins}\n{self.neutral(text)}\n{self.ends}"

    def neutral(self, text: str) -> str:
        """``text`` with the mark taken out wherever it occurs, in any case: what stands within closes nothing."""
        return re.sub(re.escape(self.mark), BROKEN, text, flags=re.IGNORECASE)


def fence_of(key: bytes, *call: str) -> Fence:
    """The fence of one call, named by its parts; ``key`` is a secret of this installation."""
    named = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in call)
    digest = hmac.digest(key, b"kaizen judge fence v1\n" + named, hashlib.sha256)
    return Fence(mark=digest[:MARK_BYTES].hex(), seed=int.from_bytes(digest[MARK_BYTES : MARK_BYTES + 4], "big") >> 1)
