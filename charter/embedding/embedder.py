"""Texts to vectors, window by window."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from charter.embedding import optional, prepared
from charter.embedding.arithmetic import Arithmetic
from charter.embedding.prepared import Installed
from charter.embedding.shape import CLS, SEP, UNK
from charter.embedding.weights import Floats, tensors
from charter.embedding.windows import WIDTH, WINDOW, parts


@dataclass(frozen=True, eq=False)
class Windows:
    """A text's windows in their order.

    ``vectors`` is (n, WIDTH), ``tokens`` the word pieces of each (n, at least 1), ``spans`` where each stands in the
    text, as (start, end) in characters; n is at least 1.
    """

    vectors: Floats
    tokens: NDArray[np.int64]
    spans: tuple[tuple[int, int], ...]


class Pieces(Protocol):
    """Word pieces of a text and their places in characters."""

    ids: list[int]
    places: list[tuple[int, int]]


class Cutter(Protocol):
    """Cuts texts to word pieces."""

    def cut(self, text: str) -> Pieces:
        """The pieces of ``text``."""


class Model(Protocol):
    """Runs one window."""

    def run(self, pieces: Sequence[int]) -> Floats:
        """The pools (WIDTH) of one window, [CLS] and [SEP] among its pieces."""


class Embedder:
    """MiniLM, one window at a time on one thread: a text's vectors depend on nothing but the text."""

    def __init__(self, *, digest: str, cutter: Cutter, model: Model) -> None:
        self.digest = digest
        self._cutter = cutter
        self._model = model

    def windows(self, text: str) -> Windows:
        """All windows of ``text``, however long; a text without word pieces has one of an unknown piece.

        A window that repeats, as in a text of one word said a thousand times, is run once.
        """
        pieces = self._cutter.cut(text)
        ids, places = pieces.ids or [UNK], pieces.places or [(0, len(text))]
        ends = parts(len(ids))
        seen: dict[tuple[int, ...], Floats] = {}
        for start, end in ends:
            window = tuple(ids[start:end])
            if window not in seen:
                seen[window] = self._run(window)
        return Windows(
            vectors=np.stack([seen[tuple(ids[start:end])] for start, end in ends]),
            tokens=np.array([end - start for start, end in ends], dtype=np.int64),
            spans=tuple((places[start][0], places[end - 1][1]) for start, end in ends),
        )

    def opening(self, text: str) -> Floats:
        """The vector (WIDTH) of the first ``WINDOW`` word pieces, for prompts; zeros for a text without any."""
        ids = self._cutter.cut(text).ids[:WINDOW]
        return self._run(ids) if ids else np.zeros(WIDTH, dtype=np.float32)

    def _run(self, pieces: Sequence[int]) -> Floats:
        return self._model.run([CLS, *pieces, SEP])


@functools.lru_cache(maxsize=1)
def load() -> Embedder:
    """The embedder of this process, loaded at the first call; raises EmbedderMissing or EmbedderDamaged.

    A failure is not kept: once the cause is mended, the next call loads.
    """
    found = prepared.required()
    cutter: Cutter = optional.module("pieces").Cutter(found.read_tokenizer())
    return Embedder(digest=found.digest, cutter=cutter, model=_model(found))


def _model(found: Installed) -> Model:
    if found.model.name == prepared.GRAPH:
        session: Model = optional.module("session").Session(found.read_model())
        return session
    return Arithmetic(tensors(found.read_model()))
