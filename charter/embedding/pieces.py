"""Texts to word pieces, by the published tokenizer."""

import re
from dataclasses import dataclass

from tokenizers import Tokenizer

# A lone half of a surrogate pair is no character, and the tokenizer refuses it.
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Pieces:
    """Word pieces of a text: their numbers, and where each stands, as (start, end) in characters."""

    ids: list[int]
    places: list[tuple[int, int]]


class Cutter:
    """The published tokenizer without its limits: nothing is cut off, nothing is filled up."""

    def __init__(self, tokenizer: bytes) -> None:
        self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # A text that says "[SEP]" says these five characters, and does not end its sentence.
        self._tokenizer.encode_special_tokens = True

    def cut(self, text: str) -> Pieces:
        """The pieces of ``text``; any string will do."""
        found = self._tokenizer.encode(_HALF.sub("\ufffd", text), add_special_tokens=False)
        return Pieces(found.ids, found.offsets)
