"""How alike texts are in meaning."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from charter.embedding.embedder import load
from charter.embedding.windows import HIDDEN

# The mean over the window of the last layer: the sentence embedding that the model was published for.
SENTENCE = slice(3 * HIDDEN, 4 * HIDDEN)
_GRAIN = Decimal("0.0001")


def similarity(a: str, b: str) -> Decimal:
    """The cosine of two texts' embeddings, -1 to 1, rounded to four decimals; raises EmbedderMissing."""
    return similarities([a, b])[0][1]


def similarities(texts: Sequence[str]) -> tuple[tuple[Decimal, ...], ...]:
    """The cosine of each text with each, as a symmetric matrix with ones in its diagonal; raises EmbedderMissing.

    A text's embedding is the mean of its windows, weighted by their word pieces. Each text is embedded once.
    """
    embedded = {text: _direction(text) for text in dict.fromkeys(texts)}
    return tuple(tuple(_cosine(embedded[a], embedded[b], same=a == b) for b in texts) for a in texts)


def _direction(text: str) -> NDArray[np.float64]:
    """The embedding of a whole text, of length 1."""
    found = load().windows(text)
    weights = found.tokens / found.tokens.sum()
    mean: NDArray[np.float64] = (found.vectors[:, SENTENCE].astype(np.float64) * weights[:, None]).sum(axis=0)
    direction: NDArray[np.float64] = mean / np.sqrt((mean * mean).sum())
    return direction


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64], *, same: bool) -> Decimal:
    cosine = Decimal(1) if same else Decimal(float((a * b).sum()))
    return min(max(cosine.quantize(_GRAIN), Decimal(-1)), Decimal(1)) + 0
