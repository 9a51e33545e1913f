"""The TF-IDF half: one linear head for each target over the known terms and the signals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from charter.heads.signals import SIGNALS
from charter.heads.targets import ANY_AT, TARGETS
from charter.heads.vectoriser import Sparse, Vectoriser, joined, words
from charter.scoring.groups import is_placeholder

Logits = NDArray[np.float64]


class Lexical:
    """Linear heads over n-grams (terms x targets) and signals (signals x targets)."""

    def __init__(
        self,
        parts: Sequence[Vectoriser],
        weights: NDArray[np.float16],
        signal_weights: NDArray[np.float32],
        bias: NDArray[np.float32],
    ) -> None:
        """``weights`` has a row for each term of all parts in order, ``signal_weights`` one for each signal."""
        self.parts = tuple(parts)
        self.weights = weights
        self.signal_weights = signal_weights
        self.bias = bias
        self._zeros = np.zeros(len(SIGNALS), np.float64)
        if weights.shape != (sum(len(part.vocabulary) for part in parts), len(TARGETS)):
            raise ValueError("lexical weights do not fit their vocabulary")

    def read(self, text: str, prompt: Sparse) -> Sparse:
        """All known terms of an answer, beside those of its prompt (``ask``)."""
        found = words(text)
        return joined([*(part.transform(found) for part in self.parts[:-1]), prompt])

    def ask(self, prompt: str) -> Sparse:
        """The known terms of a prompt."""
        return self.parts[-1].transform(words(prompt))

    def logits(self, read: Sparse, signals: NDArray[np.float32] | None = None) -> Logits:
        """One logit for each target. Summed in one order in float64, so that equal input gives equal bits."""
        found = (self.weights[read.at].astype(np.float64) * read.value[:, None]).sum(axis=0)
        told = self._zeros if signals is None else signals.astype(np.float64)
        return np.asarray(found + (self.signal_weights.astype(np.float64) * told[:, None]).sum(axis=0) + self.bias)

    def suspicion(self, texts: Sequence[str]) -> list[float]:
        """How much each of some sentences alone speaks for any violation; all of them in one go."""
        found = [words(text) for text in texts]
        total = np.full(len(texts), float(self.bias[ANY_AT]))
        for part in self.parts[:-1]:
            owner, at, value = part.weigh(found)
            total += np.bincount(owner, value * self.weights[at + part.offset, ANY_AT], len(texts))
        return [float(one) for one in total]

    def weightiest(self, text: str, target: int, most: int) -> list[tuple[str, float]]:
        """The words and pairs of ``text`` that weigh most towards ``target``, heaviest first."""
        part = self.parts[0]
        read = part.transform(words(text))
        weights = self.weights[read.at, target].astype(np.float64) * read.value
        terms = [part.vocabulary[at - part.offset] for at in read.at]
        said = [(term, round(float(weight), 4)) for term, weight in zip(terms, weights, strict=True)]
        towards = [(term, weight) for term, weight in said if weight > 0 and not is_placeholder(term)]
        return sorted(towards, key=lambda it: (-it[1], it[0]))[:most]
