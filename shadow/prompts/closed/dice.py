"""A stream of choices from a seed, the same on every machine and Python version (``random`` promises neither)."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Each throw is SHA-256 over label, seed and a counter; the bias of the remainder is below 2^-240."""

    def __init__(self, label: str, seed: bytes) -> None:
        self._key = label.encode() + b"\x00" + seed
        self._thrown = 0

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        self._thrown += 1
        digest = hashlib.sha256(self._key + self._thrown.to_bytes(8, "big")).digest()
        return low + int.from_bytes(digest, "big") % (high - low + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.between(0, len(choices) - 1)]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """``count`` different ones of the choices, in a drawn order."""
        left = list(choices)
        return [left.pop(self.between(0, len(left) - 1)) for _ in range(count)]


Family = Callable[[Dice], tuple[str, str]]

NUMBER_ALONE = "Answer with the number alone."
WORD_ALONE = "Answer with the word alone."
NAMES = (
    "Ana",
    "Ben",
    "Chloe",
    "David",
    "Elif",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kofi",
    "Lena",
    "Mira",
    "Noah",
)
